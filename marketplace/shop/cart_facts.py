"""What a cart holds, costs and lacks: for its page, its API and the checkout's summary."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from catalog.models import Province
from marketplace.orders.models import Cart, CartLine
from marketplace.orders.quotes import Destination, Notice, Quote, QuotedItem, QuotedLine
from marketplace.orders.quoting import quote_cart
from ocop_badges.badges import Badge

ABOUT_VOUCHERS = frozenset({"voucher-unusable"})


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line as chosen. ``quoted`` is None where it is not for sale; ``portions`` are those of each destination."""

    line: CartLine
    portions: list[QuotedLine]
    notices: list[Notice]

    @property
    def quoted(self) -> QuotedLine | None:
        return self.portions[0] if self.portions else None

    @property
    def name(self) -> str:
        return self.quoted.name if self.quoted else self.line.name_seen

    @property
    def amount(self) -> int | None:
        return sum(portion.amount for portion in self.portions) if self.portions else None

    @property
    def discount(self) -> int:
        return sum(portion.discount for portion in self.portions)

    @property
    def is_bundle(self) -> bool:
        return self.line.bundle_id is not None

    @property
    def badge(self) -> Badge | None:
        """Of a pack: the stars of its product today."""
        if self.is_bundle or self.quoted is None:
            return None
        return badge_of_item(self.quoted.items[0])

    @property
    def is_certified(self) -> bool:
        """Whether all of it has stars today."""
        return self.quoted is not None and all(item.stars is not None for item in self.quoted.items)

    @property
    def price_before(self) -> int | None:
        """The price of one as the shopper saw it, where it is another one now."""
        return self.line.price_seen if any(notice.code == "price-changed" for notice in self.notices) else None

    @property
    def is_blocked(self) -> bool:
        return any(notice.is_blocking for notice in self.notices)


@dataclass(frozen=True, slots=True)
class CartFacts:
    cart: Cart
    lines: list[LineFacts]
    quote: Quote

    @property
    def notices(self) -> list[Notice]:
        """Those about the whole cart."""
        return [notice for notice in self.quote.notices if notice.line_id is None]

    @property
    def voucher_notices(self) -> list[Notice]:
        """Those that belong beside where vouchers are typed."""
        return [notice for notice in self.notices if notice.code in ABOUT_VOUCHERS]

    @property
    def other_notices(self) -> list[Notice]:
        return [notice for notice in self.notices if notice.code not in ABOUT_VOUCHERS]

    @property
    def has_changed(self) -> bool:
        """Whether a line says that its price or stars are not those the shopper saw."""
        return any(notice.code in {"price-changed", "stars-ended"} for notice in self.quote.notices)


def badge_of_item(item: QuotedItem) -> Badge | None:
    if item.stars is None or item.certificate_until is None:
        return None
    return Badge(stars=item.stars, valid_until=item.certificate_until, certificate=item.certificate)


def load_cart(
    cart: Cart,
    *,
    lines: Sequence[CartLine] | None = None,
    destinations: Sequence[Destination] = (),
    voucher_codes: Iterable[str] | None = None,
    buyer: str = "",
    hides_prices: bool = False,
    on: date,
    at: datetime,
) -> CartFacts:
    """A cart with its quote, in a bounded number of queries. ``voucher_codes`` None: those kept in the cart."""
    chosen = list(cart.lines.in_order()) if lines is None else list(lines)
    codes = cart.voucher_codes if voucher_codes is None else voucher_codes
    quote = quote_cart(
        chosen,
        destinations=destinations,
        voucher_codes=codes,
        buyer=buyer,
        hides_prices=hides_prices,
        on=on,
        at=at,
    )
    portions: dict[int, list[QuotedLine]] = {}
    for quoted in quote.lines:
        portions.setdefault(quoted.source.pk, []).append(quoted)
    notices: dict[int, list[Notice]] = {}
    for notice in quote.notices:
        if notice.line_id is not None:
            notices.setdefault(notice.line_id, []).append(notice)
    facts = [LineFacts(line, portions.get(line.pk, []), notices.get(line.pk, [])) for line in chosen]
    return CartFacts(cart, facts, quote)


def whole_to(province: Province, lines: Iterable[CartLine]) -> list[Destination]:
    """Everything to one place: what a shopper wants to know before saying who gets it."""
    portions = {line.pk: line.quantity for line in lines}
    return [Destination(province_code=province.code, portions=portions)]
