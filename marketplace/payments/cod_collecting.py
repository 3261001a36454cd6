"""What carriers collect at the door counts for the order, parcel by parcel."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.orders.collecting import amount_to_collect
from marketplace.orders.models import Fulfilment, FulfilmentState, Order, Packing, PaymentMethod
from marketplace.payments.amounts import source_of
from marketplace.payments.models import Payment
from marketplace.payments.services import payment_of, record_capture
from ocop_badges.errors import DomainError, InvalidFact


@transaction.atomic
def collect(*, fulfilment_id: int, at: datetime, amount: int | None = None) -> Payment:
    """A parcel or gift box was handed over and paid for: ``amount`` in đồng, None for what it costs. Counts once.

    What was collected beyond that is due back. Nothing counts for a parcel that failed.
    Raises ``DomainError``: ``unknown-fulfilment`` (404), ``not-on-delivery`` (409) for what is not paid at the door,
    ``not-delivered`` (409); ``InvalidFact`` for an amount below zero.
    """
    fulfilment = Fulfilment.objects.filter(pk=fulfilment_id).first()
    if fulfilment is None:
        raise DomainError(_("There is no such part of an order."), code="unknown-fulfilment", status=404)
    order = Order.objects.locked().get(pk=fulfilment.order_id)
    fulfilment = Fulfilment.objects.locked().get(pk=fulfilment_id)
    if order.payment_method != PaymentMethod.COD or fulfilment.packing == Packing.INBOUND:
        raise DomainError(_("This is not paid on delivery."), code="not-on-delivery")
    if fulfilment.state not in (FulfilmentState.SHIPPED, FulfilmentState.DELIVERED):
        raise DomainError(_("This was not delivered: nothing can have been collected."), code="not-delivered")
    expected = amount_to_collect(fulfilment)
    collected = expected if amount is None else amount
    if collected < 0:
        raise InvalidFact(_("An amount is not below zero."), field="amount")
    payment = payment_of(order, at=at)
    if collected == 0:
        return payment
    return record_capture(
        payment_id=payment.pk, source_id=source_of(fulfilment_id), amount=collected, at=at, expected=expected
    )


def collect_delivered(order: Order, fulfilment: Fulfilment, at: datetime) -> None:
    """What is paid on delivery was paid when it was delivered, unless a carrier said otherwise before."""
    if order.payment_method == PaymentMethod.COD and fulfilment.packing != Packing.INBOUND:
        collect(fulfilment_id=fulfilment.pk, at=at)
