from .events import EventSource, InboundEvent
from .payments import Capture, Payment, PaymentQuerySet
from .refund_accounts import RefundAccount
from .remittances import RemittanceBatch, RemittanceBatchQuerySet, RemittanceLine
from .set_offs import SetOff
from .transfers import RefundTransfer, RefundTransferQuerySet, TransferState

__all__ = [
    "Capture",
    "EventSource",
    "InboundEvent",
    "Payment",
    "PaymentQuerySet",
    "RefundAccount",
    "RefundTransfer",
    "RefundTransferQuerySet",
    "RemittanceBatch",
    "RemittanceBatchQuerySet",
    "RemittanceLine",
    "SetOff",
    "TransferState",
]
