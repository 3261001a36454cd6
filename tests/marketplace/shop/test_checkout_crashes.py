"""A checkout that died at any border of a transaction is finished by sending it again with its key."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from catalog.models import Pack, Stock
from marketplace.orders.models import CheckoutAttempt, Order, StockHold
from marketplace.payments.models import Payment
from marketplace.shop.attempts import LEASE
from tests.conftest import SetClock
from tests.factories import AT, make_pack, make_product
from tests.marketplace.payments.crashing import Crash, crashing
from tests.marketplace.payments.fake_stripe import FakeStripe
from tests.marketplace.payments.stripe_fixtures import fake, quick_retries
from tests.trade import make_cart

from .ordering import body_for, send

__all__ = ["fake", "quick_retries"]
pytestmark = [pytest.mark.long, pytest.mark.django_db]
TOLD = {"cod": set(), "vietqr": {"qr"}, "stripe": {"redirect_url"}}  # by which it can be paid


@pytest.mark.parametrize("method", TOLD)
def test_a_checkout_that_died_anywhere_is_finished_by_sending_it_again(
    method: str, fake: FakeStripe, clock: SetClock
) -> None:
    pack = make_pack(make_product(), price=100_000, on_hand=9)
    border = 0
    while check_out_twice(pack, method, border, fake, clock):
        border += 1
    assert border > 5


def check_out_twice(pack: Pack, method: str, border: int, fake: FakeStripe, clock: SetClock) -> bool:
    """Dies at a border and is sent again, twice; whether it died."""
    clock(AT)
    has_died = False
    pages = len(fake.of_kind("checkout.session"))
    with transaction.atomic():
        body = body_for(make_cart((pack, 2)), payment_method=method)

        def check_out() -> Any:
            return send(Client(), "post", "/checkout/", body, **{"Idempotency-Key": f"{method}{border}"})

        with crashing(border):
            try:
                check_out()
            except Crash:
                has_died = True
        clock(AT + LEASE + timedelta(seconds=1))  # whoever died works on it no more
        first, second = check_out(), check_out()
        assert (first.status_code, second.status_code) == (201, 201), (border, first.content)
        assert first.content == second.content
        assert {name for name in ("qr", "redirect_url") if first.json()["payment"].get(name)} == TOLD[method]
        assert (Order.objects.count(), Payment.objects.count(), CheckoutAttempt.objects.count()) == (1, 1, 1)
        assert sum(StockHold.objects.unreleased().values_list("quantity", flat=True)) == 2
        assert Stock.objects.get().reserved == (2 if method == "cod" else 0)
        assert len(fake.of_kind("checkout.session")) - pages == (method == "stripe")
        transaction.set_rollback(True)
    return has_died
