from .tables import ProvinceRegion, Region, ShippingStep, ShippingTable, ZoneName
from .waybills import Waybill, WaybillEvent, WaybillState

__all__ = [
    "ProvinceRegion",
    "Region",
    "ShippingStep",
    "ShippingTable",
    "Waybill",
    "WaybillEvent",
    "WaybillState",
    "ZoneName",
]
