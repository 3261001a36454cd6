"""Messages on their way: claimed by one sender at a time, settled one by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Count, Q

from .holders import is_gone, this_process
from .models import Channel, Message, MessageQuerySet, MessageState
from .rules import KEEP_LETTERS, MAX_ATTEMPTS, rest_after

CLAIM = 50  # messages that a sender holds at once
# Longer than a sender takes for those it holds (it stops before), so that nobody sends what it is still sending.
LEASE = timedelta(minutes=5)
_FREE = {"lease": None, "leased_until": None, "holder": ""}


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What is left when nothing is due any more: resting until the next attempt, held by another sender, given up."""

    resting: int
    leased: int
    dead: int


def claim_messages(
    *, channel: Channel, at: datetime, limit: int = CLAIM, lease_for: timedelta = LEASE
) -> list[Message]:
    """Take messages that are due, the oldest first: nobody else's until ``at + lease_for``.

    If this process dies, they are claimed anew after that; on this machine at once (``free_messages_of_the_dead``).
    """
    lease = uuid4()
    with transaction.atomic():
        due = Message.objects.due(at=at).filter(channel=channel)
        chosen = list(due.select_for_update(skip_locked=True).order_by("id").values_list("pk", flat=True)[:limit])
        if not chosen:
            return []
        # Asked again in the update: on a database without row locks another sender may have been faster.
        due.filter(pk__in=chosen).update(lease=lease, leased_until=at + lease_for, holder=this_process())
        return list(Message.objects.filter(lease=lease).order_by("id"))


def free_messages_of_the_dead() -> int:
    """Let go what processes of this machine held that run no more; returns how many messages."""
    held = Message.objects.waiting().exclude(holder="")
    gone = [holder for holder in set(held.values_list("holder", flat=True)) if is_gone(holder)]
    return held.filter(holder__in=gone).update(**_FREE) if gone else 0


_MARK_SENT = """
UPDATE notices_message
SET state = %s, sent_at = %s, attempts = attempts + 1, due_at = NULL, last_error = '',
    lease = NULL, leased_until = NULL, holder = ''
WHERE id = %s AND state = %s
"""


def mark_sent(message: Message, *, at: datetime) -> None:
    """Note that it went out, even if the lease ran out meanwhile: that is what happened.

    SQL by hand: making the same statement anew for each of thousands of messages took as long as sending them.
    """
    sent_at = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(_MARK_SENT, [MessageState.SENT.value, sent_at, message.pk, MessageState.WAITING.value])


def mark_failed(message: Message, *, at: datetime, error: str, is_final: bool) -> bool:
    """Note a failure. It rests longer each time, and is given up after ``MAX_ATTEMPTS`` or at once if ``is_final``.

    Returns whether it was given up.
    """
    attempts = message.attempts + 1
    is_dead = is_final or attempts >= MAX_ATTEMPTS
    _held(message).update(
        state=MessageState.DEAD if is_dead else MessageState.WAITING,
        attempts=attempts,
        due_at=None if is_dead else at + rest_after(attempts=attempts, number=message.pk),
        last_error=_kept(error),
        **_FREE,
    )
    return is_dead


def put_back(messages: Sequence[Message], *, at: datetime, error: str, rest: timedelta) -> None:
    """Give up the claim, as nothing could be sent at all: it was no message's fault, so none counts an attempt."""
    for message in messages:
        _held(message).update(due_at=at + rest, last_error=_kept(error), **_FREE)


def release(messages: Sequence[Message]) -> None:
    """Give up the claim for anybody to go on at once."""
    for message in messages:
        _held(message).update(**_FREE)


def drop_stale(*, day: date, at: datetime) -> int:
    """Leave out messages that waited until they had nothing to say any more: the next step tells better. A count."""
    return Message.objects.due(at=at).filter(stale_on__lte=day).update(state=MessageState.STALE, due_at=None, **_FREE)


def forget_letters(*, day: date) -> int:
    """Clear the texts of old letters to shoppers, in which stands the way into their orders; returns how many.

    That there was a letter, to whom, when and about what, is kept.
    """
    told = Message.objects.filter(producer=None, stale_on__lt=day - KEEP_LETTERS).exclude(state=MessageState.WAITING)
    return told.exclude(body="").update(body="")


def revive_dead(message_ids: Iterable[int] | None = None) -> int:
    """Have messages that were given up tried again, all of them if None; returns how many there were."""
    dead = Message.objects.given_up()
    if message_ids is not None:
        dead = dead.filter(pk__in=list(message_ids))
    return dead.update(state=MessageState.WAITING, attempts=0, due_at=None)


def count_waiting() -> int:
    return Message.objects.waiting().count()


def left_behind(*, at: datetime) -> LeftBehind:
    """What is not sent, when nothing is due. One query."""
    leased = Q(leased_until__gt=at)
    found = Message.objects.filter(state__in=[MessageState.WAITING, MessageState.DEAD]).aggregate(
        resting=Count("pk", filter=Q(state=MessageState.WAITING) & ~leased),
        leased=Count("pk", filter=Q(state=MessageState.WAITING) & leased),
        dead=Count("pk", filter=Q(state=MessageState.DEAD)),
    )
    return LeftBehind(**found)


def _kept(error: str) -> str:
    """What another server said, as a column takes it."""
    return error.replace("\x00", "")[:500]


def _held(message: Message) -> MessageQuerySet:
    return Message.objects.filter(pk=message.pk, lease=message.lease)
