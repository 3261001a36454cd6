"""Refunds that a person transfers from the shop's bank account: where to, the bank's file, and that it is done."""

import csv
import re
from collections.abc import Iterable
from datetime import datetime
from io import StringIO

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.orders.models import Order
from marketplace.payments.methods import BY_HAND
from marketplace.payments.models import Payment, RefundAccount, RefundTransfer, RefundTransferQuerySet, TransferState
from marketplace.payments.services import finish_refund
from marketplace.settlement.banks import BANKS
from marketplace.settlement.booking import book_remittance
from ocop_badges.downloads import safe_cell
from ocop_badges.errors import DomainError, Fault

COLUMNS = ("reference", "order", "bank_bin", "account", "holder", "amount", "message")
_NUMBER = re.compile(r"[0-9A-Za-z]{4,19}")


def payable_by_hand() -> RefundTransferQuerySet:
    """The transfers that a person carries out, or may: also those that failed at the card's provider."""
    all_of_them = RefundTransfer.objects.all()
    return all_of_them.by_hand() | all_of_them.filter(state=TransferState.FAILED)


def wants_account(order: Order) -> bool:
    """Whether the shopper is to be asked for an account: something is due back by hand, and none is known."""
    return _is_due_by_hand(order) and not RefundAccount.objects.filter(order=order).exists()


@transaction.atomic
def give_account(*, order_id: int, bank_bin: str, number: str, holder: str, at: datetime) -> RefundAccount:
    """The shopper says where money is to go back; again, until it is sent, puts another in its place.

    Raises ``DomainError``: ``account-invalid`` (400) with a fault for each field, ``refund-not-due`` (409) where
    nothing is due back by transfer, ``refund-sent`` (409) once it is on its way.
    """
    order = Order.objects.locked().get(pk=order_id)
    number, holder = re.sub(r"[\s.-]", "", number), " ".join(holder.split())
    faults = []
    if bank_bin not in BANKS:
        faults.append(Fault(_("Choose your bank."), "invalid", "bank_bin"))
    if not _NUMBER.fullmatch(number):
        faults.append(Fault(_("An account has 4 to 19 letters and digits."), "invalid", "number"))
    if not (0 < len(holder) <= 120 and holder.isprintable()):
        faults.append(Fault(_("Write the name on the account."), "invalid", "holder"))
    if faults:
        raise DomainError(_("This is no account."), code="account-invalid", status=400, faults=faults)
    if not _is_due_by_hand(order):
        raise DomainError(_("Nothing is due back by transfer."), code="refund-not-due")
    if RefundTransfer.objects.by_hand().filter(refund__order=order, state=TransferState.SENT).exists():
        raise DomainError(_("It is on its way already."), code="refund-sent")
    account, _made = RefundAccount.objects.update_or_create(
        order=order, defaults={"bank_bin": bank_bin, "number": number, "holder": holder, "given_at": at}
    )
    return account


@transaction.atomic
def export_refunds(*, transfer_ids: Iterable[int]) -> tuple[str, int]:
    """The bank's file of these transfers, as CSV, and how many are in it. They count as sent from then on.

    Left out are those that a person does not carry out, that are on their way or done, and whose account is unknown.
    What failed at the card's provider is left to a person from then on.
    """
    unsent = [TransferState.WAITING, TransferState.FAILED]
    waiting = payable_by_hand().filter(pk__in=list(transfer_ids), state__in=unsent)
    locked = list(waiting.locked().values_list("pk", flat=True))
    sending = list(RefundTransfer.objects.filter(pk__in=locked).select_related("payment__order").order_by("pk"))
    accounts = {
        account.order_id: account
        for account in RefundAccount.objects.filter(order__in=[each.payment.order_id for each in sending])
    }
    rows = []
    for transfer in sending:
        order = transfer.payment.order
        if (account := accounts.get(order.pk)) is None:
            continue
        reference = reference_of(transfer)
        message = f"Hoan tien {order.number} {reference}"
        rows.append(
            (reference, order.number, account.bank_bin, account.number, account.holder, transfer.amount, message)
        )
        transfer.state, transfer.reference, transfer.is_left_to_a_person = TransferState.SENT, reference, True
        transfer.save(update_fields=["state", "reference", "is_left_to_a_person"])
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return out.getvalue(), len(rows)


@transaction.atomic
def confirm_sent(*, transfer_id: int, at: datetime) -> bool:
    """The bank has carried a transfer out; False where it was done before, or no person carries it out.

    It is paid from our own account: so much less is left there of what was handed over.
    """
    transfer = payable_by_hand().filter(pk=transfer_id).exclude(state=TransferState.DONE).first()
    if transfer is None:
        return False
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=transfer.payment_id)
    order = Order.objects.locked().get(pk=order_id)
    finish_refund(transfer_id=transfer_id, reference=reference_of(transfer), at=at)
    book_remittance(
        key=f"refund-from-bank:{transfer_id}",
        method=order.payment_method,
        amount=-transfer.amount,
        fee=0,
        at=at,
    )
    return True


def put_back(*, transfer_id: int, at: datetime) -> bool:
    """What was not carried out is to be sent again: by a person, or what a provider had refused by that provider.

    False for what is not such a one.
    """
    is_by_hand = RefundTransfer.objects.by_hand().filter(pk=transfer_id).exists()
    from_state = TransferState.SENT if is_by_hand else TransferState.FAILED
    asked = RefundTransfer.objects.filter(pk=transfer_id, state=from_state)
    return asked.update(state=TransferState.WAITING, reference="", due_at=at) == 1


def _is_due_by_hand(order: Order) -> bool:
    if order.payment_method in BY_HAND:
        return order.refunds.due().exists()
    return payable_by_hand().filter(refund__order=order, refund__done_at=None).exists()


def reference_of(transfer: RefundTransfer) -> str:
    """By which a transfer is found on the bank's statement."""
    return f"HT{transfer.pk}"
