"""What is shown is what is charged and what is booked: for any cart paid beforehand, to the last đồng."""

import re

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings

from marketplace.hub import packing
from marketplace.hub.models import BoxJob
from marketplace.orders import services
from marketplace.orders.models import Order, OrderState, Packing
from marketplace.orders.numbers import access_token
from marketplace.payments.models import Payment
from marketplace.payments.vietqr_payload import read
from marketplace.settlement.models import LedgerEntry
from marketplace.settlement.verifying import ledger_checks
from tests.factories import AT, DAY
from tests.marketplace.payments.sums import total
from tests.marketplace.payments.test_bank_webhook import tell
from tests.marketplace.shop.ordering import send

from .generated_carts import Codes, Gifts, Packs, codes, fill_cart, filled_checkout, gifts, packs, provinces, shop

__all__ = ["shop"]
pytestmark = [pytest.mark.long, pytest.mark.django_db]


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(packs, gifts, codes, provinces)
def test_displayed_total_is_charged_total_is_ledger_total(
    shop: None, packs: Packs, gifts: Gifts, codes: Codes, province: str
) -> None:
    with transaction.atomic():
        order, displayed = _buy(packs, gifts, codes, province)
        _pay(order, displayed)
        _deliver(order, displayed)
        transaction.set_rollback(True)


def _buy(packs: Packs, gifts: Gifts, codes: Codes, province: str) -> tuple[Order, int]:
    client = Client()
    fill_cart(client, packs=packs, gifts=gifts, codes=codes)
    form = filled_checkout(client, province=province, method="vietqr")
    displayed = form.total
    assert form.press(client, "place").status_code == 302, form.notes
    order = Order.objects.get()
    page = client.get(f"/orders/{order.number}/").content.decode()
    assert {int(shown) for shown in re.findall(r'data-total="(\d+)"', page)} == {displayed}
    return order, displayed


def _pay(order: Order, displayed: int) -> None:
    """By what the code says; it becomes the order's deposit, all of it."""
    token = access_token(number=order.number, seed=order.token_seed)
    told = send(Client(), "get", f"/orders/{order.number}/", Authorization=f"Bearer {token}").json()
    coded = int(read(told["payment"]["qr"]["payload"])["54"])
    assert told["total"]["amount"] == coded == displayed
    assert tell(amount=coded, content=order.number).status_code == 200
    payment = Payment.objects.get()
    order.refresh_from_db()
    assert (payment.amount, payment.captured, order.state) == (displayed, displayed, OrderState.CONFIRMED)
    assert not order.refunds.exists()
    assert -total(LedgerEntry.objects.filter(account="deposits", order_id=order.pk)) == displayed


def _deliver(order: Order, displayed: int) -> None:
    """All of the deposit is somebody's then."""
    packing.open_jobs(at=AT)
    for part in order.fulfilments.exclude(packing=Packing.BOX).order_by("pk"):
        services.accept_fulfilment(fulfilment_id=part.pk, at=AT)
        services.pack_fulfilment(fulfilment_id=part.pk, at=AT, on=DAY)
        services.ship_fulfilment(fulfilment_id=part.pk, carrier="VNPost", at=AT)
        if part.packing != Packing.INBOUND:
            services.deliver_fulfilment(fulfilment_id=part.pk, at=AT)
    for job in BoxJob.objects.order_by("pk"):
        for inside in job.parts.select_related("item").order_by("pk"):
            packing.receive_part(part_id=inside.pk, count=inside.missing, at=AT)
        packing.pack_box(job_id=job.pk, at=AT, on=DAY)
        packing.ship_box(job_id=job.pk, carrier="GHN", at=AT)
        packing.end_box(job_id=job.pk, failure=None, at=AT)
    order.refresh_from_db()
    assert order.state == OrderState.COMPLETED
    assert total(LedgerEntry.objects.filter(account="deposits", order_id=order.pk)) == 0
    assert total(LedgerEntry.objects.filter(account__in=["bank", "clearing:vietqr"])) == displayed
    assert total(LedgerEntry.objects.all()) == 0
    assert [flaw for check in ledger_checks().values() for flaw in check()] == []
