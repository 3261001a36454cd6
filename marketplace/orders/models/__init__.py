from .carts import Cart, CartLine, CartLineQuerySet, CartQuerySet
from .checkouts import CheckoutAttempt
from .events import FulfilmentEvent
from .fulfilments import Fulfilment, FulfilmentQuerySet, FulfilmentState, Packing
from .holds import StockHold, StockHoldQuerySet
from .items import OrderItem
from .orders import Order, OrderLine, OrderQuerySet, OrderState, PaymentMethod, Recipient
from .refunds import Refund, RefundItem, RefundReason
from .returns import Return, ReturnItem, ReturnQuerySet, ReturnReason, ReturnState
from .vouchers import Voucher, VoucherKind, VoucherQuerySet, VoucherUse

__all__ = [
    "Cart",
    "CartLine",
    "CartLineQuerySet",
    "CartQuerySet",
    "CheckoutAttempt",
    "Fulfilment",
    "FulfilmentEvent",
    "FulfilmentQuerySet",
    "FulfilmentState",
    "Order",
    "OrderItem",
    "OrderLine",
    "OrderQuerySet",
    "OrderState",
    "Packing",
    "PaymentMethod",
    "Recipient",
    "Refund",
    "RefundItem",
    "RefundReason",
    "Return",
    "ReturnItem",
    "ReturnQuerySet",
    "ReturnReason",
    "ReturnState",
    "StockHold",
    "StockHoldQuerySet",
    "Voucher",
    "VoucherKind",
    "VoucherQuerySet",
    "VoucherUse",
]
