"""Orders for producers, the packing hub and the operator to look at: new, on its way, delivered, a gift box to fill."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from catalog.models import Commune, Pack, Product
from cms.models import GiftBundlePage
from marketplace.orders import services
from marketplace.orders.models import Fulfilment, FulfilmentState, Order, Packing, PaymentMethod
from marketplace.orders.quoting import quote_cart
from marketplace.payments.bank_feed import record_transfer
from marketplace.payments.bank_messages import Transfer
from marketplace.payments.services import begin_payment
from ocop_badges.errors import DomainError

from .content import MARK

SHOPPER, PHONE = "shopper@example.vn", "+84900000000"
BOX = "qua-cao-nguyen-do"  # the gift that goes through the packing hub
CARRIER = "VNPost"
_WAY = (FulfilmentState.ACCEPTED, FulfilmentState.PACKED, FulfilmentState.SHIPPED, FulfilmentState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Bought:
    """What somebody bought: so many of each product by its code, or the gift; how far its producers are."""

    products: Mapping[str, int]
    commune: str
    method: PaymentMethod
    reached: FulfilmentState = FulfilmentState.PLACED


BOUGHT = (
    Bought({"DEVUONG": 2}, "26740", PaymentMethod.VIETQR, FulfilmentState.DELIVERED),
    Bought({"DEVUONG": 1, "BAYVI": 1}, "00070", PaymentMethod.COD, FulfilmentState.SHIPPED),
    Bought({}, "24781", PaymentMethod.VIETQR, FulfilmentState.ACCEPTED),
    Bought({"DEVUONG": 1, "HILL": 1}, "20242", PaymentMethod.COD),
)


def fill_orders(products: Mapping[str, Product], *, at: datetime, day: date) -> None:
    """Place them in a shop that has no order yet; what cannot be bought in it, is left out."""
    if Order.objects.exists():
        return
    for bought in BOUGHT:
        try:
            with transaction.atomic():
                _buy(bought, products, at=at, day=day)
        except (DomainError, Commune.DoesNotExist, GiftBundlePage.DoesNotExist, KeyError):
            continue


def _buy(bought: Bought, products: Mapping[str, Product], *, at: datetime, day: date) -> None:
    cart = services.open_cart(user=None, at=at)
    for code, quantity in bought.products.items():
        pack = Pack.objects.filter(product=products[code]).order_by("pk")[0]
        services.add_line(cart_id=cart.pk, pack=pack, quantity=quantity, at=at, on=day)
    if not bought.products:
        gift = GiftBundlePage.objects.get(slug=BOX)
        services.add_line(cart_id=cart.pk, bundle=gift, quantity=1, at=at, on=day)
    lines = list(cart.lines.in_order())
    party = services.Party(
        name=f"Người nhận ({MARK})",
        phone=PHONE,
        commune=Commune.objects.get(code=bought.commune),
        street=f"1 đường Minh Họa ({MARK})",
        portions={line.pk: line.quantity for line in lines},
    )
    goes_to = services.destinations_of([party])
    quote = quote_cart(lines, destinations=goes_to, voucher_codes=(), buyer=SHOPPER, on=day, at=at)
    wish = services.Wish(
        cart_id=cart.pk,
        name=f"Người mua ({MARK})",
        email=SHOPPER,
        phone=PHONE,
        recipients=[party],
        payment_method=bought.method,
        expected_total=quote.total,
    )
    order = services.place_order(wish, at=at, on=day)
    if bought.method == PaymentMethod.VIETQR:
        begin_payment(order, at=at)
        record_transfer(Transfer(f"DEMO-{order.number}-1", order.total, f"CK {order.number}", received_at=at), at=at)
    parts = Fulfilment.objects.filter(order=order).exclude(packing=Packing.BOX).order_by("pk")
    for part in parts:
        _go_on(part, until=bought.reached, at=at, day=day)


def _go_on(part: Fulfilment, *, until: FulfilmentState, at: datetime, day: date) -> None:
    if until not in _WAY:
        return
    for state in _WAY[: _WAY.index(until) + 1]:
        if state == FulfilmentState.ACCEPTED:
            services.accept_fulfilment(fulfilment_id=part.pk, at=at)
        elif state == FulfilmentState.PACKED:
            services.pack_fulfilment(fulfilment_id=part.pk, at=at, on=day)
        elif state == FulfilmentState.SHIPPED:
            number = f"MH{part.pk:06}"
            services.ship_fulfilment(fulfilment_id=part.pk, carrier=CARRIER, tracking_number=number, at=at)
        else:
            services.deliver_fulfilment(fulfilment_id=part.pk, at=at)
