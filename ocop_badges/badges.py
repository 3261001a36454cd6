"""The one question every reader asks: which badge may this product show on this day?

The SQL is written by hand: a badge is the smallest answer of this shop and the one asked from most places, and building
the same query anew each time took four fifths of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from . import rules


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


# ``BadgePeriodQuerySet.covering``, in SQL.
_BADGES = """
SELECT b.product_id, b.stars, b.ends_on, c.public_id
FROM ocop_badges_badgeperiod b JOIN ocop_badges_certificate c ON c.id = b.certificate_id
WHERE b.starts_on <= %s AND b.ends_on > %s AND b.product_id IN ({products})"""
# ``Certificate.facts``, in SQL: one row for each suspension, or one without.
_FACTS = """
SELECT c.public_id, c.id, c.stars, c.valid_from, c.valid_until,
    (SELECT e.days FROM ocop_badges_extension e WHERE e.certificate_id = c.id ORDER BY e.id DESC LIMIT 1),
    r.effective_on, s.suspended_from, s.lifted_on
FROM ocop_badges_certificate c
LEFT JOIN ocop_badges_revocation r ON r.certificate_id = c.id
LEFT JOIN ocop_badges_suspension s ON s.certificate_id = c.id
WHERE c.product_id = %s
ORDER BY c.valid_from, c.id, s.suspended_from, s.id"""


def load_badges(product_ids: Iterable[int], *, day: date) -> dict[int, Badge]:
    """The badges of products on a day, by product id; a product without stars is absent. One query."""
    ids = list(product_ids)
    if not ids:
        return {}
    rows = _fetch(_BADGES.format(products=", ".join(["%s"] * len(ids))), [day, day, *ids])
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
    known = _load_facts(product_id)
    facts = [certificate for _, certificate in known]
    speaking = rules.certificate_in_question(facts, day)
    if speaking is None:
        return Standing(None, "none", None)
    public_id = next(public_id for public_id, certificate in known if certificate is speaking)
    return Standing(None, rules.status_on(speaking, facts, day), public_id)


def _load_facts(product_id: int) -> list[tuple[str, rules.CertificateFacts]]:
    """The certificates of a product as the rules see them, each behind its public id. One query."""
    known: dict[str, rules.CertificateFacts] = {}
    for public_id, pk, stars, valid_from, valid_until, days, revoked_on, since, lifted_on in _fetch(
        _FACTS, [product_id]
    ):
        earlier = known[public_id].suspensions if public_id in known else ()
        known[public_id] = rules.CertificateFacts(
            sequence=pk,
            stars=stars,
            valid_from=valid_from,
            valid_until=valid_until,
            extended_until=valid_until + timedelta(days=days) if days else None,
            revoked_on=revoked_on,
            suspensions=(*earlier, rules.SuspensionFact(since, lifted_on)) if since else earlier,
        )
    return list(known.items())


def _fetch(sql: str, params: Sequence[Any]) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Sequence[Any]] = cursor.fetchall()
    return rows
