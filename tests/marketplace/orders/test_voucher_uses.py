"""Vouchers of orders that nobody paid: they bind nobody's voucher for longer than the goods are held."""

from datetime import timedelta

import pytest

from marketplace.notices.models import Message
from marketplace.orders import services
from marketplace.orders.models import FulfilmentEvent, OrderState, PaymentMethod, Voucher, VoucherUse
from marketplace.orders.services import Actor
from ocop_badges.errors import DomainError
from tests.factories import AT, DAY, make_pack, make_product
from tests.trade import make_order, open_shop

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=15)  # when a hold has just ended


@pytest.fixture
def buy():
    open_shop()
    pack = make_pack(make_product(), price=100_000, on_hand=90)
    Voucher.objects.create(code="ONE", kind="fixed", value=10_000, valid_from=DAY, limit=1)
    Voucher.objects.create(code="EACH", kind="fixed", value=10_000, valid_from=DAY, limit_per_buyer=1)

    def order(code: str, *, at=AT, method=PaymentMethod.VIETQR, **more):
        return make_order((pack, 1), method=method, at=at, voucher_codes=[code], **more)

    return order


def pay(order, *, at):
    return services.confirm_order(order_id=order.pk, at=at)


@pytest.mark.parametrize("code", ["ONE", "EACH"])
def test_while_the_goods_are_held_it_is_used_and_then_no_more(buy, code: str) -> None:
    buy(code)
    with pytest.raises(DomainError) as refusal:
        buy(code, at=LATER - timedelta(seconds=1))
    assert refusal.value.code == "voucher-unusable"
    assert buy(code, at=LATER).discount_total == 10_000
    with pytest.raises(DomainError):
        buy(code, at=LATER)


def test_its_limit_counts_what_stands(buy) -> None:
    for number in range(3):
        buy("ONE", at=AT + number * timedelta(minutes=15))
        assert Voucher.objects.get(code="ONE").used == 1
    assert VoucherUse.objects.filter(given_back_at=None).count() == 1


@pytest.mark.parametrize("code", ["ONE", "EACH"])
def test_who_pays_late_keeps_it_if_nobody_used_it_meanwhile(buy, code: str) -> None:
    order = pay(buy(code), at=LATER)
    assert (order.state, order.total, Voucher.objects.get(code=code).used) == (OrderState.CONFIRMED, 108_000, 1)
    with pytest.raises(DomainError):
        buy(code, at=LATER)


@pytest.mark.parametrize("code", ["ONE", "EACH"])
def test_who_pays_late_when_it_is_used_up_gets_the_money_back(buy, code: str) -> None:
    late = buy(code)
    pay(buy(code, at=LATER), at=LATER)
    late = pay(late, at=LATER)
    assert (late.state, late.cancel_reason) == (OrderState.CANCELLED, "voucher-used-up")
    assert Voucher.objects.get(code=code).used == 1
    assert not late.items.filter(holds__released_at=None).exists()
    assert "mã giảm giá của đơn đã được dùng hết" in Message.objects.get(key=f"order.{late.number}.gone").body
    event = FulfilmentEvent.objects.get(fulfilment__order=late, state="cancelled")
    assert (event.note, event.at, event.by) == ("voucher-used-up", LATER, None)


def test_who_pays_late_takes_it_up_again_from_one_who_did_not_pay(buy) -> None:
    first = buy("ONE")
    second = buy("ONE", at=LATER)
    first = pay(first, at=LATER + timedelta(minutes=15))
    assert first.state == OrderState.CONFIRMED
    assert Voucher.objects.get(code="ONE").used == 1
    assert set(VoucherUse.objects.filter(given_back_at=None)) == set(first.voucher_uses.all())
    second = pay(second, at=LATER + timedelta(minutes=16))
    assert second.cancel_reason == "voucher-used-up"


def test_it_is_given_back_once(buy) -> None:
    order = buy("ONE")
    buy("ONE", at=LATER)
    services.cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=LATER)
    assert Voucher.objects.get(code="ONE").used == 1
