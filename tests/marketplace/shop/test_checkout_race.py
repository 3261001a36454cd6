"""Twenty at once with one key: one order, twenty equal answers; and twenty forms of one cart with keys of their own."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from catalog.models import Stock
from marketplace.orders.models import CheckoutAttempt, Order
from marketplace.payments import services as payments
from marketplace.shop import attempts, checkout
from tests.factories import make_pack, make_product
from tests.marketplace.payments.fake_stripe import FakeStripe
from tests.marketplace.payments.stripe_fixtures import fake, quick_retries
from tests.racing import copy_to_file, on_database
from tests.trade import make_cart, open_shop

from .ordering import body_for, send

__all__ = ["fake", "quick_retries"]
pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
AT_ONCE = 20


@pytest.fixture(autouse=True)
def shop(transactional_db: None) -> None:
    open_shop()


@pytest.fixture
def database(tmp_path: Path) -> Path | None:
    """The file the threads work on; None on PostgreSQL, where they work on the test's own database."""
    return tmp_path / "shop.sqlite3" if connection.vendor == "sqlite" else None


def at_once(act: Callable[[int], Any], *, database: Path | None) -> list[Any]:
    """What ``act`` answers to each of twenty threads that begin together."""
    if database is not None:
        copy_to_file(database)
    gate = threading.Barrier(AT_ONCE)
    answers: list[Any] = [None] * AT_ONCE

    def run(number: int) -> None:
        with on_database(database):
            gate.wait()
            answers[number] = act(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.parametrize("method", ["vietqr", "stripe"])
def test_twenty_replays_at_once_are_one_order_and_twenty_equal_answers(
    method: str, fake: FakeStripe, database: Path | None
) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=50), 1))
    body = body_for(cart, payment_method=method)
    answers = at_once(
        lambda _number: send(Client(), "post", "/checkout/", body, **{"Idempotency-Key": "k"}), database=database
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    with on_database(database):
        assert (Order.objects.count(), CheckoutAttempt.objects.count()) == (1, 1)
    assert len(fake.of_kind("checkout.session")) == (method == "stripe")


def test_without_the_claim_the_race_is_there(monkeypatch: pytest.MonkeyPatch, database: Path | None) -> None:
    """What the claim is for: each of twenty that work at once finds the cart ordered, but for one."""
    cart = make_cart((make_pack(make_product(), on_hand=50), 1))
    body = body_for(cart)
    claim = attempts.claim_attempt

    def claim_alone(*, key: str, **more: Any) -> CheckoutAttempt:
        return claim(key=f"{key}-{threading.get_ident()}", **more)

    monkeypatch.setattr(checkout, "claim_attempt", claim_alone)
    answers = at_once(
        lambda _number: send(Client(), "post", "/checkout/", body, **{"Idempotency-Key": "k"}), database=database
    )
    assert len({answer.content for answer in answers}) > 1


def test_twenty_keys_for_one_cart_are_one_order(database: Path | None) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=50), 1))
    body = body_for(cart)
    answers = at_once(
        lambda number: send(Client(), "post", "/checkout/", body, **{"Idempotency-Key": str(number)}), database=database
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (AT_ONCE - 1)
    with on_database(database):
        assert Order.objects.count() == 1
        assert Stock.objects.get().reserved == 1


def test_a_payment_is_begun_outside_any_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=50), 1))
    seen: list[bool] = []

    def begin(order: Order, **more: Any) -> Any:
        seen.append(connections["default"].in_atomic_block)
        return payments.begin_payment(order, **more)

    monkeypatch.setattr(checkout, "begin_payment", begin)
    body = body_for(cart, payment_method="vietqr")
    assert send(Client(), "post", "/checkout/", body, **{"Idempotency-Key": "k"}).status_code == 201
    assert seen == [False]
