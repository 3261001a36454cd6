from .boxes import BoxJob, BoxPart, LossReason, PartLoss, Remedy
from .hubs import HubPost, HubTariffRow, PackingHub
from .supplies import Supply, SupplyKind, SupplyMove

__all__ = [
    "BoxJob",
    "BoxPart",
    "HubPost",
    "HubTariffRow",
    "LossReason",
    "PackingHub",
    "PartLoss",
    "Remedy",
    "Supply",
    "SupplyKind",
    "SupplyMove",
]
