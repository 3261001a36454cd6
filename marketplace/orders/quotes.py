"""What a cart would cost and whether it can be had: the words of an answer. ``quoting`` finds them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from catalog.models import Pack, Producer
from marketplace.orders.models import CartLine, Packing


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell the shopper about a line, or about the whole cart (``line_id`` None).

    ``code`` is stable; a blocking one has to be mended before checkout. ``left`` is how many there still are.
    """

    code: str
    detail: str
    line_id: int | None = None
    is_blocking: bool = True
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a part of the cart goes. ``portions``: how many of each cart line, by its id."""

    province_code: str
    portions: dict[int, int]
    deliver_on: date | None = None


@dataclass(slots=True)
class QuotedItem:
    """So many of one pack within a line. Money in đồng; ``stars_at_delivery`` is judged for the expected day."""

    pack: Pack
    quantity: int
    amount: int
    weight_g: int
    discount: int = 0
    producer_discount: int = 0
    stars: int | None = None
    stars_at_delivery: int | None = None
    certificate: str = ""
    decision_number: str = ""
    certificate_until: date | None = None

    @property
    def producer_id(self) -> int:
        return self.pack.product.producer_id

    @property
    def net(self) -> int:
        return self.amount - self.discount


@dataclass(slots=True)
class QuotedLine:
    """One cart line, or the portion of it that goes to one destination (its index, None where none is known)."""

    source: CartLine
    destination: int | None
    name: str
    code: str
    quantity: int
    unit_price: int | None
    items: list[QuotedItem]
    goes_as_box: bool = False
    discount: int = 0

    @property
    def amount(self) -> int:
        return (self.unit_price or 0) * self.quantity


@dataclass(slots=True)
class QuotedParcel:
    """What goes together: one producer's part to one destination, or a gift box and the parts that go into it.

    ``ship_by`` and ``expected_on`` are days; an inbound part is expected at the hub. ``hub_id``: where a box is packed.
    """

    destination: int
    producer: Producer | None
    packing: Packing
    items: list[QuotedItem]
    weight_g: int
    ship_by: date
    expected_on: date
    shipping: int = 0
    assembly: int = 0
    box: "QuotedParcel | None" = None
    hub_id: int | None = None

    @property
    def producer_name(self) -> str:
        return self.producer.name if self.producer is not None else ""


@dataclass(slots=True)
class Quote:
    """``shipping_total`` is None while no destination is known: then ``total`` is that of the goods."""

    lines: list[QuotedLine]
    parcels: list[QuotedParcel]
    notices: list[Notice]
    vouchers: list[Any] = field(default_factory=list)  # (Voucher, amount) in the order applied
    shipping_total: int | None = None
    assembly_total: int = 0
    minimum_age: int | None = None
    methods: list[str] = field(default_factory=list)

    @property
    def goods_total(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def discount_total(self) -> int:
        return sum(line.discount for line in self.lines)

    @property
    def total(self) -> int:
        return self.goods_total - self.discount_total + (self.shipping_total or 0) + self.assembly_total

    @property
    def blocking(self) -> list[Notice]:
        return [notice for notice in self.notices if notice.is_blocking]

    @property
    def items(self) -> Iterable[QuotedItem]:
        return (item for line in self.lines for item in line.items)
