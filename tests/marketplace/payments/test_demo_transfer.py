"""``manage.py demo_transfer``: what the bank would tell, for trying the shop without a bank."""

import pytest
from django.core.management import CommandError, call_command

from marketplace.orders.models import Order, OrderState, PaymentMethod
from marketplace.payments.models import Capture
from tests.factories import make_pack, make_product
from tests.trade import make_order, open_shop


@pytest.fixture
def order(db: None) -> Order:
    open_shop()
    return make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.VIETQR)


@pytest.fixture
def trial(settings) -> None:
    settings.DEMO_ALLOWED = True


@pytest.mark.usefixtures("trial")
def test_parts_of_the_total_and_then_the_rest_pay_the_order(order: Order, capsys) -> None:
    call_command("demo_transfer", order.number.lower(), "--amount", "1000")
    assert "partial" in capsys.readouterr().out
    call_command("demo_transfer", order.number)
    assert "paid" in capsys.readouterr().out
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
    assert sum(Capture.objects.values_list("amount", flat=True)) == order.total


@pytest.mark.usefixtures("trial")
def test_an_order_that_is_not_paid_by_transfer_and_no_amount_are_refused(order: Order) -> None:
    with pytest.raises(CommandError, match="no order that is paid by bank transfer"):
        call_command("demo_transfer", "OC00000ZZZZZ")
    with pytest.raises(CommandError, match="1 đ or more"):
        call_command("demo_transfer", order.number, "--amount", "0")
    assert not Capture.objects.exists()


def test_settings_that_allow_no_demo_refuse_it(order: Order, settings) -> None:
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="DEMO_ALLOWED"):
        call_command("demo_transfer", order.number)
    assert not Capture.objects.exists()
