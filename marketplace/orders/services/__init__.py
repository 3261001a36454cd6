"""What changes carts and orders. Each function is one transaction and takes the instant or day it judges by."""

from .cancelling import Actor, cancel_fulfilment, cancel_order, cancel_shortage
from .carts import (
    acknowledge,
    add_line,
    change_line,
    delete_cart,
    find_cart,
    merge_carts,
    open_cart,
    remove_line,
    set_vouchers,
)
from .confirming import confirm_order
from .contents import Placed
from .fulfilling import (
    accept_fulfilment,
    deliver_fulfilment,
    fail_fulfilment,
    pack_fulfilment,
    ship_fulfilment,
)
from .placing import NotToBeHad, Party, TotalChanged, Wish, destinations_of, place, place_order
from .returning import decide_return, receive_return, request_return, returnable, withdraw_return

__all__ = [
    "Actor",
    "NotToBeHad",
    "Party",
    "Placed",
    "TotalChanged",
    "Wish",
    "accept_fulfilment",
    "acknowledge",
    "add_line",
    "cancel_fulfilment",
    "cancel_order",
    "cancel_shortage",
    "change_line",
    "confirm_order",
    "decide_return",
    "delete_cart",
    "deliver_fulfilment",
    "destinations_of",
    "fail_fulfilment",
    "find_cart",
    "merge_carts",
    "open_cart",
    "pack_fulfilment",
    "place",
    "place_order",
    "receive_return",
    "remove_line",
    "request_return",
    "returnable",
    "set_vouchers",
    "ship_fulfilment",
    "withdraw_return",
]
