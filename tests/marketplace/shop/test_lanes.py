"""However many check out at once, so many of them are worked on as there are lanes."""

import threading
import time
from typing import Any

import pytest
from django.test import Client

from marketplace.orders import services
from marketplace.shop import checkout
from tests.factories import make_pack, make_product
from tests.racing import outcomes_of
from tests.trade import make_cart, open_shop

from .ordering import body_for, send

BUYERS = 6
pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture(autouse=True)
def shop(transactional_db: None) -> None:
    open_shop()


@pytest.fixture
def most_at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many orders were being placed whenever another one began."""
    place, working, seen, lock = services.place, [0], [], threading.Lock()

    def watched(*args: Any, **more: Any) -> Any:
        with lock:
            working[0] += 1
            seen.append(working[0])
        time.sleep(0.1)  # that the others are there meanwhile
        try:
            return place(*args, **more)
        finally:
            with lock:
                working[0] -= 1

    monkeypatch.setattr(services, "place", watched)
    return seen


def check_out_at_once() -> None:
    carts = [make_cart((make_pack(make_product(), on_hand=1), 1)) for _buyer in range(BUYERS)]
    bodies = [body_for(cart) for cart in carts]

    def buy(number: int) -> None:
        answer = send(Client(), "post", "/checkout/", bodies[number], **{"Idempotency-Key": f"k{number}"})
        assert answer.status_code == 201

    assert outcomes_of([lambda number=number: buy(number) for number in range(BUYERS)]) == {"done": BUYERS}


def test_one_lane_takes_one_checkout_at_a_time(most_at_once: list[int], settings: Any) -> None:
    settings.CHECKOUTS_AT_ONCE = 1
    check_out_at_once()
    assert most_at_once == [1] * BUYERS


def test_without_lanes_they_are_worked_on_together(most_at_once: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkout, "take_lane", lambda _cart_id: None)
    check_out_at_once()
    assert max(most_at_once) > 1
