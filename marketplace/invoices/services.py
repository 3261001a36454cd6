"""Invoices drawn up from what was delivered and what came back, and handed to a provider."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import CharField, Exists, Max, OuterRef, Q, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat

from catalog.models import Producer
from marketplace.orders.models import (
    Fulfilment,
    FulfilmentState,
    Order,
    OrderItem,
    Packing,
    RefundItem,
    Return,
    ReturnState,
)
from marketplace.orders.money import portion_of
from marketplace.orders.rules import ENDS
from marketplace.settlement.models import Earning

from .models import Invoice, InvoiceKind, InvoiceLine
from .ports import InvoiceProvider

_ENDED = [end.value for end in ENDS]
_Line = tuple[OrderItem, int, int]  # so many pieces of an item, for so many đồng


def draw_up_invoices(*, at: datetime, on: date, done: Callable[[int], object] = lambda count: None) -> int:
    """One for each seller of whose part of an order everything has ended, and one for each return that came back.

    Each in a transaction of its own; run again it goes on where it stopped. Returns how many were drawn up.
    """
    drawn = 0
    for order_id, producer_id in _sales_due():
        drawn += draw_up_sale(order_id=order_id, producer_id=producer_id, at=at, on=on) is not None
        done(1)
    for return_id in _returns_due():
        drawn += draw_up_adjustment(return_id=return_id, at=at, on=on) is not None
        done(1)
    return drawn


@transaction.atomic
def draw_up_sale(*, order_id: int, producer_id: int, at: datetime, on: date) -> Invoice | None:
    """The invoice of a seller's part of an order; None while it has not ended, or where nothing of it was earned.

    The goods are those that were delivered, the shipping is what was booked for the seller: also of what was carried
    to the door in vain and is paid for all the same.
    """
    order = Order.objects.locked().get(pk=order_id)
    found = Invoice.objects.filter(order=order, producer=producer_id, kind=InvoiceKind.SALE).first()
    if found is not None:
        return found
    parcels = list(order.fulfilments.filter(producer=producer_id).select_related("box").order_by("position"))
    bringing = [parcel.box or parcel for parcel in parcels]
    if any(each.state not in _ENDED for each in (*parcels, *bringing)):
        return None
    delivered = [
        parcel
        for parcel, brings in zip(parcels, bringing, strict=True)
        if parcel.state == brings.state == FulfilmentState.DELIVERED
    ]
    items = OrderItem.objects.filter(fulfilment__in=delivered).order_by("pk")
    unsent = [(item, item.cancelled + _lost(item)) for item in items]
    lines = [_sold(item, item.quantity - before, before=before) for item, before in unsent if item.quantity > before]
    sales = [f"sale:{each.pk}" for each in bringing]
    earned = Earning.objects.of_producer(producer_id).filter(transaction__key__in=sales)
    shipping = earned.aggregate(total=Sum("shipping"))["total"] or 0
    if not lines and not shipping:
        return None
    return _write(
        order,
        lines,
        producer_id=producer_id,
        kind=InvoiceKind.SALE,
        shipping=shipping,
        at=at,
        on=on,
    )


@transaction.atomic
def draw_up_adjustment(*, return_id: int, at: datetime, on: date) -> Invoice | None:
    """What is taken off a sale's invoice for goods that came back; None while the sale has none."""
    request = Return.objects.select_related("fulfilment").get(pk=return_id)
    order = Order.objects.locked().get(pk=request.order_id)
    sale = Invoice.objects.filter(order=order, producer=request.fulfilment.producer_id, kind=InvoiceKind.SALE).first()
    if sale is None or request.state != ReturnState.RECEIVED:
        return None
    if (found := Invoice.objects.filter(request=request).first()) is not None:
        return found
    lines = [_came_back(row.item, row.received or 0, request) for row in request.items.select_related("item")]
    carriage = RefundItem.objects.filter(refund__key=f"return:{request.pk}", item=None)
    shipping = carriage.exclude(fulfilment__packing=Packing.BOX).aggregate(total=Sum("amount"))["total"] or 0
    return _write(
        order,
        [line for line in lines if line[1]],
        producer_id=sale.producer_id,
        kind=InvoiceKind.ADJUSTMENT,
        shipping=shipping,
        at=at,
        on=on,
        request=request,
        adjusts=sale,
    )


def issue_invoices(*, provider: InvoiceProvider, at: datetime) -> int:
    """Hand what waits to a provider, a seller at a time, outside any transaction. Returns how many it took.

    What goes together is written down first: killed in between, the very same is handed over again.
    """
    sellers = Invoice.objects.waiting().order_by("producer_id").values_list("producer_id", flat=True).distinct()
    return sum(
        _issue(producer_id, batch, provider=provider, at=at)
        for producer_id in list(sellers)
        for batch in _batches_of(producer_id)
    )


@transaction.atomic
def _batches_of(producer_id: int) -> list[int]:
    """What waits of a seller, the first batch first; what is new becomes the last one."""
    _lock_seller(producer_id)
    waiting = Invoice.objects.waiting().filter(producer=producer_id)
    new = waiting.filter(batch=None)
    new.update(batch=new.aggregate(last=Max("number"))["last"])
    batches = waiting.order_by("batch").values_list("batch", flat=True).distinct()
    return [batch for batch in batches if batch is not None]


def _issue(producer_id: int, batch: int, *, provider: InvoiceProvider, at: datetime) -> int:
    """All of a batch, also what another process has marked meanwhile: a provider gets it whole or not at all."""
    together = Invoice.objects.filter(producer=producer_id, batch=batch).oldest_first()
    references = provider.issue(list(together.select_related("order", "producer", "adjusts").prefetch_related("lines")))
    with transaction.atomic():
        return sum(
            Invoice.objects.waiting().filter(pk=pk).update(provider=provider.code, reference=reference, issued_at=at)
            for pk, reference in references.items()
        )


def _sales_due() -> Iterable[tuple[int, int]]:
    """Orders and sellers of which everything was delivered or has failed, with a sale and no invoice yet."""
    same = {"order": OuterRef("order"), "producer": OuterRef("producer")}
    delivered = Q(Q(box=None) | Q(box__state=FulfilmentState.DELIVERED), state=FulfilmentState.DELIVERED)
    brings = Cast(Coalesce(OuterRef("box_id"), OuterRef("pk")), CharField())
    carried = Earning.objects.filter(
        transaction__key=Concat(Value("sale:"), brings), producer=OuterRef("producer"), shipping__gt=0
    )
    due = (
        Fulfilment.objects.filter(delivered | Exists(carried), producer__isnull=False)
        .filter(~Exists(Invoice.objects.filter(**same, kind=InvoiceKind.SALE)))
        .filter(~Exists(Fulfilment.objects.filter(**same).exclude(state__in=_ENDED)))
    )
    return list(due.order_by("order_id", "producer_id").values_list("order_id", "producer_id").distinct())


def _returns_due() -> list[int]:
    received = Return.objects.filter(state=ReturnState.RECEIVED).exclude(
        pk__in=Invoice.objects.filter(kind=InvoiceKind.ADJUSTMENT).values("request")
    )
    return list(received.order_by("received_at", "pk").values_list("pk", flat=True))


def _sold(item: OrderItem, count: int, *, before: int) -> _Line:
    part = portion_of(item, count, before=before)
    return item, count, part.goods + part.platform_discount


def _lost(item: OrderItem) -> int:
    """How many were paid back and never sold, as they were lost before they were sent: no return tells of them."""
    came_back = item.return_items.filter(request__state=ReturnState.RECEIVED).aggregate(total=Sum("received"))["total"]
    return item.returned - (came_back or 0)


def _came_back(item: OrderItem, count: int, request: Return) -> _Line:
    """The pieces of a return come after those that came back before it: their amounts are what was booked back."""
    earlier = item.return_items.filter(request__state=ReturnState.RECEIVED).filter(
        Q(request__received_at__lt=request.received_at)
        | Q(request__received_at=request.received_at, request_id__lt=request.pk)
    )
    before = item.cancelled + _lost(item) + sum(row.received or 0 for row in earlier)
    return _sold(item, count, before=before)


def _lock_seller(producer_id: int) -> Producer:
    """Hold the seller's row to the end of the transaction: its documents are numbered one after the other."""
    sellers = Producer.objects.select_for_update(of=("self",), no_key=True).select_related("province")
    return sellers.get(pk=producer_id)


def _write(
    order: Order,
    lines: Sequence[_Line],
    *,
    producer_id: int,
    kind: InvoiceKind,
    shipping: int,
    at: datetime,
    on: date,
    request: Return | None = None,
    adjusts: Invoice | None = None,
) -> Invoice:
    producer = _lock_seller(producer_id)
    last = Invoice.objects.filter(producer=producer).aggregate(last=Max("number"))["last"] or 0
    goods = sum(amount for _item, _count, amount in lines)
    invoice = Invoice.objects.create(
        order=order,
        producer=producer,
        kind=kind,
        request=request,
        adjusts=adjusts,
        number=last + 1,
        drawn_up_on=on,
        seller_name=producer.legal_name or producer.name,
        seller_tax_code=producer.tax_number,
        seller_address=", ".join(text for text in (producer.address, producer.province.name) if text),
        buyer_name=order.name,
        buyer_company=order.invoice_company,
        buyer_tax_code=order.invoice_tax_code,
        buyer_address=order.invoice_address,
        buyer_email=order.email,
        payment_method=order.payment_method,
        goods=goods,
        shipping=shipping,
        total=goods + shipping,
        created_at=at,
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            position=position,
            sku=item.sku,
            name=f"{item.product_name} – {item.pack_name}",
            quantity=count,
            amount=amount,
        )
        for position, (item, count, amount) in enumerate(lines)
    )
    return invoice
