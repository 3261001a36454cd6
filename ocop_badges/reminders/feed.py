"""The reminders of producers as a page shows them: newest first, with their texts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import translation

from ocop_badges import subjects
from ocop_badges.links import verify_address

from .models import Reminder
from .rules import Topic
from .texts import advice_of, facts_text, title_of


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A reminder in words. ``path`` is the verify page's, without a language prefix."""

    id: int
    on: date
    topic: Topic
    title: str
    facts: str
    advice: str
    product_id: int
    product_name: str
    producer_id: int
    certificate: str
    path: str
    last_day: date
    read_at: datetime | None


def read_feed(
    *, producer_ids: Collection[int], lang: str, limit: int = 50, before: int | None = None
) -> list[FeedEntry]:
    """What producers were reminded of, in ``vi`` or ``en``; ``before`` is the id of the last entry of the page before.

    Two queries, three with ``before``.
    """
    reminders = Reminder.objects.for_producers(producer_ids)
    if before is not None:
        reminders = reminders.older_than(before)
    found = list(reminders[:limit])
    whose = subjects.by_ids({reminder.certificate.product_id for reminder in found})
    with translation.override(lang):
        return [_entry(reminder, whose[reminder.certificate.product_id], lang) for reminder in found]


def count_unread(*, producer_ids: Collection[int]) -> int:
    """How many reminders of producers nobody of them has read. One query."""
    return Reminder.objects.for_producers(producer_ids).unread().count()


def _entry(reminder: Reminder, subject: subjects.Subject, lang: str) -> FeedEntry:
    topic = Topic(reminder.topic)
    return FeedEntry(
        id=reminder.pk,
        on=reminder.on,
        topic=topic,
        title=title_of(topic),
        facts=facts_text(reminder, subject, lang=lang),
        advice=advice_of(topic),
        product_id=subject.product_id,
        product_name=subject.name_in(lang),
        producer_id=subject.producer_id,
        certificate=reminder.certificate.public_id,
        path=verify_address(reminder.certificate.public_id),
        last_day=reminder.last_day,
        read_at=reminder.read_at,
    )
