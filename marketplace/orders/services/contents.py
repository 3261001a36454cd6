"""What an order is made of, written down as it was quoted: recipients, lines, parts and items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.orders.models import Fulfilment, FulfilmentState, Order, OrderItem, OrderLine, OrderState, Recipient
from marketplace.orders.quotes import Quote, QuotedParcel
from marketplace.settlement.terms import Terms, load_terms
from ocop_badges.rows import insert_rows


@dataclass(frozen=True, slots=True)
class Placed:
    """An order as it was just written, for whoever tells of it: nobody has to read again what they wrote.

    Recipients, lines and fulfilments in the order of their positions, items in that of ``quote.items``; each knows
    its rows above.
    """

    order: Order
    recipients: Sequence[Recipient]
    lines: Sequence[OrderLine]
    fulfilments: Sequence[Fulfilment]
    items: Sequence[OrderItem]


def write_contents(order: Order, quote: Quote, recipients: Sequence[Recipient], *, on: date) -> Placed:
    """Write all that an order consists of. ``recipients`` are not saved yet, in the order of the destinations."""
    recipients = insert_rows(recipients)
    lines = insert_rows(
        OrderLine(
            order=order,
            recipient=recipients[line.destination or 0],
            position=position,
            pack_id=line.source.pack_id,
            bundle_id=line.source.bundle_id,
            is_bundle=line.source.bundle_id is not None,
            name=line.name,
            code=line.code,
            quantity=line.quantity,
            unit_price=line.unit_price or 0,
            amount=line.amount,
            discount=line.discount,
        )
        for position, line in enumerate(quote.lines)
    )
    fulfilments = _write_fulfilments(order, quote.parcels, recipients)
    items = _write_items(order, quote, lines, fulfilments, on=on)
    return Placed(order, recipients, lines, sorted(fulfilments.values(), key=lambda part: part.position), items)


def _write_items(
    order: Order, quote: Quote, lines: Sequence[OrderLine], fulfilments: Mapping[int, Fulfilment], *, on: date
) -> list[OrderItem]:
    into = {id(item): fulfilments[id(parcel)] for parcel in quote.parcels for item in parcel.items}
    producers = {item.producer_id: item.pack.product.producer for item in quote.items}
    terms: Mapping[int, Terms] = load_terms(producers.values(), on=on)
    return insert_rows(
        OrderItem(
            order=order,
            line=line,
            fulfilment=into[id(item)],
            producer_id=item.producer_id,
            pack=item.pack,
            product_name=item.pack.product.name,
            pack_name=item.pack.name,
            sku=item.pack.sku,
            quantity=item.quantity,
            amount=item.amount,
            discount=item.discount,
            producer_discount=item.producer_discount,
            weight_g=item.weight_g,
            stars=item.stars,
            stars_at_delivery=item.stars_at_delivery,
            certificate=item.certificate,
            decision_number=item.decision_number,
            certificate_until=item.certificate_until,
            commission_bp=terms[item.producer_id].commission_bp,
            vat_withheld_bp=terms[item.producer_id].vat_bp,
            income_tax_withheld_bp=terms[item.producer_id].income_tax_bp,
            legal_form=terms[item.producer_id].legal_form,
        )
        for line, quoted in zip(lines, quote.lines, strict=True)
        for item in quoted.items
    )


def _write_fulfilments(
    order: Order, parcels: Sequence[QuotedParcel], recipients: Sequence[Recipient]
) -> dict[int, Fulfilment]:
    """By the identity of their parcels; boxes first, as what goes into them names them."""
    state = FulfilmentState.PLACED if order.state == OrderState.CONFIRMED else FulfilmentState.WAITING
    written: dict[int, Fulfilment] = {}
    for is_inside in (False, True):
        batch = [(position, parcel) for position, parcel in enumerate(parcels) if (parcel.box is not None) is is_inside]
        rows = insert_rows(
            Fulfilment(
                order=order,
                recipient=recipients[parcel.destination],
                position=position,
                producer=parcel.producer,
                producer_name=parcel.producer_name,
                packing=parcel.packing,
                box=written[id(parcel.box)] if parcel.box is not None else None,
                hub_id=parcel.hub_id,
                state=state,
                shipping=parcel.shipping,
                assembly=parcel.assembly,
                weight_g=parcel.weight_g,
                ship_by=parcel.ship_by,
                expected_on=parcel.expected_on,
            )
            for position, parcel in batch
        )
        written |= {id(parcel): row for (_position, parcel), row in zip(batch, rows, strict=True)}
    return written
