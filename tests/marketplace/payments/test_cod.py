"""Cash on delivery: up to a limit, counted parcel by parcel, as it is delivered."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from catalog.models import Pack
from marketplace.orders import services
from marketplace.orders.collecting import amount_to_collect, amounts_to_collect
from marketplace.orders.models import Fulfilment, FulfilmentState, Order, OrderState, PaymentMethod, Refund
from marketplace.orders.quoting import quote_cart
from marketplace.orders.return_rules import Complaint, Failure
from marketplace.orders.services.fulfilling import (
    accept_fulfilment,
    deliver_fulfilment,
    fail_fulfilment,
    pack_fulfilment,
    ship_fulfilment,
)
from marketplace.payments.bank_refunds import confirm_sent
from marketplace.payments.cod_collecting import collect
from marketplace.payments.methods import Sent, method_of
from marketplace.payments.models import Capture, Payment, RefundTransfer, TransferState
from marketplace.payments.services import (
    begin_payment,
    payment_of,
    plan_transfers,
    record_capture,
    send_refunds,
    start_of,
)
from ocop_badges.errors import DomainError
from tests.factories import AT, DAY, make_bundle, make_pack, make_product
from tests.trade import make_cart, make_order, make_wish, open_hub, open_shop

from .contract import PaymentContract, balance

LATER = AT + timedelta(days=2)
NUMBERS = iter(range(1, 10_000))


def ship(fulfilment: Fulfilment, *, tracking: str = "") -> Fulfilment:
    accept_fulfilment(fulfilment_id=fulfilment.pk, at=AT)
    pack_fulfilment(fulfilment_id=fulfilment.pk, at=AT, on=DAY)
    return ship_fulfilment(
        fulfilment_id=fulfilment.pk, carrier="GHN", tracking_number=tracking or f"T{next(NUMBERS)}", at=AT
    )


def deliver(fulfilment: Fulfilment, *, at: datetime = LATER) -> Fulfilment:
    ship(fulfilment)
    return deliver_fulfilment(fulfilment_id=fulfilment.pk, at=at, at_hub=fulfilment.packing == "inbound")


class TestCashOnDelivery(PaymentContract):
    method = PaymentMethod.COD

    def pay(self, order: Order, amount: int, *, told_as: str, at: datetime) -> None:
        """A carrier tells of the one parcel; of a cancelled order money can only come by mistake."""
        (parcel,) = order.fulfilments.all()
        if parcel.state == FulfilmentState.CANCELLED:
            record_capture(payment_id=payment_of(order, at=at).pk, source_id=told_as, amount=amount, at=at)
            return
        if parcel.state == FulfilmentState.PLACED:
            ship(parcel)
        collect(fulfilment_id=parcel.pk, amount=amount, at=at)

    def carry_out(self, transfer: RefundTransfer, *, at: datetime) -> None:
        send_refunds(at=at)
        assert method_of(self.method).refund(transfer, at=at) == Sent(reference=transfer.reference, is_done=False)
        if transfer.refund.done_at is None and not confirm_sent(transfer_id=transfer.pk, at=at):
            transfer.refresh_from_db()
            assert transfer.state == TransferState.DONE


@pytest.fixture
def shop(db: None) -> None:
    open_shop()


@pytest.fixture
def order(shop: None) -> Order:
    """Two parcels of two producers: 100,000 đ and 50,000 đ of goods, 18,000 đ of shipping each."""
    near, far = (make_pack(make_product(), price=price, on_hand=5) for price in (100_000, 50_000))
    return make_order((near, 1), (far, 1))


def status(order: Order) -> str:
    order.refresh_from_db()
    return begin_payment(order, at=LATER).status


def test_it_is_confirmed_when_it_is_placed_and_paid_when_all_of_it_is_delivered(order: Order) -> None:
    assert order.state == OrderState.CONFIRMED
    assert status(order) == "on_delivery"
    first, second = order.fulfilments.order_by("pk")
    deliver(first)
    assert status(order) == "partly_paid"
    deliver(second)
    assert status(order) == "paid"
    assert sorted(Capture.objects.values_list("amount", flat=True)) == [68_000, 118_000]
    assert balance("clearing:cod") == order.total
    assert balance("deposits", order) == 0


def test_what_each_parcel_costs_sums_to_the_total(shop: None) -> None:
    open_hub()
    first, second = (make_pack(make_product(), price=price, on_hand=9) for price in (100_001, 50_002))
    boxed = make_bundle(first, second, goes_as_box=True, discount_percent=7)
    order = make_order((boxed, 1), (first, 2))
    each = {part.pk: amount for part in order.fulfilments.all() if (amount := amount_to_collect(part))}
    assert sum(each.values()) == order.total
    assert amounts_to_collect(order) == each


def test_how_a_payment_stands_is_asked_in_a_bounded_number_of_queries(
    shop: None, django_assert_num_queries: Any
) -> None:
    small, large = (
        make_order(*((make_pack(make_product(), on_hand=1), 1) for _one in range(count))) for count in (1, 6)
    )
    for order in (small, large):
        payment = payment_of(order, at=AT)
        with django_assert_num_queries(4):
            assert start_of(payment, order).status == "on_delivery"


def test_a_failed_delivery_brings_nothing_and_what_is_due_is_what_was_delivered(order: Order) -> None:
    first, second = order.fulfilments.order_by("pk")
    deliver(first)
    ship(second)
    fail_fulfilment(fulfilment_id=second.pk, failure=Failure.REFUSED, at=LATER)
    assert Payment.objects.get().captured == 118_000
    assert amount_to_collect(second) == 0
    assert status(order) == "paid"
    assert not Refund.objects.exists()
    with pytest.raises(DomainError) as refusal:
        collect(fulfilment_id=second.pk, at=LATER)
    assert refusal.value.code == "not-delivered"


def test_an_order_of_which_nothing_was_delivered_is_not_called_paid(order: Order) -> None:
    for parcel in order.fulfilments.order_by("pk"):
        ship(parcel)
        fail_fulfilment(fulfilment_id=parcel.pk, failure=Failure.REFUSED, at=LATER)
    assert status(order) == "cancelled"


def test_what_the_carrier_told_before_the_delivery_holds(order: Order) -> None:
    first, _second = order.fulfilments.order_by("pk")
    ship(first)
    collect(fulfilment_id=first.pk, amount=100_000, at=LATER)
    deliver_fulfilment(fulfilment_id=first.pk, at=LATER)
    assert Capture.objects.get().amount == 100_000


def test_too_much_for_one_parcel_is_due_back_though_the_rest_is_still_open(order: Order) -> None:
    first, second = order.fulfilments.order_by("pk")
    ship(first)
    for _time in range(2):
        collect(fulfilment_id=first.pk, amount=120_000, at=LATER)
    assert Refund.objects.get().amount == 2_000
    deliver_fulfilment(fulfilment_id=first.pk, at=LATER)
    deliver(second)
    assert Refund.objects.count() == 1
    assert status(order) == "paid"


def test_what_was_returned_is_paid_back_from_our_account(order: Order) -> None:
    first, second = order.fulfilments.order_by("pk")
    deliver(first)
    deliver(second)
    item = first.items.get()
    (asked,) = services.request_return(order_id=order.pk, counts={item.pk: 1}, reason=Complaint.CHANGED_MIND, at=LATER)
    services.decide_return(return_id=asked.pk, accept=True, at=LATER)
    services.receive_return(return_id=asked.pk, arrived={item.pk: (1, 1)}, at=LATER)
    assert Refund.objects.get().amount == 100_000
    assert status(order) == "paid"
    plan_transfers(at=LATER)
    confirm_sent(transfer_id=RefundTransfer.objects.get().pk, at=LATER)
    assert status(order) == "partly_refunded"
    assert balance("clearing:cod") == order.total  # the carrier still has it; what went back is from our account
    assert balance("bank") == -100_000


def test_nothing_is_collected_for_what_goes_into_a_box_or_was_paid_before(shop: None) -> None:
    open_hub()
    packs = [make_pack(make_product(), price=50_000, on_hand=9) for _one in range(2)]
    inbound = make_order((make_bundle(*packs, goes_as_box=True), 1)).fulfilments.filter(packing="inbound").first()
    prepaid = make_order((packs[0], 1), method=PaymentMethod.VIETQR).fulfilments.get()
    assert inbound is not None
    for part in (inbound, prepaid):
        with pytest.raises(DomainError) as refusal:
            collect(fulfilment_id=part.pk, at=LATER)
        assert refusal.value.code == "not-on-delivery"
    deliver(inbound)
    assert not Capture.objects.exists()


class TestLimit:
    @pytest.fixture
    def pack(self, shop: None) -> Pack:
        return make_pack(make_product(), price=982_000, on_hand=50)

    def test_up_to_the_limit_it_is_offered(self, pack: Pack, settings: Any) -> None:
        settings.COD_LIMIT = 1_000_000
        assert make_order((pack, 1)).total == 1_000_000

    def test_a_gift_without_prices_is_not_paid_for_at_the_door(self, pack: Pack) -> None:
        cart = make_cart((pack, 1))
        with pytest.raises(DomainError) as refusal:
            services.place_order(make_wish(cart, hides_prices=True), at=AT, on=DAY)
        assert refusal.value.code == "method-unlawful"
        quote = quote_cart(list(cart.lines.in_order()), hides_prices=True, on=DAY, at=AT)
        assert PaymentMethod.COD not in quote.methods
        assert [each.is_blocking for each in quote.notices if each.code == "cod-unavailable"] == [False]
        wish = make_wish(cart, method=PaymentMethod.VIETQR, hides_prices=True)
        assert services.place_order(wish, at=AT, on=DAY).hides_prices

    def test_above_the_limit_it_is_refused_and_the_shopper_told_why(self, pack: Pack, settings: Any) -> None:
        settings.COD_LIMIT = 999_999
        cart = make_cart((pack, 1))
        with pytest.raises(DomainError) as refusal:
            services.place_order(make_wish(cart), at=AT, on=DAY)
        assert refusal.value.code == "method-unlawful"
        wish = make_wish(cart, method=PaymentMethod.VIETQR)
        quote = quote_cart(
            list(cart.lines.in_order()), destinations=services.destinations_of(wish.recipients), on=DAY, at=AT
        )
        assert PaymentMethod.COD not in quote.methods
        (notice,) = [each for each in quote.notices if each.code == "cod-unavailable"]
        assert not notice.is_blocking
        assert "999.999" in notice.detail
        assert services.place_order(wish, at=AT, on=DAY).state == OrderState.AWAITING_PAYMENT
