"""Payments for operators: what came in and went back, what waits for a person, what carriers hand over."""

from .inbox import InboundEventAdmin
from .payments import PaymentAdmin
from .refunds import RefundTransferAdmin
from .remittances import RemittanceBatchAdmin

__all__ = ["InboundEventAdmin", "PaymentAdmin", "RefundTransferAdmin", "RemittanceBatchAdmin"]
