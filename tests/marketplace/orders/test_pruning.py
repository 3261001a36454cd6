"""What `prune_carts` deletes, and what it leaves."""

from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Stock
from marketplace.accounts.models import User
from marketplace.orders import services
from marketplace.orders.models import Cart, CheckoutAttempt, OrderState, PaymentMethod, StockHold
from marketplace.orders.services import pruning
from marketplace.orders.services.pruning import Pruned, prune
from tests.factories import AT, make_pack, make_product
from tests.trade import make_cart, make_order, open_shop

pytestmark = pytest.mark.django_db
DAY_LONG = timedelta(days=1)


def attempt(*, at: datetime, leased_until: datetime | None = None, **more) -> CheckoutAttempt:
    return CheckoutAttempt.objects.create(
        actor="guest", key=str(at), body_hash="x", created_at=at, leased_until=leased_until or at, **more
    )


@pytest.fixture
def pack():
    open_shop()
    return make_pack(make_product(), on_hand=9)


def test_old_attempts_go_and_their_orders_stay(pack) -> None:
    order = make_order((pack, 1))
    attempt(at=AT - timedelta(days=31), order=order, status=201, answer="{}")
    young = attempt(at=AT - timedelta(days=29))
    worked_on = attempt(at=AT - timedelta(days=40), leased_until=AT + timedelta(seconds=1))
    assert prune(at=AT).attempts == 1
    assert set(CheckoutAttempt.objects.all()) == {young, worked_on}
    order.refresh_from_db()


def test_carts_that_guests_left_go_and_no_others(pack) -> None:
    long_ago = AT - timedelta(days=91)
    left = make_cart((pack, 1), at=long_ago)
    young = make_cart((pack, 1), at=AT - timedelta(days=89))
    of_somebody = make_cart((pack, 1), user=User.objects.create_user("a@example.vn"), at=long_ago)
    ordered = make_order((pack, 1), at=long_ago).cart
    assert prune(at=AT).carts == 1
    assert set(Cart.objects.all()) == {young, of_somebody, ordered}
    assert not Cart.objects.filter(pk=left.pk).exists()


def test_ended_holds_of_unpaid_orders_go_and_who_pays_later_still_gets_the_goods(pack) -> None:
    order = make_order((pack, 2), method=PaymentMethod.VIETQR)
    make_order((pack, 1))
    assert prune(at=AT + timedelta(days=7)).holds == 0
    assert prune(at=AT + timedelta(days=8)).holds == 1
    assert StockHold.objects.unreleased().get().quantity == 1
    order = services.confirm_order(order_id=order.pk, at=AT + timedelta(days=8))
    assert order.state == OrderState.CONFIRMED
    pack.stock.get().refresh_from_db()
    assert pack.stock.get().reserved == 3


def test_an_order_loses_all_of_its_holds_at_once_or_none(pack, monkeypatch: pytest.MonkeyPatch) -> None:
    order = make_order((pack, 2), (make_pack(make_product(), on_hand=2), 1), method=PaymentMethod.VIETQR)
    make_order((pack, 1), method=PaymentMethod.VIETQR)
    monkeypatch.setattr(pruning, "BATCH", 1)

    def break_off(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prune(at=AT + timedelta(days=8), watch=break_off)
    assert not StockHold.objects.filter(item__order=order).exists()
    assert StockHold.objects.count() == 1
    order = services.confirm_order(order_id=order.pk, at=AT + timedelta(days=8))
    assert order.state == OrderState.CONFIRMED
    assert sorted(Stock.objects.values_list("reserved", flat=True)) == [1, 2]


def test_batch_after_batch(pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    for number in range(5):
        make_cart((pack, 1), at=AT - timedelta(days=100 + number))
    told: list[int] = []
    assert prune(at=AT, watch=told.append) == Pruned(attempts=0, carts=5, holds=0)
    assert told == [2, 2, 1]


def test_the_command_tells_what_it_deleted_and_does_so_once(pack, capsys) -> None:
    make_cart((pack, 1), at=AT - 11 * DAY_LONG)
    call_command("prune_carts", days=10)
    assert "1 carts" in capsys.readouterr().out
    call_command("prune_carts", days=10)
    assert "0 checkout attempts, 0 carts, 0 ended holds" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["0", "-1", "x", "4000"])
def test_a_wrong_number_of_days_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="days"):
        call_command("prune_carts", "--days", text)
