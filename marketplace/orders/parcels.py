"""How the goods of a quote go: a parcel for each producer and destination, or one gift box from the packing hub."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from marketplace.hub.tariffs import HubTariff
from marketplace.orders.models import Packing
from marketplace.orders.quotes import Destination, Notice, Quote, QuotedItem, QuotedLine, QuotedParcel
from marketplace.shipping.rates import Obstacle, Rate, RateBook
from ocop_badges.markup import written

HANDLING_DAYS = 2  # from the order until a producer has packed it


def pack_parcels(
    quote: Quote,
    destinations: Sequence[Destination],
    *,
    rates: RateBook,
    tariff: HubTariff | None,
    transit_limits: Mapping[int, int | None],
    on: date,
) -> None:
    """Put every item into a parcel, price the parcels and say which goods cannot get where they are to go."""
    for index, destination in enumerate(destinations):
        direct: dict[int, list[tuple[QuotedLine, QuotedItem]]] = {}
        for line in quote.lines:
            if line.destination != index:
                continue
            if line.goes_as_box and tariff is not None:
                _pack_box(quote, line, index, destination, rates=rates, tariff=tariff, limits=transit_limits, on=on)
                continue
            for item in line.items:
                direct.setdefault(item.producer_id, []).append((line, item))
        for contents in direct.values():
            _pack_direct(quote, contents, index, destination, rates=rates, limits=transit_limits, on=on)
    quote.shipping_total = sum(parcel.shipping for parcel in quote.parcels)
    quote.assembly_total = sum(parcel.assembly for parcel in quote.parcels)


def _pack_direct(
    quote: Quote,
    contents: list[tuple[QuotedLine, QuotedItem]],
    index: int,
    destination: Destination,
    *,
    rates: RateBook,
    limits: Mapping[int, int | None],
    on: date,
) -> None:
    producer = contents[0][1].pack.product.producer
    weight = sum(item.weight_g * item.quantity for _line, item in contents)
    rate = rates.find(producer.pk, producer.province.code, destination.province_code, weight)
    if rate is None:
        obstacle = rates.obstacle(producer.pk, producer.province.code, destination.province_code)
        for line in {id(line): line for line, _item in contents}.values():
            quote.notices.append(_not_sent(line, obstacle))
        return
    for line, item in contents:
        if _spoils(limits.get(item.pack.pk), rate.transit_days):
            quote.notices.append(_out_of_reach(line, item))
    ship_by, expected_on = _days(quote, contents[0][0], destination, handling=HANDLING_DAYS, rate=rate, on=on)
    quote.parcels.append(
        QuotedParcel(
            destination=index,
            producer=producer,
            packing=Packing.DIRECT,
            items=[item for _line, item in contents],
            weight_g=weight,
            ship_by=ship_by,
            expected_on=expected_on,
            shipping=rate.price,
        )
    )


def _pack_box(
    quote: Quote,
    line: QuotedLine,
    index: int,
    destination: Destination,
    *,
    rates: RateBook,
    tariff: HubTariff,
    limits: Mapping[int, int | None],
    on: date,
) -> None:
    """One box for each of a bundle; the parts travel to the hub first, which takes the longest of them."""
    weight = sum(item.weight_g * item.quantity for item in line.items) + tariff.box_weight_g * line.quantity
    outbound = rates.find(None, tariff.province_code, destination.province_code, weight)
    if outbound is None:
        obstacle = rates.obstacle(None, tariff.province_code, destination.province_code)
        quote.notices.append(_not_sent(line, obstacle))
        return
    inbound: dict[int, list[QuotedItem]] = {}
    for item in line.items:
        inbound.setdefault(item.producer_id, []).append(item)
    legs: dict[int, Rate] = {}
    for producer_id, items in inbound.items():
        origin = items[0].pack.product.producer.province.code
        leg = rates.find(
            producer_id, origin, tariff.province_code, sum(item.weight_g * item.quantity for item in items)
        )
        if leg is None:
            quote.notices.append(_not_sent(line, rates.obstacle(producer_id, origin, tariff.province_code)))
            return
        legs[producer_id] = leg
        for item in items:
            if _spoils(limits.get(item.pack.pk), leg.transit_days + tariff.handling_days + outbound.transit_days):
                quote.notices.append(_out_of_reach(line, item))
    at_hub = max(leg.transit_days for leg in legs.values())
    handling = HANDLING_DAYS + at_hub + tariff.handling_days
    ship_by, expected_on = _days(quote, line, destination, handling=handling, rate=outbound, on=on)
    box = QuotedParcel(
        destination=index,
        producer=None,
        packing=Packing.BOX,
        items=[],
        weight_g=weight,
        ship_by=ship_by,
        expected_on=expected_on,
        shipping=outbound.price,
        assembly=(tariff.assembly_fee + tariff.box_fee) * line.quantity,
        hub_id=tariff.hub_id,
    )
    quote.parcels.append(box)
    at_hub_by = ship_by - timedelta(days=tariff.handling_days)
    for producer_id, items in inbound.items():
        quote.parcels.append(
            QuotedParcel(
                destination=index,
                producer=items[0].pack.product.producer,
                packing=Packing.INBOUND,
                items=items,
                weight_g=sum(item.weight_g * item.quantity for item in items),
                ship_by=at_hub_by - timedelta(days=legs[producer_id].transit_days),
                expected_on=at_hub_by,
                shipping=legs[producer_id].price,
                box=box,
            )
        )


def _days(
    quote: Quote, line: QuotedLine, destination: Destination, *, handling: int, rate: Rate, on: date
) -> tuple[date, date]:
    """The day by which a parcel leaves, and the day it arrives: as early as it can, or as asked if that is later."""
    ready = on + timedelta(days=handling)
    earliest = ready + timedelta(days=rate.transit_days)
    wanted = destination.deliver_on
    if wanted is None:
        return ready, earliest
    if wanted < earliest:
        text = _("{name} arrives on {day} at the earliest.").format(name=line.name, day=written(earliest))
        quote.notices.append(Notice("too-early", text, line.source.pk))
        return ready, earliest
    return wanted - timedelta(days=rate.transit_days), wanted


def _spoils(limit: int | None, transit_days: int) -> bool:
    return limit is not None and transit_days > limit


def _not_sent(line: QuotedLine, obstacle: Obstacle) -> Notice:
    if obstacle is Obstacle.TOO_HEAVY:
        text = _("{name} is too heavy for one parcel there. Take fewer, or order in parts.")
        return Notice("too-heavy", text.format(name=line.name), line.source.pk)
    return Notice("cannot-reach", _("{name} cannot be sent there.").format(name=line.name), line.source.pk)


def _out_of_reach(line: QuotedLine, item: QuotedItem) -> Notice:
    text = _("{name} is fresh and cannot get there in time.").format(name=item.pack.product.name_in())
    return Notice("cannot-reach", text, line.source.pk)
