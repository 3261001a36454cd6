"""What this app asks of the apps above it; each registers itself in ``AppConfig.ready()``, nothing here imports it.

Until somebody has, nobody is tied to a producer and no product has quality certificates.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Quality:
    """A certificate beside the stars: HACCP, ISO 22000, Halal… ``valid_until`` is its last valid day."""

    name: str
    number: str
    valid_from: date | None
    valid_until: date

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and day <= self.valid_until


Belongs = Callable[[int, int], bool]
LoadQuality = Callable[[int], Sequence[Quality]]

_belongs: list[Belongs] = []
_load_quality: list[LoadQuality] = []


def register_ties(belongs: Belongs) -> None:
    """``belongs(user_id, product_id)``: whether a person acts for the producer of a product."""
    _belongs[:] = [belongs]


def register_quality(load: LoadQuality) -> None:
    """``load(product_id)``: the quality certificates of a product, valid or not."""
    _load_quality[:] = [load]


def belongs_to_producer(*, user_id: int, product_id: int) -> bool:
    return any(belongs(user_id, product_id) for belongs in _belongs)


def quality_of(product_id: int) -> list[Quality]:
    return [quality for load in _load_quality for quality in load(product_id)]
