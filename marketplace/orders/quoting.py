"""What a cart costs, how it goes, and what stands against it, on a day and at an instant.

One function answers the cart page, the API's cart and the checkout, so that what is shown is what is charged. It
writes nothing and asks a bounded number of queries, whatever the size of the cart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from catalog.goods import GoodsRule, rules_of
from catalog.models import Pack
from cms.models import GiftBundlePage
from cms.models.gifts import offers_of
from cms.offers import Offer
from marketplace.hub.tariffs import HubTariff, tariff_on
from marketplace.orders import rules
from marketplace.orders.models import CartLine, PaymentMethod
from marketplace.orders.offered import offered_methods, refusals
from marketplace.orders.parcels import pack_parcels
from marketplace.orders.quotes import Destination, Notice, Quote, QuotedItem, QuotedLine
from marketplace.orders.stars import Stars, load_stars
from marketplace.orders.stock import find_shortages
from marketplace.orders.vouchers import apply_vouchers
from marketplace.orders.weights import weight_of
from marketplace.shipping.rates import load_rate_book
from ocop_badges.markup import written


@dataclass(frozen=True, slots=True)
class Goods:
    """What is known of everything in a cart."""

    packs: Mapping[int, Pack]
    bundles: Mapping[int, GiftBundlePage]
    offers: Mapping[int, Offer]
    rules: Mapping[int, GoodsRule]
    stars: Stars

    def pack_of(self, line: CartLine) -> Pack | None:
        return self.packs.get(line.pack_id) if line.pack_id else None

    def bundle_of(self, line: CartLine) -> GiftBundlePage | None:
        return self.bundles.get(line.bundle_id) if line.bundle_id else None


def quote_cart(
    lines: Sequence[CartLine],
    *,
    destinations: Sequence[Destination] = (),
    voucher_codes: Iterable[str] = (),
    buyer: str = "",
    on: date,
    at: datetime,
    ignoring_order: int | None = None,
    counts_stock: bool = True,
    hides_prices: bool = False,
) -> Quote:
    """The quote of a cart's lines for destinations; without any, goods only.

    ``buyer`` is the e-mail by which a voucher's limit for one buyer counts. ``ignoring_order`` leaves the holds of an
    order (its id) out of what is counted as taken; without ``counts_stock`` whoever asks counts for themselves.
    ``hides_prices`` says that no price is to be seen by who gets it, and so none asked for at the door.
    """
    goods = load_goods(lines, on=on)
    tariff = tariff_on(on) if any(bundle.goes_as_box for bundle in goods.bundles.values()) else None
    quote = Quote(lines=[], parcels=[], notices=[])
    for line in lines:
        quote.notices += _notices_of(line, goods, tariff)
        for index, quantity in _portions(line, destinations):
            if (quoted := _quoted(line, goods, index, quantity, has_hub=tariff is not None)) is not None:
                quote.lines.append(quoted)
    apply_vouchers(quote, voucher_codes, buyer=buyer, on=on, at=at)
    if destinations:
        producers = {item.producer_id for item in quote.items}
        pack_parcels(
            quote,
            destinations,
            rates=load_rate_book(producers, on=on),
            tariff=tariff,
            transit_limits={pack.pk: pack.product.max_transit_days for pack in goods.packs.values()},
            on=on,
        )
    _judge_delivery_day(quote, goods.stars)
    if counts_stock:
        quote.notices += find_shortages(quote, on=on, at=at, ignoring_order=ignoring_order)
    _settle_methods(quote, goods.rules, hides_prices=hides_prices)
    return quote


def load_goods(lines: Iterable[CartLine], *, on: date) -> Goods:
    """Packs (also those in bundles), bundles with their offers, goods rules and stars: about ten queries."""
    bundle_ids = {line.bundle_id for line in lines if line.bundle_id}
    bundles = GiftBundlePage.objects.in_bulk(bundle_ids) if bundle_ids else {}
    offers = offers_of(bundles.values(), day=on) if bundles else {}
    pack_ids = {line.pack_id for line in lines if line.pack_id}
    packs = Pack.objects.select_related("product__producer__province").in_bulk(pack_ids)
    for offer in offers.values():
        packs |= {item.pack.pk: item.pack for item in offer.items}
    products = {pack.product_id: pack.product for pack in packs.values()}
    return Goods(
        packs=packs,
        bundles=bundles,
        offers=offers,
        rules=rules_of(((pk, each.producer_id, each.product_set_id) for pk, each in products.items()), on=on),
        stars=load_stars(products, since=on),
    )


def price_of(line: CartLine, goods: Goods) -> int | None:
    """The price of one of a line today, in đồng; None where it is not for sale."""
    if (pack := goods.pack_of(line)) is not None:
        is_shown = pack.product.is_published and pack.product.producer.is_published
        return pack.price if is_shown and pack.is_on_sale else None
    bundle = goods.bundle_of(line)
    return goods.offers[bundle.pk].price if bundle is not None and bundle.live else None


def name_of(line: CartLine, goods: Goods) -> str:
    if (pack := goods.pack_of(line)) is not None:
        return f"{pack.product.name_in()} – {pack.name_in()}"
    bundle = goods.bundle_of(line)
    return bundle.title_in() if bundle is not None else line.name_seen


def contents_of(line: CartLine, goods: Goods) -> list[tuple[Pack, int]]:
    """The packs in one of a line, with how many of each."""
    if (pack := goods.pack_of(line)) is not None:
        return [(pack, 1)]
    bundle = goods.bundle_of(line)
    return [(item.pack, item.quantity) for item in goods.offers[bundle.pk].items] if bundle is not None else []


def least_stars(line: CartLine, goods: Goods, *, on: date) -> int | None:
    """The fewest stars of what is in a line; None where not all of it has stars."""
    stars = [goods.stars.of(pack.product_id, on) for pack, _count in contents_of(line, goods)]
    return min((each.stars for each in stars if each), default=None) if all(stars) and stars else None


def _notices_of(line: CartLine, goods: Goods, tariff: HubTariff | None) -> list[Notice]:
    on = goods.stars.since
    contents = contents_of(line, goods)
    if not contents:
        return [Notice("gone", _("{name} is no longer there.").format(name=line.name_seen), line.pk)]
    name, price = name_of(line, goods), price_of(line, goods)
    if price is None:
        return [Notice("not-for-sale", _("{name} is not for sale at present.").format(name=name), line.pk)]
    notices = []
    if line.price_seen is not None and price != line.price_seen:
        notices.append(
            Notice("price-changed", _("The price of {name} has changed.").format(name=name), line.pk, is_blocking=False)
        )
    if line.stars_seen is not None and least_stars(line, goods, on=on) is None:
        text = _("{name} has no OCOP stars any more: its certificate has ended or is suspended.")
        notices.append(Notice("stars-ended", text.format(name=name), line.pk, is_blocking=False))
    for pack, _count in contents:
        rule = goods.rules.get(pack.product_id)
        if rule is not None and rule.missing:
            text = _("{name} cannot be sold: its seller lacks a valid document ({documents}).")
            notices.append(
                Notice(
                    "document-missing",
                    text.format(name=pack.product.name_in(), documents=", ".join(rule.missing_names)),
                    line.pk,
                )
            )
    bundle = goods.bundle_of(line)
    if bundle is not None and bundle.goes_as_box and tariff is None:
        text = _("{name} goes as one box, and no packing hub is open.")
        notices.append(Notice("no-hub", text.format(name=name), line.pk))
    return notices


def _portions(line: CartLine, destinations: Sequence[Destination]) -> list[tuple[int | None, int]]:
    if not destinations:
        return [(None, line.quantity)]
    return [
        (index, destination.portions[line.pk])
        for index, destination in enumerate(destinations)
        if destination.portions.get(line.pk)
    ]


def _quoted(
    line: CartLine, goods: Goods, destination: int | None, quantity: int, *, has_hub: bool
) -> QuotedLine | None:
    contents = contents_of(line, goods)
    price = price_of(line, goods)
    if not contents or price is None:
        return None
    prices = [(pack.price or 0) * count for pack, count in contents]
    amounts = rules.split(price * quantity, prices)
    bundle = goods.bundle_of(line)
    items = []
    for (pack, count), amount in zip(contents, amounts, strict=True):
        badge = goods.stars.of(pack.product_id, goods.stars.since)
        items.append(
            QuotedItem(
                pack=pack,
                quantity=count * quantity,
                amount=amount,
                weight_g=weight_of(pack),
                stars=badge.stars if badge else None,
                certificate=badge.certificate if badge else "",
                decision_number=goods.stars.decisions[badge.certificate] if badge else "",
                certificate_until=badge.valid_until if badge else None,
            )
        )
    return QuotedLine(
        source=line,
        destination=destination,
        name=name_of(line, goods),
        code=bundle.slug if bundle else contents[0][0].sku,
        quantity=quantity,
        unit_price=price,
        items=items,
        goes_as_box=has_hub and bundle is not None and bundle.goes_as_box,
    )


def _judge_delivery_day(quote: Quote, stars: Stars) -> None:
    """Say which stars will have ended when the goods arrive; that is no reason not to buy."""
    arrives = {id(item): (parcel.box or parcel).expected_on for parcel in quote.parcels for item in parcel.items}
    lines = {id(item): line for line in quote.lines for item in line.items}
    told = set()
    for item in quote.items:
        day = arrives.get(id(item), stars.since)
        later = stars.of(item.pack.product_id, day)
        item.stars_at_delivery = later.stars if later else None
        line = lines[id(item)]
        key = (line.source.pk, item.pack.product_id, day)
        if item.stars is None or key in told or (later is not None and later.stars >= item.stars):
            continue
        told.add(key)
        if later is None:
            code, text = "stars-end-before-delivery", _("The OCOP stars of {name} end before it arrives on {day}.")
        else:
            code, text = "fewer-stars-at-delivery", _("{name} has {stars} OCOP stars when it arrives on {day}.")
        text = text.format(name=item.pack.product.name_in(), day=written(day), stars=item.stars_at_delivery)
        quote.notices.append(Notice(code, text, line.source.pk, is_blocking=False))


def _settle_methods(quote: Quote, goods_rules: Mapping[int, GoodsRule], *, hides_prices: bool) -> None:
    """Which payment methods are offered and lawful for everything in the cart, and how old its buyer has to be."""
    methods = offered_methods(quote.total)
    refused = refusals(quote.total)
    if PaymentMethod.COD in methods and len({line.destination for line in quote.lines}) > 1:
        methods -= {PaymentMethod.COD.value}
        refused[PaymentMethod.COD.value] = _(
            "What goes to several recipients is paid for beforehand: nobody is asked at the door to pay for a gift."
        )
    elif PaymentMethod.COD in methods and hides_prices:
        methods -= {PaymentMethod.COD.value}
        refused[PaymentMethod.COD.value] = _(
            "A parcel without prices is paid for beforehand: nobody is asked at the door to pay for a gift."
        )
    for item in quote.items:
        rule = goods_rules.get(item.pack.product_id)
        if rule is None:
            continue
        if rule.methods is not None:
            methods &= rule.methods
            refused = {code: text for code, text in refused.items() if code in rule.methods}
        if rule.minimum_age:
            quote.minimum_age = max(quote.minimum_age or 0, rule.minimum_age)
    quote.methods = [method for method in PaymentMethod.values if method in methods]
    quote.notices += [Notice(f"{code}-unavailable", text, is_blocking=False) for code, text in refused.items()]
