"""Badge periods as they are stored: rewritten from the facts in the transaction that changes one."""

from collections.abc import Sequence

from ocop_badges import changes, rules
from ocop_badges.models import BadgePeriod, Certificate
from ocop_badges.models.certificates import facts_of


def rewrite_badge_periods(*, product_id: int) -> list[BadgePeriod]:
    """Recompute the badge periods of a product from its facts. Call within the transaction that changed a fact."""
    return rewrite_periods_of([product_id])


def rewrite_periods_of(product_ids: Sequence[int]) -> list[BadgePeriod]:
    """Those of several products, in a bounded number of queries."""
    certificates: dict[int, list[Certificate]] = {product_id: [] for product_id in product_ids}
    for certificate in Certificate.objects.of_products(product_ids).with_facts():
        certificates[certificate.product_id].append(certificate)
    BadgePeriod.objects.of_products(product_ids).delete()
    periods = BadgePeriod.objects.bulk_create(
        BadgePeriod(
            product_id=product_id,
            certificate_id=period.sequence,
            stars=period.stars,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
        )
        for product_id, of_product in certificates.items()
        for period in rules.badge_periods(facts_of(of_product))
    )
    changes.badge_periods_changed(product_ids)
    return periods
