"""For each row of an import: does its product show stars on the day, and if not, why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from catalog.models import Product
from catalog.services.slugs import batched
from ocop_badges.badges import Badge, load_badges
from ocop_badges.models import Certificate
from ocop_badges.models.certificates import facts_of
from ocop_badges.rules import Status, status_on, status_since

from .decisions import Decided, Decisions
from .report import Outcome
from .rows import ProductKey
from .stored import BATCH


def tell_stars(
    outcomes: Iterable[Outcome], decisions: Decisions, products: Mapping[ProductKey, Product], *, day: date
) -> None:
    """Complete the outcomes with what their products show on ``day``."""
    for batch in batched(outcomes, BATCH):
        ids = {products[outcome.row.key].pk for outcome in batch}
        badges = load_badges(ids, day=day)
        of_product: dict[int, list[Certificate]] = defaultdict(list)
        for certificate in Certificate.objects.of_products(ids - badges.keys()).with_facts():
            of_product[certificate.product_id].append(certificate)
        for outcome in batch:
            product_id = products[outcome.row.key].pk
            badge = badges.get(product_id)
            decided = decisions.of_line.get(outcome.row.line)
            outcome.shows_stars = badge is not None
            if decided is None:
                _tell_without_certificate(outcome, badge)
            else:
                _tell_with_certificate(outcome, decided, badge, of_product[product_id], day)


def _tell_without_certificate(outcome: Outcome, badge: Badge | None) -> None:
    row = outcome.row
    reason = row.no_certificate_because()
    claimed = f" (it claims {row.stars} stars)" if row.stars else ""
    outcome.certificate = "none"
    if badge is None:
        outcome.stars = f"listed without stars: {reason}{claimed}"
    else:
        outcome.stars = f"no certificate from this row: {reason}{claimed}; {_shows(badge)} by another certificate"


def _tell_with_certificate(
    outcome: Outcome, decided: Decided, badge: Badge | None, certificates: Sequence[Certificate], day: date
) -> None:
    certificate = decided.certificate
    outcome.certificate = "issued" if decided.is_new else "known"
    which = f"certificate {certificate.decision_number} of {certificate.issued_on}"
    said = f"{which} issued" if decided.is_new else f"{which} was known"
    if badge is None:
        outcome.stars = f"{said}; no stars today: {_why_not(certificate, certificates, day)}"
    elif badge.certificate == certificate.public_id:
        outcome.stars = f"{said}; {_shows(badge)}"
    else:
        outcome.stars = f"{said}; {_shows(badge)} by another certificate"


def _shows(badge: Badge) -> str:
    return f"{badge.stars} stars until {badge.valid_until}"


def _why_not(certificate: Certificate, of_product: Sequence[Certificate], day: date) -> str:
    facts = facts_of(of_product)
    own = next(fact for fact in facts if fact.sequence == certificate.pk)
    status, since = status_on(own, facts, day), status_since(own, facts, day)
    match status:
        case Status.UPCOMING:
            return f"it begins on {own.valid_from}"
        case Status.EXPIRED:
            return f"it ended on {own.last_day}"
        case _:
            return f"it is {status} since {since}"
