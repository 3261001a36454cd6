"""From a checkout as asked for to an answer: the order is placed in a transaction, its payment begun outside any."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from marketplace.orders import services
from marketplace.orders.models import CheckoutAttempt, Order, OrderState
from marketplace.orders.services import Wish
from marketplace.payments.methods import MethodUnavailable, PaymentStart
from marketplace.payments.services import begin_payment, open_payment, start_of
from marketplace.shop.attempts import claim_attempt, find_attempt, keep_answer, keep_order, let_go
from marketplace.shop.lanes import take_lane
from marketplace.shop.models import GiftList
from marketplace.shop.order_facts import OrderFacts, facts_of, load_order
from ocop_badges.errors import DomainError

Write = Callable[[OrderFacts], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to check out. ``return_url`` makes the address of an order's page, for a payment provider."""

    wish: Wish
    actor: str
    key: str
    body_hash: str
    return_url: Callable[[Order], str]


@dataclass(frozen=True, slots=True)
class Answered:
    """What every request with this key is answered: the order, and the text that was written of it."""

    order: Order
    text: str


class PaymentNotBegun(Exception):
    """The order is placed, its payment could not be begun: asking again with the same key begins it."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.number)
        self.order = order


def actor_of(user: Any) -> str:
    """Who uses a key: a person; guests are nobody in particular, and who repeats one's body knows its cart."""
    return f"user:{user.pk}" if user.is_authenticated else "guest"


def answered_before(actor: str, key: str, body_hash: str) -> Answered | None:
    """What this very request was answered, if it was. Raises ``idempotency-key-reused`` (422) for another body."""
    attempt = find_attempt(actor=actor, key=key, body_hash=body_hash)
    if attempt is None or attempt.order is None or attempt.answer is None:
        return None
    return Answered(attempt.order, attempt.answer)


def check_out(asked: Asked, *, write: Write, at: datetime, on: date) -> Answered:
    """Place the order once and answer it; where nobody has to be asked about its payment, in one transaction.

    A refusal leaves the key free again, since nothing was done. Raises what ``place_order`` and ``claim_attempt`` do,
    and ``PaymentNotBegun``.
    """
    attempt = claim_attempt(actor=asked.actor, key=asked.key, body_hash=asked.body_hash, at=at)
    if attempt.order is not None and attempt.answer is not None:
        return Answered(attempt.order, attempt.answer)
    try:
        order = attempt.order
        if order is None:
            order, answer = _place(asked, attempt, write=write, at=at, on=on)
            if answer is not None:
                return Answered(order, answer)
        start = _begin(order, at=at, return_url=asked.return_url(order))
    except (DomainError, PaymentNotBegun):
        let_go(attempt, at=at)
        raise
    text = write(load_order(order, at=at, start=start))
    keep_answer(attempt, status=201, answer=text)
    return Answered(order, text)


def _begin(order: Order, *, at: datetime, return_url: str) -> PaymentStart:
    try:
        return begin_payment(order, at=at, return_url=return_url)
    except MethodUnavailable as error:
        raise PaymentNotBegun(order) from error


def _place(asked: Asked, attempt: CheckoutAttempt, *, write: Write, at: datetime, on: date) -> tuple[Order, str | None]:
    """The order, and the answer if its payment has not to be begun any more."""
    try:
        with transaction.atomic():
            take_lane(asked.wish.cart_id)
            placed = services.place(asked.wish, at=at, on=on)
            payment = open_payment(placed.order, at=at)
            answer = None
            if placed.order.state != OrderState.AWAITING_PAYMENT:
                start = start_of(payment, placed.order, due=payment.amount)
                answer = write(facts_of(placed, start=start, at=at))
            keep_order(attempt, placed.order, answer=answer)
            GiftList.objects.filter(cart=asked.wish.cart_id).delete()
            return placed.order, answer
    except DomainError:
        # Whoever worked on this attempt before us may have been slow, not dead, and have placed the order meanwhile.
        found = Order.objects.filter(attempts=attempt.pk).first()
        if found is None:
            raise
        return found, None
