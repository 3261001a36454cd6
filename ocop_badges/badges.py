"""The one question every reader asks: which badge may this product show on this day?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .models import BadgePeriod


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
