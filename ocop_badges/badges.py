"""The one question every reader asks: which badge may this product show on this day?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from . import rules
from .models import BadgePeriod, Certificate


@dataclass(frozen=True, slots=True)
class Badge:
    """Stars that may be shown. ``valid_until`` is the last day they may, ``certificate`` its public id."""

    stars: int
    valid_until: date
    certificate: str

    @property
    def ends_on(self) -> date:
        """The first day without these stars."""
        return self.valid_until + timedelta(days=1)


def load_badges(product_ids: Iterable[int], *, day: date) -> dict[int, Badge]:
    """The badges of products on a day, by product id; a product without stars is absent. One query."""
    rows = (
        BadgePeriod.objects.of_products(product_ids)
        .covering(day)
        .values_list("product_id", "stars", "ends_on", "certificate__public_id")
    )
    return {
        product_id: Badge(stars=stars, valid_until=ends_on - timedelta(days=1), certificate=certificate)
        for product_id, stars, ends_on, certificate in rows
    }


def badge_of(product_id: int, *, day: date) -> Badge | None:
    """The badge of one product on a day."""
    return load_badges([product_id], day=day).get(product_id)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a product stands on a day: its badge, or why it has none.

    ``status`` is that of the certificate that speaks for the product, ``none`` where there never was one;
    ``certificate`` is that one's public id.
    """

    badge: Badge | None
    status: str
    certificate: str | None


def standing_of(product_id: int, *, day: date) -> Standing:
    """How a product stands on a day. One query while it has stars, two otherwise."""
    if badge := badge_of(product_id, day=day):
        return Standing(badge, rules.Status.VALID, badge.certificate)
    certificates = Certificate.objects.of_products([product_id]).with_status_on(day)
    rows: Iterable[Any] = certificates.values_list(  # type: ignore[misc] # the plugin does not see the annotation
        "pk", "public_id", "status", "stars", "valid_from", "valid_until", "revocation__effective_on"
    )
    known = {
        pk: (rules.CertificateFacts(pk, stars, valid_from, valid_until, revoked_on=revoked_on), public_id, status)
        for pk, public_id, status, stars, valid_from, valid_until, revoked_on in rows
    }
    speaking = rules.certificate_in_question([facts for facts, *_ in known.values()], day)
    if speaking is None:
        return Standing(None, "none", None)
    _, public_id, status = known[speaking.sequence]
    return Standing(None, status, public_id)
