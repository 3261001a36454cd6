"""What nobody could be sent, looked at anew: its producer may have an address by now."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db import transaction

from ocop_badges import subjects
from ocop_badges.reminders.finding import Days, find_reached, window_days
from ocop_badges.reminders.models import Reminder
from ocop_badges.services import lock_products

from .letters import Told
from .models import Channel, Message
from .planning import messages_about
from .recipients import Recipient, recipients_of

BATCH = 200  # messages looked at together


@dataclass(frozen=True, slots=True)
class Readdressed:
    """A batch: the ``messages`` that have an address now, and those still ``unreachable`` with something to say."""

    messages: Sequence[Message]
    unreachable: Sequence[Message]


@dataclass(frozen=True, slots=True)
class _Case:
    """A message without an address, what of it is still to be told, and to whom."""

    message: Message
    told: Sequence[Told]
    recipients: Sequence[Recipient]
    product_ids: frozenset[int]


def readdress_messages(*, day: date, at: datetime, channels: Collection[Channel]) -> Iterator[Readdressed]:
    """Put messages with an address in the place of those whose producer has got one, each batch in one transaction.

    They tell what holds today; what a later step has overtaken, or a renewal settled, is left out. Of several runs at
    once one does it.
    """
    days = window_days(day)
    for ids in _batches(day):
        cases = _look(_unreachable(ids), day=day, at=at, days=days, channels=channels)
        reached = [case for case in cases if case.recipients]
        messages: list[Message] = []
        if reached:
            with transaction.atomic():
                lock_products(sorted(frozenset().union(*(case.product_ids for case in reached))))
                found = _unreachable([case.message.pk for case in reached], lock=True)
                again = _look(found, day=day, at=at, days=days, channels=channels)
                messages = _compose(again, at)
                Message.objects.filter(pk__in=[case.message.pk for case in again if case.recipients]).delete()
                Message.objects.bulk_create(messages, batch_size=500)
        yield Readdressed(messages, [case.message for case in cases if not case.recipients])


def preview_readdressing(*, day: date, at: datetime, channels: Collection[Channel]) -> Iterator[Readdressed]:
    """The same, and nothing is written."""
    days = window_days(day)
    for ids in _batches(day):
        cases = _look(_unreachable(ids), day=day, at=at, days=days, channels=channels)
        yield Readdressed(_compose(cases, at), [case.message for case in cases if not case.recipients])


def _batches(day: date) -> Iterator[list[int]]:
    ids = list(Message.objects.unreachable().filter(stale_on__gt=day).order_by("id").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _unreachable(ids: Collection[int], *, lock: bool = False) -> list[Message]:
    found = Message.objects.unreachable().filter(pk__in=ids).order_by("id")
    return list(found.select_for_update() if lock else found)


def _look(
    messages: Sequence[Message], *, day: date, at: datetime, days: Days | None, channels: Collection[Channel]
) -> list[_Case]:
    """The messages of which something is still to be told. Eight queries for any number."""
    # A message and its reminders were recorded at one instant.
    recorded: dict[tuple[int, datetime], list[Reminder]] = {_key(each): [] for each in messages}
    producers, instants = {producer_id for producer_id, _ in recorded}, {each.created_at for each in messages}
    whose_reminders = Reminder.objects.for_producers(producers).filter(recorded_at__in=instants)
    product_ids = {reminder.certificate.product_id for reminder in whose_reminders}
    whose = subjects.by_ids(product_ids)
    for reminder in whose_reminders:
        key = whose[reminder.certificate.product_id].producer_id, reminder.recorded_at
        if key in recorded:
            recorded[key].append(reminder)
    reached = {_step(each): each for each in find_reached(product_ids, day=day, at=at, days=days)}
    told = {
        key: [
            Told(reached[_step(reminder)], whose[reminder.certificate.product_id])
            for reminder in reminders
            if _step(reminder) in reached
        ]
        for key, reminders in recorded.items()
    }
    recipients = recipients_of(
        {producer_id: each[0].subject for (producer_id, _), each in told.items() if each}, channels=channels
    )
    return [
        _Case(
            message,
            told[key],
            recipients[key[0]],
            frozenset(reminder.certificate.product_id for reminder in recorded[key]),
        )
        for message in messages
        if told[key := _key(message)]
    ]


def _key(message: Message) -> tuple[int, datetime]:
    """Whose it is, by the producer's id, and the instant that its reminders share."""
    return cast("int", message.producer_id), message.created_at


def _step(reminder: Reminder) -> tuple[int, date, int]:
    return reminder.certificate_id, reminder.last_day, reminder.step


def _compose(cases: Sequence[_Case], at: datetime) -> list[Message]:
    return [
        message for case in cases for message in messages_about(_key(case.message)[0], case.told, case.recipients, at)
    ]
