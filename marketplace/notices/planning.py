"""From what is due to messages that wait to be sent, a batch of producers at a time."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from ocop_badges import subjects
from ocop_badges.reminders.finding import Days, find_due, followed_batches, window_days
from ocop_badges.reminders.models import Reminder
from ocop_badges.reminders.rules import STEPS, told_until
from ocop_badges.reminders.services import record_reminders

from .letters import Told, write_letter, write_text_message
from .models import Channel, Message, MessageState
from .recipients import OWN_LANGUAGE, Recipient, recipients_of
from .rules import message_key

_NOBODY = Recipient(Channel.NONE, "", OWN_LANGUAGE)
_STEPS = {step.days_before: step for step in STEPS}


@dataclass(frozen=True, slots=True)
class Planned:
    """A batch: how many products were ``looked_at``, the reminders to tell, and the messages that tell them."""

    looked_at: int
    reminders: Sequence[Reminder] = ()
    messages: Sequence[Message] = field(default_factory=list)


def plan_messages(*, day: date, at: datetime, channels: Collection[Channel]) -> Iterator[Planned]:
    """Record what is due on a day, with its messages, both in one transaction for each batch.

    Stopped anywhere and run again it goes on where it stopped; several runs at once share the work.
    """
    days = window_days(day)
    is_busy = False
    for product_ids in followed_batches(day):
        # Looked at without a lock first, as on most days most batches have nothing; but for a run that was finding
        # something in every batch, which would look at everything twice.
        products = set(product_ids) if is_busy else _products_with_due(product_ids, day=day, at=at, days=days)
        planned = Planned(len(product_ids))
        if products:
            with transaction.atomic():
                reminders = record_reminders(product_ids=products, day=day, at=at, days=days)
                messages = compose(reminders, at=at, channels=channels)
                Message.objects.bulk_create(messages, batch_size=500)
            planned = Planned(len(product_ids), reminders, messages)
        is_busy = bool(planned.reminders)
        yield planned


def _products_with_due(product_ids: Collection[int], *, day: date, at: datetime, days: Days | None) -> set[int]:
    found = find_due(product_ids, day=day, at=at, days=days)
    return {due.reminder.certificate.product_id for due in found}


def preview_messages(*, day: date, at: datetime, channels: Collection[Channel]) -> Iterator[Planned]:
    """The same, and nothing is written."""
    days: Days | None = window_days(day)
    for product_ids in followed_batches(day):
        told = [due.reminder for due in find_due(product_ids, day=day, at=at, days=days)]
        yield Planned(len(product_ids), told, compose(told, at=at, channels=channels))


def compose(reminders: Sequence[Reminder], *, at: datetime, channels: Collection[Channel]) -> list[Message]:
    """The messages about some reminders, not saved: for each recipient one about all products of a producer.

    A producer whom nobody can reach gets one that says so (``unreachable``). Two queries.
    """
    whose = subjects.by_ids({reminder.certificate.product_id for reminder in reminders})
    told_to: dict[int, list[Told]] = {}
    for reminder in reminders:
        subject = whose[reminder.certificate.product_id]
        told_to.setdefault(subject.producer_id, []).append(Told(reminder, subject))
    recipients = recipients_of(
        {producer_id: told[0].subject for producer_id, told in told_to.items()}, channels=channels
    )
    return [
        message
        for producer_id, told in told_to.items()
        for message in messages_about(producer_id, told, recipients[producer_id] or [_NOBODY], at)
    ]


def messages_about(
    producer_id: int, told: Sequence[Told], recipients: Sequence[Recipient], at: datetime
) -> Iterator[Message]:
    """A message, not saved, to each of the recipients."""
    steps = [
        (each.reminder.certificate.public_id, each.reminder.last_day.isoformat(), each.reminder.step) for each in told
    ]
    stale_on = max(told_until(each.reminder.last_day, _STEPS[each.reminder.step]) for each in told)
    for recipient in recipients:
        write = write_text_message if recipient.channel is Channel.GATEWAY else write_letter
        words = write(told, lang=recipient.language)
        yield Message(
            key=message_key(
                channel=recipient.channel.value, address=recipient.address or f"producer {producer_id}", told=steps
            ),
            producer_id=producer_id,
            user_id=recipient.user_id,
            channel=recipient.channel,
            address=recipient.address,
            language=recipient.language,
            subject=words.subject,
            body=words.body,
            created_at=at,
            stale_on=stale_on,
            state=MessageState.UNREACHABLE if recipient.channel is Channel.NONE else MessageState.WAITING,
        )
