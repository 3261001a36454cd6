"""Which products to look at without being told by anybody: drawn at random, drawn the same again by the same seed."""

import hashlib
from datetime import date

from django.db.models import Q

from ocop_badges.models import BadgePeriod, product_model

from .models import Inspection
from .rules import INSPECTED_EVERY, InspectionState


def propose_sample(*, scope: Q, size: int, seed: str, on: date) -> list[int]:
    """Ids of at most ``size`` products that show stars on a day and were not inspected for a year, nor are about to be.

    ``scope`` is a condition on products. The order follows from the seed and each product's public id alone, so that
    who knows the seed can draw it again. Two queries.
    """
    recent = Inspection.objects.filter(
        Q(carried_out_on__gt=on - INSPECTED_EVERY) | Q(state=InspectionState.PLANNED)
    ).values("product_id")
    candidates = (
        product_model()
        ._base_manager.filter(scope)
        .filter(pk__in=BadgePeriod.objects.covering(on).values("product_id"))
        .exclude(pk__in=recent)
        .values_list("public_id", "pk")
    )
    drawn = sorted((_lot(seed, public_id), pk) for public_id, pk in candidates)
    return [pk for _, pk in drawn[:size]]


def _lot(seed: str, public_id: str) -> str:
    return hashlib.sha256(f"{seed}:{public_id}".encode()).hexdigest()
