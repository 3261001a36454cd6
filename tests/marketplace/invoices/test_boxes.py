"""Goods that went through the packing hub are invoiced as they were sold."""

import pytest

from marketplace.hub import packing
from marketplace.hub.models import LossReason, Remedy
from marketplace.invoices.models import Invoice
from marketplace.invoices.services import draw_up_invoices
from marketplace.settlement.models import Earning
from tests.factories import AT, DAY
from tests.marketplace.hub.boxes import open_work, receive_all, send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("reason", [LossReason.SPOILED_HERE, LossReason.BROKEN])
def test_what_was_lost_at_the_hub_is_on_no_invoice(reason):
    work = open_work()
    send(work)
    if reason is LossReason.SPOILED_HERE:
        receive_all(work)
    honey = work.parts[1]
    packing.report_loss(part_id=honey.pk, quantity=1, reason=reason, remedy=Remedy.REFUND, at=AT)
    receive_all(work)
    packing.pack_box(job_id=work.job.pk, at=AT, on=DAY)
    packing.ship_box(job_id=work.job.pk, carrier="GHN", at=AT)
    packing.end_box(job_id=work.job.pk, failure=None, at=AT)
    assert draw_up_invoices(at=AT, on=DAY) == 2
    invoice = Invoice.objects.get(producer=honey.item.producer_id)
    assert [(line.quantity, line.amount) for line in invoice.lines.all()] == [(1, 200_000)]
    earned = Earning.objects.get(producer=honey.item.producer_id)
    assert (invoice.goods, invoice.shipping) == (earned.revenue, earned.shipping)
