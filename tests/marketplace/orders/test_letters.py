"""What the shopper reads: once each, in the order's language, with every price right and none for anybody else."""

import logging
import re

import pytest
from django.core import mail
from django.core.management import call_command

from catalog.models import Producer
from marketplace.notices.models import Message
from marketplace.orders import letters, services
from marketplace.orders.models import Order, OrderState, PaymentMethod, Voucher
from marketplace.orders.numbers import access_token
from marketplace.orders.return_rules import Complaint, Failure
from marketplace.orders.services import Actor
from marketplace.shipping.models import ShippingStep
from tests.factories import AT, DAY, make_pack, make_product
from tests.trade import make_order, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    open_shop()


@pytest.fixture
def pack():
    return make_pack(make_product(name="Chè dây"), price=100_000, on_hand=9)


def order_of(pack, *, method=PaymentMethod.COD, language="en", **more):
    order = make_order((pack, 2), method=method, language=language, **more)
    if method != PaymentMethod.COD:
        services.confirm_order(order_id=order.pk, at=AT)
    return order


def send(order, *, until: str) -> None:
    fulfilment = order.fulfilments.get()
    services.accept_fulfilment(fulfilment_id=fulfilment.pk, at=AT)
    services.pack_fulfilment(fulfilment_id=fulfilment.pk, at=AT, on=DAY)
    services.ship_fulfilment(fulfilment_id=fulfilment.pk, carrier="VNPost", tracking_number="EB1VN", at=AT)
    if until == "delivered":
        services.deliver_fulfilment(fulfilment_id=fulfilment.pk, at=AT)
    if until == "failed":
        services.fail_fulfilment(fulfilment_id=fulfilment.pk, failure=Failure.LOST, at=AT)


def letter(order, what: str) -> Message:
    return Message.objects.get(key__startswith=f"order.{order.number}.{what}")


def test_nobody_is_asked_to_pay_nothing_nor_told_that_it_came_in(pack) -> None:
    ShippingStep.objects.update(price=0)
    Voucher.objects.create(code="ALL", kind="percent", value=100, valid_from=DAY)
    order = make_order((pack, 2), method=PaymentMethod.VIETQR, language="en", voucher_codes=["ALL"])
    assert (order.total, order.state) == (0, OrderState.CONFIRMED)
    (told,) = Message.objects.filter(key__startswith=f"order.{order.number}")
    assert "Total: ₫0" in told.body
    assert "pay" not in told.body


def test_an_order_is_confirmed_with_its_sums_and_its_page(pack) -> None:
    order = order_of(pack)
    placed = letter(order, "placed")
    assert (placed.address, placed.subject) == ("b@example.vn", f"Your order {order.number}")
    assert "2 × Chè dây" in placed.body
    assert "Total: ₫218,000" in placed.body
    token = access_token(number=order.number, seed=order.token_seed)
    assert f"/en/orders/{order.number}/?token={token}" in placed.body
    assert not Message.objects.filter(key__contains=".paid").exists()


def test_an_order_to_be_paid_says_until_when_and_then_that_it_is(pack) -> None:
    order = make_order((pack, 2), method=PaymentMethod.VIETQR, language="en")
    assert "Please pay on the order's page by 09:15" in letter(order, "placed").body
    services.confirm_order(order_id=order.pk, at=AT)
    services.confirm_order(order_id=order.pk, at=AT)
    assert "We have received ₫218,000" in letter(order, "paid").body


def test_it_is_told_in_vietnamese(pack) -> None:
    order = order_of(pack, language="vi")
    placed = letter(order, "placed")
    assert placed.language == "vi"
    assert "218.000\u00a0₫" in placed.body
    assert "/en/" not in placed.body


def test_what_is_on_its_way_and_delivered_is_told(pack) -> None:
    order = order_of(pack)
    send(order, until="delivered")
    assert "Tracking number: EB1VN." in letter(order, "shipped").body
    assert "until 29 November 2026" in letter(order, "delivered").body


def test_what_is_cancelled_is_told_with_what_goes_back(pack) -> None:
    order = order_of(pack, method=PaymentMethod.VIETQR)
    item = order.items.get()
    services.cancel_shortage(fulfilment_id=item.fulfilment_id, counts={item.pk: 1}, note="Mất mùa", at=AT)
    part = letter(order, "cancelled")
    assert part.subject == f"Cancelled in part: order {order.number}"
    assert "1 × Chè dây" in part.body
    assert "Cancelled by the producer: Mất mùa" in part.body  # who writes it is asked to be polite to the shopper
    assert "₫100,000 goes back to you" in part.body
    services.cancel_order(order_id=order.pk, actor=Actor.OPERATOR, note="gian lận?", at=AT)
    rest = Message.objects.filter(key__contains=".cancelled.").latest("id")
    assert f"Your order {order.number} is cancelled." in rest.body
    assert "gian lận" not in rest.body
    assert "₫118,000 goes back to you" in rest.body


def test_nothing_goes_back_of_what_was_not_paid(pack) -> None:
    order = order_of(pack)
    services.cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    assert "goes back" not in letter(order, "cancelled").body


def test_money_due_for_a_lost_parcel_is_told(pack) -> None:
    order = order_of(pack, method=PaymentMethod.VIETQR)
    send(order, until="failed")
    assert "₫218,000 goes back to you" in letter(order, "refund").body


def test_a_decided_return_is_told_with_the_producers_word(pack) -> None:
    order = order_of(pack)
    send(order, until="delivered")
    counts = services.returnable(order)
    (request,) = services.request_return(order_id=order.pk, counts=counts, reason=Complaint.DAMAGED, at=AT)
    services.decide_return(return_id=request.pk, accept=False, reason="Đã quá hạn", at=AT)
    assert "They write: Đã quá hạn" in letter(order, "return").body


@pytest.mark.parametrize(
    ("home", "told"),
    [
        ({"address": "1 Xuân Thọ", "phone": "0263 1"}, "Send it to: {name}, 1 Xuân Thọ, Lâm Đồng, 0263 1."),
        ({"phone": "0263 1"}, "wait for their call about where to send it, or call them: 0263 1."),
        ({}, "Please wait for their call about where to send it."),
    ],
)
def test_where_to_send_an_accepted_return_is_told(pack, home, told) -> None:
    producer = pack.product.producer
    Producer.objects.filter(pk=producer.pk).update(**{"address": "", "phone": "", **home})
    order = order_of(pack)
    send(order, until="delivered")
    counts = services.returnable(order)
    (request,) = services.request_return(order_id=order.pk, counts=counts, reason=Complaint.DAMAGED, at=AT)
    services.decide_return(return_id=request.pk, accept=True, at=AT)
    assert told.format(name=producer.name) in letter(order, "return").body


@pytest.mark.parametrize(("method", "asks"), [(PaymentMethod.VIETQR, True), (PaymentMethod.STRIPE, False)])
def test_an_account_is_asked_for_where_a_person_transfers_what_goes_back(pack, method, asks) -> None:
    order = order_of(pack, method=PaymentMethod.VIETQR)
    Order.objects.update(payment_method=method)
    services.cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    body = letter(order, "cancelled").body
    assert (f"unless you have already: {letters.order_address(order)}" in body) is asks
    assert ("by the way you paid" in body) is not asks


def test_paid_too_late_is_told(pack) -> None:
    order = make_order((pack, 9), method=PaymentMethod.VIETQR, language="en")
    pack.stock.update(on_hand=0)
    assert services.confirm_order(order_id=order.pk, at=AT).state == OrderState.CANCELLED
    assert "they were sold" in letter(order, "gone").body
    assert "all you have paid goes back to you" in letter(order, "gone").body
    assert "tell us your bank account" in letter(order, "gone").body


def test_letters_are_sent_by_the_command_that_sends_reminders_and_no_token_is_logged(
    pack, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    order = order_of(pack)
    call_command("send_reminders", "--dry-run")
    call_command("send_reminders")
    (sent,) = mail.outbox
    assert sent.to == ["b@example.vn"]
    token = access_token(number=order.number, seed=order.token_seed)
    assert token in sent.body
    printed = capsys.readouterr()
    assert token not in caplog.text + printed.out + printed.err
    # A Message-ID is made of letters, digits and dots (RFC 5322).
    assert re.fullmatch(r"<[A-Za-z0-9.]+@[A-Za-z0-9.-]+>", sent.extra_headers["Message-ID"])


def test_an_order_that_is_refused_tells_nothing(pack) -> None:
    with pytest.raises(services.TotalChanged):
        make_order((pack, 2), expected_total=1)
    assert not Message.objects.exists()
