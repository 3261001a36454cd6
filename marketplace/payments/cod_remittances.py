"""What carriers hand over of the cash they collected: their list, matched against what counts as collected, booked."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CharField, Sum, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from marketplace.orders.models import Fulfilment, Packing, PaymentMethod
from marketplace.payments.amounts import source_of
from marketplace.payments.models import Capture, RemittanceBatch, RemittanceLine
from marketplace.settlement.booking import book_remittance
from ocop_badges.errors import DomainError, Fault

COLUMNS = ("tracking_number", "collected", "fee")
LARGEST = 2 * 1024 * 1024  # bytes of a file
MOST_LINES = 20_000
_MOST = 10**12  # đồng on one line
_MOST_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """A parcel of which the carrier says something else than we know. Both in đồng."""

    line: RemittanceLine
    told: int
    known: int


@dataclass(frozen=True, slots=True)
class _Row:
    number: int  # of the line in the file
    tracking: str
    collected: int
    fee: int


@transaction.atomic
def import_remittance(
    *, carrier: str, reference: str, paid_on: date, file: bytes, at: datetime, by: Any = None
) -> RemittanceBatch:
    """Store a carrier's list: CSV in UTF-8 with the columns ``tracking_number``, ``collected`` and ``fee``, in đồng.

    All or nothing. Raises ``DomainError``: ``remittance-unreadable`` (400) with a fault for every line that is wrong,
    no parcel of this carrier that is paid on delivery, or told before; ``remittance-known`` (409) for the reference.
    """
    rows = _read(file)
    parcels, faults = _find(rows, carrier)
    if faults:
        raise _unreadable(faults)
    try:
        with transaction.atomic():
            batch = RemittanceBatch.objects.create(
                carrier=carrier, reference=reference, paid_on=paid_on, created_at=at, created_by=by
            )
            RemittanceLine.objects.bulk_create(
                RemittanceLine(batch=batch, fulfilment=parcels[row.tracking], collected=row.collected, fee=row.fee)
                for row in rows
            )
    except IntegrityError:
        raise DomainError(_("This remittance has been imported already."), code="remittance-known") from None
    return batch


def differences(batch: RemittanceBatch) -> list[Difference]:
    """The lines on which the carrier collected something else than what counts as collected. Two queries."""
    lines = list(batch.lines.select_related("fulfilment__order").order_by("pk"))
    captures = Capture.objects.filter(
        payment__method=PaymentMethod.COD, source_id__in=[source_of(line.fulfilment_id) for line in lines]
    )
    known = dict(captures.order_by().values_list("source_id", "amount"))
    return [
        Difference(line, line.collected, known.get(source_of(line.fulfilment_id), 0))
        for line in lines
        if line.collected != known.get(source_of(line.fulfilment_id), 0)
    ]


def unremitted(*, before: datetime) -> Iterator[tuple[Capture, Fulfilment]]:
    """What counts as collected since before then, oldest first, and stands in no booked list. Two queries."""
    booked = RemittanceLine.objects.exclude(batch__booked_at=None).annotate(
        source=Concat(Value(source_of("")), Cast("fulfilment_id", CharField()))
    )
    late = list(
        Capture.objects.filter(payment__method=PaymentMethod.COD, received_at__lt=before)
        .exclude(source_id__in=booked.values("source"))
        .select_related("payment__order")
        .order_by("pk")
    )
    parcels = Fulfilment.objects.filter(order__in=[capture.payment.order_id for capture in late])
    by_source = {source_of(parcel.pk): parcel for parcel in parcels}
    return ((capture, by_source[capture.source_id]) for capture in late if capture.source_id in by_source)


@transaction.atomic
def book_batch(*, batch_id: int, at: datetime, accept_differences: bool = False) -> RemittanceBatch:
    """The money of a remittance is on our account. Doing so again changes nothing.

    Accepted differences stay on the account of what is with the carriers, until they are settled.
    Raises ``DomainError`` ``remittance-differs`` (409) where it differs and that was not accepted.
    """
    batch = RemittanceBatch.objects.locked().get(pk=batch_id)
    if batch.booked_at is not None:
        return batch
    if not accept_differences and (found := differences(batch)):
        raise DomainError(
            _("On {count} lines the carrier collected something else than we know of.").format(count=len(found)),
            code="remittance-differs",
        )
    sums = batch.lines.aggregate(collected=Sum("collected"), fee=Sum("fee"))
    book_remittance(
        key=f"remittance:{batch.pk}",
        method=PaymentMethod.COD,
        amount=sums["collected"] or 0,
        fee=sums["fee"] or 0,
        at=at,
        note=str(batch),
    )
    batch.booked_at = at
    batch.save(update_fields=["booked_at"])
    return batch


@transaction.atomic
def withdraw_batch(*, batch_id: int) -> None:
    """Forget a list that was taken by mistake. Raises ``DomainError`` ``remittance-booked`` (409) once it is booked."""
    batch = RemittanceBatch.objects.locked().get(pk=batch_id)
    if batch.booked_at is not None:
        raise DomainError(_("This remittance is booked."), code="remittance-booked")
    batch.delete()


def _read(file: bytes) -> list[_Row]:
    if len(file) > LARGEST:
        raise _unreadable([Fault(_("The file is too large."), "too-large")])
    try:
        table = list(csv.reader(StringIO(file.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise _unreadable([Fault(_("This is no CSV file in UTF-8."), "not-csv")]) from None
    header = [cell.strip() for cell in table[0]] if table else []
    if missing := [column for column in COLUMNS if column not in header]:
        raise _unreadable([Fault(_("The column {name} is missing.").format(name=name), "column") for name in missing])
    places = [header.index(column) for column in COLUMNS]
    body = [(number, cells) for number, cells in enumerate(table[1:], start=2) if any(map(str.strip, cells))]
    if not body or len(body) > MOST_LINES:
        raise _unreadable([Fault(_("1 to {count} lines, please.").format(count=MOST_LINES), "length")])
    rows, faults = [], []
    for number, cells in body:
        picked = [cells[place].strip() if place < len(cells) else "" for place in places]
        collected, fee = _dong(picked[1]), _dong(picked[2] or "0")
        if not picked[0] or collected is None or fee is None or not collected + fee:
            text = _("A tracking number and amounts in đồng, please: digits only.")
            faults.append(Fault(text, "invalid", f"lines/{number}"))
        else:
            rows.append(_Row(number, picked[0], collected, fee))
    if faults:
        raise _unreadable(faults)
    return rows


def _dong(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_number and int(text) <= _MOST else None


def _find(rows: Iterable[_Row], carrier: str) -> tuple[Mapping[str, Fulfilment], list[Fault]]:
    """The parcels by tracking number, and what is wrong with which line."""
    listed = list(rows)
    found: dict[str, list[Fulfilment]] = {}
    parcels = (
        Fulfilment.objects.filter(
            carrier__iexact=carrier,
            order__payment_method=PaymentMethod.COD,
            tracking_number__in={row.tracking for row in listed},
        )
        .exclude(packing=Packing.INBOUND)
        .order_by("pk")
    )
    for parcel in parcels:
        found.setdefault(parcel.tracking_number, []).append(parcel)
    told = set(
        RemittanceLine.objects.filter(fulfilment__in=[each.pk for group in found.values() for each in group])
        .order_by()
        .values_list("fulfilment_id", flat=True)
    )
    times = Counter(row.tracking for row in listed)
    faults = []
    for row in listed:
        group = found.get(row.tracking, [])
        if times[row.tracking] > 1:
            text, code = _("{tracking} stands on several lines."), "doubled"
        elif not group:
            text, code = _("{tracking} is no parcel of this carrier that is paid on delivery."), "unknown"
        elif len(group) > 1:
            text, code = _("{tracking} is the number of several parcels."), "ambiguous"
        elif group[0].pk in told:
            text, code = _("{tracking} was handed over already."), "known"
        else:
            continue
        faults.append(Fault(text.format(tracking=row.tracking), code, f"lines/{row.number}"))
    return {tracking: group[0] for tracking, group in found.items()}, faults


def _unreadable(faults: list[Fault]) -> DomainError:
    return DomainError(
        _("The carrier's list cannot be taken."), code="remittance-unreadable", status=400, faults=faults
    )
