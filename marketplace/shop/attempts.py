"""One answer for one ``Idempotency-Key``, however often, however fast and by however many it is asked.

An attempt is written before anything is done, in a transaction of its own. Whoever wrote it works on it for as long
as its lease; the others wait for the answer. One whose worker died is taken over once the lease has ended.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.orders.models import CheckoutAttempt, Order
from ocop_badges.errors import DomainError
from ocop_badges.rows import insert_rows

LEASE = timedelta(seconds=60)
POLLS = 40
POLL_EVERY = 0.2  # seconds: eight in all
MAX_KEY = 255

Sleep = Callable[[float], None]


def hash_of(body: Mapping[str, Any]) -> str:
    """What makes two bodies the same: their members and values, not how they are written."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def claim_attempt(*, actor: str, key: str, body_hash: str, at: datetime, sleep: Sleep = time.sleep) -> CheckoutAttempt:
    """The attempt to work on, or the one that has an answer (``status`` is set). Outside any transaction.

    Raises ``DomainError``: ``idempotency-key-reused`` (422) for another body, ``checkout-running`` (409) where somebody
    else has worked on it all the time that we waited.
    """
    if (new := _write(actor=actor, key=key, body_hash=body_hash, at=at)) is not None:  # as nearly every key is
        return new
    for poll in range(POLLS + 1):
        now = at + timedelta(seconds=poll * POLL_EVERY)
        attempt = find_attempt(actor=actor, key=key, body_hash=body_hash)
        if attempt is None:
            attempt = _write(actor=actor, key=key, body_hash=body_hash, at=now)
            if attempt is not None:
                return attempt
            continue  # another request was faster: it is read in the next round
        if attempt.status is not None or _take_over(attempt, at=now):
            return attempt
        sleep(POLL_EVERY)
    raise DomainError(_("This checkout is still running. Ask again in a moment."), code="checkout-running")


def find_attempt(*, actor: str, key: str, body_hash: str) -> CheckoutAttempt | None:
    """The attempt with this key. Raises ``DomainError``: ``idempotency-key-reused`` (422) for another body."""
    attempt = CheckoutAttempt.objects.filter(actor=actor, key=key).first()
    if attempt is not None and attempt.body_hash != body_hash:
        raise DomainError(
            _("This Idempotency-Key was used for another checkout."), code="idempotency-key-reused", status=422
        )
    return attempt


def keep_order(attempt: CheckoutAttempt, order: Order, *, answer: str | None) -> None:
    """What came of it, in the transaction that places the order; its answer too, where that stands already."""
    answered = {} if answer is None else {"status": 201, "answer": answer}
    CheckoutAttempt.objects.filter(pk=attempt.pk).update(order=order, **answered)


def keep_answer(attempt: CheckoutAttempt, *, status: int, answer: str) -> None:
    """Store what every later request with this key is answered."""
    CheckoutAttempt.objects.filter(pk=attempt.pk).update(status=status, answer=answer)


def let_go(attempt: CheckoutAttempt, *, at: datetime) -> None:
    """Nobody works on it any more: it is forgotten if no order came of it, else the next request goes on at once."""
    mine = CheckoutAttempt.objects.filter(pk=attempt.pk, leased_until=attempt.leased_until)
    mine.filter(order=None).delete()
    mine.update(leased_until=at)


def _write(*, actor: str, key: str, body_hash: str, at: datetime) -> CheckoutAttempt | None:
    try:
        with transaction.atomic():
            attempt = CheckoutAttempt(actor=actor, key=key, body_hash=body_hash, created_at=at, leased_until=at + LEASE)
            return insert_rows([attempt])[0]
    except IntegrityError:
        return None


def _take_over(attempt: CheckoutAttempt, *, at: datetime) -> bool:
    """Take the lease of one that has none any more; of many who try, one gets it."""
    if attempt.leased_until > at:
        return False
    lease = at + LEASE
    ended = CheckoutAttempt.objects.filter(pk=attempt.pk, status=None, leased_until=attempt.leased_until)
    if ended.update(leased_until=lease) != 1:
        return False
    attempt.refresh_from_db()
    return True
