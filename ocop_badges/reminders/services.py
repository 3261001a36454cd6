"""What writes reminders and addresses of calendars."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from ocop_badges.errors import DomainError
from ocop_badges.officers import mandate_of
from ocop_badges.services import lock_products

from .finding import Days, Due, find_due
from .models import CalendarAddress, Reminder


def record_reminders(*, product_ids: Collection[int], day: date, at: datetime, days: Days | None) -> list[Reminder]:
    """Record what is due for some products, and answer those reminders that are to be told.

    Call within the transaction that records the messages about them: neither is there without the other. The products
    are locked and the facts read again, so that of two runs one finds nothing left, and nobody is reminded of a
    certificate whose renewal is just being recorded.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Reminders are recorded in a transaction with their messages.")
    lock_products(sorted(product_ids))
    due = find_due(product_ids, day=day, at=at, days=days)
    reminders = Reminder.objects.bulk_create([each.reminder for each in due], batch_size=2_000)
    _record_overtaken(due)
    return reminders


def _record_overtaken(due: Collection[Due]) -> None:
    """A row for each step that was overtaken. SQL by hand: a late first run writes a hundred thousand."""
    columns = ("certificate_id", "last_day", "step", "topic", "on", "is_suspended", "is_overtaken", "recorded_at")
    ops = connection.ops
    rows = [
        (
            each.reminder.certificate_id,
            ops.adapt_datefield_value(each.reminder.last_day),
            step.days_before,
            step.topic.value,
            ops.adapt_datefield_value(each.reminder.on),
            each.reminder.is_suspended,
            True,
            ops.adapt_datetimefield_value(each.reminder.recorded_at),
        )
        for each in due
        for step in each.overtaken
    ]
    if rows:
        table, names = ops.quote_name(Reminder._meta.db_table), ", ".join(map(ops.quote_name, columns))
        places = ", ".join(["%s"] * len(columns))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608 - fixed text


def mark_read(*, producer_ids: Collection[int], reminder_ids: Collection[int], at: datetime) -> int:
    """Note that somebody of the producers has read these reminders of theirs; returns how many were new to them."""
    own = Reminder.objects.for_producers(producer_ids).filter(pk__in=list(reminder_ids)).order_by()
    return Reminder.objects.unread().filter(pk__in=own.values("pk")).update(read_at=at)


def producer_calendar_address(*, user: Any, producer: Any, at: datetime) -> CalendarAddress:
    """The address of a producer's calendar for one person, made where there is none.

    Whether the person acts for the producer is the caller's to know, and asked again whenever the calendar is read.
    """
    address, _ = CalendarAddress.objects.get_or_create(user=user, producer=producer, defaults={"created_at": at})
    return address


def province_calendar_address(*, user: Any, province: Any, at: datetime) -> CalendarAddress:
    """The address of a province's calendar for an officer who keeps it. Raises ``DomainError`` for anybody else."""
    if not keeps_province(user, province.pk):
        raise DomainError("Only an officer who keeps this province reads its calendar.", code="not-found", status=404)
    address, _ = CalendarAddress.objects.get_or_create(user=user, province=province, defaults={"created_at": at})
    return address


@transaction.atomic
def reset_calendar_address(*, address: CalendarAddress, at: datetime) -> CalendarAddress:
    """Give the calendar another address; the old one finds nothing from now on."""
    address = CalendarAddress.objects.select_for_update().get(pk=address.pk)
    address.renew(at=at)
    address.save(update_fields=["token", "created_at"])
    return address


def keeps_province(user: Any, province_id: int) -> bool:
    """Whether a person keeps a province's certificates today. One query."""
    mandate = mandate_of(user)
    return mandate.is_national or province_id in mandate.provinces
