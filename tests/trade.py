"""The smallest valid objects of trade. What a shop needs to sell is an explicit fixture, ``open_shop``."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from catalog.models import Commune, Pack, Province
from cms.models import GiftBundlePage
from marketplace.hub.models import HubTariffRow, PackingHub
from marketplace.orders import services
from marketplace.orders.models import Cart, Order, PaymentMethod
from marketplace.orders.quoting import quote_cart
from marketplace.orders.services import Party, Wish
from marketplace.settlement.models import CommissionRate
from marketplace.shipping.models import ShippingStep, ShippingTable, ZoneName

from .factories import AT, DAY

PRICES = {ZoneName.LOCAL: (1, 18_000), ZoneName.NEAR: (2, 25_000), ZoneName.FAR: (4, 32_000)}
PHONE = "+84912345678"


def open_shop(*, commission_bp: int = 800) -> None:
    """Shipping tables of the shop for every zone, and a commission, in force since long."""
    for zone, (days, price) in PRICES.items():
        table = ShippingTable.objects.create(
            zone=zone, transit_days=days, more_per_kg=5_000, valid_from=date(2020, 1, 1)
        )
        ShippingStep.objects.create(table=table, up_to_g=2_000, price=price)
    CommissionRate.objects.create(basis_points=commission_bp, valid_from=date(2020, 1, 1))


def open_hub(**fees: int) -> PackingHub:
    hub = PackingHub.objects.create(
        name="Kho gói quà", province=Province.objects.get(code="79"), address="1 Đường Kho", phone=PHONE
    )
    defaults = {"assembly_fee": 15_000, "box_fee": 20_000, "box_weight_g": 400, "handling_days": 1}
    HubTariffRow.objects.create(hub=hub, valid_from=date(2020, 1, 1), **{**defaults, **fees})
    return hub


def make_commune(name: str = "Xuân Hương – Đà Lạt", *, province: str = "68") -> Commune:
    found, _made = Commune.objects.get_or_create(name=name, province=Province.objects.get(code=province))
    return found


def make_cart(*wanted: tuple[Pack | GiftBundlePage, int], user: Any = None, at: datetime = AT) -> Cart:
    """A cart with so many of each pack or bundle."""
    cart = services.open_cart(user=user, at=at)
    for thing, quantity in wanted:
        kind = {"pack": thing} if isinstance(thing, Pack) else {"bundle": thing}
        services.add_line(cart_id=cart.pk, quantity=quantity, at=at, on=DAY, **kind)
    return cart


def make_wish(
    cart: Cart,
    *,
    method: PaymentMethod = PaymentMethod.COD,
    recipients: Iterable[Party] | None = None,
    expected_total: int | None = None,
    at: datetime = AT,
    on: date = DAY,
    **more: Any,
) -> Wish:
    """A checkout of the whole cart to one recipient, at what it costs."""
    lines = list(cart.lines.in_order())
    parties = list(recipients or [make_party(portions={line.pk: line.quantity for line in lines})])
    codes = more.get("voucher_codes", ())
    if expected_total is None:
        quote = quote_cart(
            lines,
            destinations=services.destinations_of(parties),
            voucher_codes=codes,
            buyer="b@example.vn",
            on=on,
            at=at,
        )
        expected_total = quote.total
    return Wish(
        **{
            "cart_id": cart.pk,
            "name": "Nguyễn Thị Hoa",
            "email": "b@example.vn",
            "phone": PHONE,
            "recipients": parties,
            "payment_method": method,
            "expected_total": expected_total,
            **more,
        }
    )


def make_party(*, portions: dict[int, int], commune: Commune | None = None, **more: Any) -> Party:
    return Party(
        **{
            "name": "Trần Văn Nam",
            "phone": PHONE,
            "commune": commune or make_commune(),
            "street": "12 Trần Phú",
            "portions": portions,
            **more,
        }
    )


def make_order(
    *wanted: tuple[Pack | GiftBundlePage, int],
    method: PaymentMethod = PaymentMethod.COD,
    at: datetime = AT,
    on: date = DAY,
    user: Any = None,
    **more: Any,
) -> Order:
    """An order of these goods: confirmed if it is paid on delivery, else awaiting payment."""
    cart = make_cart(*wanted, user=user, at=at)
    return services.place_order(make_wish(cart, method=method, at=at, on=on, user=user, **more), at=at, on=on)
