"""``manage.py demo_transfer``"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.orders.models import Order, PaymentMethod
from marketplace.payments.bank_feed import record_transfer
from marketplace.payments.bank_messages import Transfer
from marketplace.payments.models import EventSource, InboundEvent, Payment
from ocop_badges import days


class Command(BaseCommand):
    help = (
        "Pretend that the bank told of a transfer for an order, as it does at /webhooks/bank/. For trying the shop: "
        "refused where the settings do not set DEMO_ALLOWED, as those of production do not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", metavar="NUMBER", help="of an order that is paid by bank transfer")
        parser.add_argument("--amount", type=int, metavar="DONG", help="đồng; by default what is to be paid yet")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError("For development only: these settings do not set DEMO_ALLOWED. Nothing was written.")
        number: str = options["number"].strip().upper()
        order = Order.objects.filter(number=number, payment_method=PaymentMethod.VIETQR).first()
        if order is None:
            raise CommandError(f"{number} is no order that is paid by bank transfer.")
        amount: int = _due(order) if options["amount"] is None else options["amount"]
        if amount < 1:
            raise CommandError("A transfer is of 1 đ or more.")
        at = days.now().at
        told = InboundEvent.objects.filter(source=EventSource.BANK, event_id__startswith=f"DEMO-{number}-").count()
        transfer = Transfer(f"DEMO-{number}-{told + 1}", amount, f"CK {number}", received_at=at)
        event = record_transfer(transfer, at=at)
        self.stdout.write(self.style.SUCCESS(f"{amount:,} đ for {number}: {event.outcome}."))


def _due(order: Order) -> int:
    """What is missing of the order's total; all of it once more where nothing is."""
    payment = Payment.objects.filter(order=order).first()
    due = order.total - (payment.captured if payment else 0)
    return due if due > 0 else order.total
