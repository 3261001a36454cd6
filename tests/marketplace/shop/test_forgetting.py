"""Nothing about people is kept for longer than it is of use: recipients of gifts, the way into an order."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from marketplace.notices.models import Message, MessageState
from marketplace.notices.outbox import forget_letters
from marketplace.notices.rules import KEEP_LETTERS
from marketplace.orders.models import PaymentMethod
from marketplace.shop.gift_lists import prune_gift_lists
from marketplace.shop.models import GiftList
from marketplace.shop.rules import KEEP_GIFT_LISTS
from marketplace.shop.views import orders
from tests.factories import AT, DAY, make_pack, make_producer, make_product
from tests.trade import make_cart, make_order

from .ordering import body_for, place, send

pytestmark = pytest.mark.django_db
ROWS: list[Any] = [{"name": "Hoa", "quantity": 1}]


def test_an_order_by_the_api_takes_the_list_of_recipients_with_it(client: Client) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    GiftList.objects.create(cart=cart, rows=ROWS, created_at=AT)
    assert place(client, cart, expected_total=1).status_code == 409
    assert GiftList.objects.exists()
    assert place(client, cart).status_code == 201
    assert not GiftList.objects.exists()


def test_a_list_that_nobody_ordered_for_is_forgotten() -> None:
    GiftList.objects.create(cart=make_cart(), rows=ROWS, created_at=AT)
    assert prune_gift_lists(at=AT + KEEP_GIFT_LISTS) == 0
    assert prune_gift_lists(at=AT + KEEP_GIFT_LISTS + timedelta(seconds=1)) == 1


def test_the_texts_of_old_letters_are_cleared_and_those_that_wait_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    make_order((make_pack(make_product(), on_hand=5), 1))
    letter = Message.objects.get()
    waiting = dict.fromkeys(("sent_at", "due_at"))
    old = letter.stale_on + KEEP_LETTERS + timedelta(days=1)
    assert forget_letters(day=old) == 0
    Message.objects.update(state=MessageState.SENT, sent_at=AT)
    reminder = Message.objects.create(
        key="r", producer=make_producer(), channel="email", address="a@example.vn", language="vi", body="b",
        created_at=AT, stale_on=DAY, **waiting,
    )  # fmt: skip
    assert forget_letters(day=old - timedelta(days=1)) == 0
    assert forget_letters(day=old) == 1
    letter.refresh_from_db()
    assert (letter.body, bool(letter.subject), bool(letter.address)) == ("", True, True)
    reminder.refresh_from_db()
    assert reminder.body == "b"
    call_command("prune_carts")
    assert "0 lists of recipients; cleared: 0 letters" in capsys.readouterr().out


def test_a_guests_key_is_used_once_whatever_their_cart(client: Client) -> None:
    pack = make_pack(make_product(), on_hand=5)
    first, other = make_cart((pack, 1)), make_cart((pack, 1))
    body = body_for(first)
    placed = send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"})
    assert placed.status_code == 201
    assert place(client, other, key="k").status_code == 422
    assert send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"}).content == placed.content


def test_a_page_that_waits_is_answered_with_little(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    answer = place(client, cart, payment_method=PaymentMethod.VIETQR.value).json()
    path = f"/orders/{answer['number']}/"
    page = client.get(f"{path}?token={answer['access_token']}", follow=True).content.decode()
    monkeypatch.setattr(orders, "load_order", None)
    with django_assert_max_num_queries(7):
        shown = client.get(f"{path}status/").json()
    assert shown == {"status": "awaiting_payment", "payment": "pending"}
    assert 'data-now="awaiting_payment pending"' in page
