"""What the packing hub asks on a day."""

from dataclasses import dataclass
from datetime import date

from marketplace.hub.models import HubTariffRow


@dataclass(frozen=True, slots=True)
class HubTariff:
    """Fees of one box in đồng, its weight in grams, days the hub needs once everything is there."""

    hub_id: int
    province_code: str
    assembly_fee: int
    box_fee: int
    box_weight_g: int
    handling_days: int


def tariff_on(day: date) -> HubTariff | None:
    """The tariff of the hub that packs on a day, None where none is open. One query."""
    rows = HubTariffRow.objects.in_force_on(day).select_related("hub__province")
    row = rows.order_by("hub_id", "-valid_from", "-id").first()
    if row is None:
        return None
    return HubTariff(
        hub_id=row.hub_id,
        province_code=row.hub.province.code,
        assembly_fee=row.assembly_fee,
        box_fee=row.box_fee,
        box_weight_g=row.box_weight_g,
        handling_days=row.handling_days,
    )
