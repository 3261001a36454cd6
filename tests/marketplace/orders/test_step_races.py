"""Two who act on one cart, order or voucher at once, with real threads on a real PostgreSQL: one comes first."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db.models import Sum

from catalog.models import Pack, Stock
from marketplace.accounts.models import User
from marketplace.orders import services
from marketplace.orders.models import (
    Cart,
    CartLine,
    CartQuerySet,
    FulfilmentQuerySet,
    Order,
    OrderQuerySet,
    OrderState,
    PaymentMethod,
    Refund,
    StockHold,
    Voucher,
    VoucherQuerySet,
    VoucherUse,
)
from marketplace.orders.return_rules import Complaint
from marketplace.orders.services import Actor
from tests.factories import AT, DAY, make_pack, make_product
from tests.racing import outcomes_of, together
from tests.trade import make_cart, make_order, make_wish, open_shop

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
ROUNDS = 5


@pytest.fixture(autouse=True)
def shop(transactional_db: None) -> None:
    open_shop()


@pytest.fixture
def pack() -> Pack:
    return make_pack(make_product(), price=100_000, on_hand=50)


def place(wish: services.Wish, *, at: Any = AT) -> Callable[[], object]:
    return partial(services.place_order, wish, at=at, on=DAY)


class TestVouchers:
    def wishes(self, count: int, **limits: int) -> list[services.Wish]:
        """Checkouts of one buyer, each of other goods, so that no stock row sets them in line."""
        Voucher.objects.create(code="TEN", kind="percent", value=10, valid_from=DAY, **limits)
        packs = [make_pack(make_product(), on_hand=5) for _ in range(count)]
        return [make_wish(make_cart((each, 1)), voucher_codes=["TEN"]) for each in packs]

    @pytest.mark.parametrize(("limit", "most"), [("limit", 3), ("limit_per_buyer", 1)])
    def test_a_limit_holds_however_many_come_at_once(self, limit: str, most: int) -> None:
        wishes = self.wishes(12, **{limit: most})
        assert outcomes_of([place(wish) for wish in wishes]) == {"done": most, "voucher-unusable": 12 - most}
        assert (Voucher.objects.get().used, VoucherUse.objects.count()) == (most, most)

    def test_without_the_lock_one_buyer_uses_it_twice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        wishes = self.wishes(2, limit_per_buyer=1)
        monkeypatch.setattr(VoucherQuerySet, "select_for_update", together(2), raising=False)
        assert outcomes_of([place(wish) for wish in wishes]) == {"done": 2}


class TestCancelling:
    def race(self, pack: Pack) -> Any:
        """The shopper cancels while the producer packs."""
        order = make_order((pack, 2), method=PaymentMethod.VIETQR)
        services.confirm_order(order_id=order.pk, at=AT)
        part = order.fulfilments.get()
        services.accept_fulfilment(fulfilment_id=part.pk, at=AT)
        return outcomes_of(
            [
                partial(services.pack_fulfilment, fulfilment_id=part.pk, at=AT, on=DAY),
                partial(services.cancel_order, order_id=order.pk, actor=Actor.SHOPPER, at=AT),
            ]
        )

    def test_an_order_is_packed_or_cancelled_never_both(self, pack: Pack) -> None:
        for _round in range(ROUNDS):
            before = Stock.objects.get().on_hand
            outcomes = self.race(pack)
            assert outcomes in ({"done": 1, "packed-already": 1}, {"done": 1, "wrong-state": 1})
            order, stock = Order.objects.latest("pk"), Stock.objects.get()
            is_cancelled = order.state == OrderState.CANCELLED
            assert (stock.on_hand, stock.reserved) == (before if is_cancelled else before - 2, 0)
            assert order.refunds.count() == is_cancelled

    def test_without_the_lock_it_is_both(self, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(OrderQuerySet, "locked", together(2))
        monkeypatch.setattr(FulfilmentQuerySet, "locked", together(2))
        outcomes = self.race(pack)
        assert outcomes["done"] == 2 or "IntegrityError" in outcomes

    def test_five_who_cancel_owe_the_money_once(self, pack: Pack) -> None:
        order = make_order((pack, 2), method=PaymentMethod.VIETQR)
        services.confirm_order(order_id=order.pk, at=AT)
        cancel = partial(services.cancel_order, order_id=order.pk, actor=Actor.SHOPPER, at=AT)
        assert outcomes_of([cancel] * 5) == {"done": 5}
        assert Refund.objects.get().amount == order.total


def test_a_return_that_five_receive_at_once_is_paid_back_once(pack: Pack) -> None:
    order = make_order((pack, 2))
    part, item = order.fulfilments.get(), order.items.get()
    services.accept_fulfilment(fulfilment_id=part.pk, at=AT)
    services.pack_fulfilment(fulfilment_id=part.pk, at=AT, on=DAY)
    services.ship_fulfilment(fulfilment_id=part.pk, carrier="VNPost", at=AT)
    services.deliver_fulfilment(fulfilment_id=part.pk, at=AT)
    ask = partial(services.request_return, order_id=order.pk, counts={item.pk: 2}, reason=Complaint.DAMAGED, at=AT)
    assert outcomes_of([ask] * 3) == {"done": 1, "wrong-count": 2}
    request = order.returns.get()
    services.decide_return(return_id=request.pk, accept=True, at=AT)
    receive = partial(services.receive_return, return_id=request.pk, arrived={item.pk: (2, 2)}, at=AT)
    assert outcomes_of([receive] * 5) == {"done": 1, "wrong-state": 4}
    assert Refund.objects.get().amount == order.total
    assert Stock.objects.get().on_hand == 50


class TestCarts:
    def test_tabs_that_add_at_once_lose_nothing(self, pack: Pack) -> None:
        cart = make_cart()
        add = partial(services.add_line, cart_id=cart.pk, pack=pack, quantity=1, at=AT, on=DAY)
        assert outcomes_of([add] * 8) == {"done": 8}
        assert cart.lines.get().quantity == 8

    def test_without_the_lock_something_is_lost(self, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
        cart = make_cart((pack, 1))
        monkeypatch.setattr(CartQuerySet, "select_for_update", together(2), raising=False)
        add = partial(services.add_line, cart_id=cart.pk, pack=pack, quantity=1, at=AT, on=DAY)
        assert outcomes_of([add] * 2) == {"done": 2}
        assert cart.lines.get().quantity == 2

    def test_a_tab_that_adds_while_another_checks_out_is_in_the_order_or_refused(self, pack: Pack) -> None:
        for _round in range(ROUNDS):
            cart = make_cart((pack, 1))
            add = partial(services.add_line, cart_id=cart.pk, pack=pack, quantity=1, at=AT, on=DAY)
            outcomes = outcomes_of([place(make_wish(cart)), add])
            assert outcomes in ({"done": 1, "cart-ordered": 1}, {"done": 1, "lines-undelivered": 1})
            order = Order.objects.filter(cart=cart).first()
            assert cart.lines.get().quantity == (1 if order is not None else 2)

    def test_a_guests_cart_becomes_an_order_or_joins_the_persons_never_both(self, pack: Pack) -> None:
        user = User.objects.create_user("hoa@example.vn", "secret")
        for round_ in range(1, ROUNDS + 1):
            guest = make_cart((pack, 1))
            join = partial(services.merge_carts, guest_id=guest.pk, user=user, at=AT)
            outcomes = outcomes_of([place(make_wish(guest)), join])
            assert outcomes in ({"done": 2}, {"done": 1, "unknown-cart": 1})
            ordered = Order.objects.aggregate(n=Sum("items__quantity"))["n"] or 0
            in_cart = CartLine.objects.filter(cart__ordered_at=None).aggregate(n=Sum("quantity"))["n"] or 0
            assert ordered + in_cart == round_

    def test_who_signs_in_while_their_own_cart_is_ordered_finds_what_they_chose(self, pack: Pack) -> None:
        for number in range(ROUNDS):
            user = User.objects.create_user(f"hoa{number}@example.vn", "secret")
            own, guest = make_cart((pack, 1), user=user), make_cart((pack, 2))
            join = partial(services.merge_carts, guest_id=guest.pk, user=user, at=AT)
            outcomes = outcomes_of([place(make_wish(own, user=user)), join])
            assert outcomes in ({"done": 2}, {"done": 1, "lines-undelivered": 1})
            left = Cart.objects.open().get(user=user).lines.get().quantity
            assert left == (2 if outcomes["done"] == 2 else 3)


def test_who_pays_late_or_who_buys_meanwhile_gets_the_last_one() -> None:
    later = AT + timedelta(hours=1)
    for _round in range(ROUNDS):
        pack = make_pack(make_product(), on_hand=1)
        late = make_order((pack, 1), method=PaymentMethod.VIETQR)
        wish = make_wish(make_cart((pack, 1), at=later), at=later)
        pay = partial(services.confirm_order, order_id=late.pk, at=later)
        outcomes = outcomes_of([pay, place(wish, at=later)])
        late.refresh_from_db()
        if late.state == OrderState.CONFIRMED:
            assert outcomes == {"done": 1, "out-of-stock": 1}
        else:
            assert (late.state, late.cancel_reason, outcomes) == (OrderState.CANCELLED, "out-of-stock", {"done": 2})
        assert Stock.objects.get(pack=pack).reserved == 1
        assert StockHold.objects.reserved().filter(stock__pack=pack).count() == 1
