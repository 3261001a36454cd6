from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.orders.models import PaymentMethod, Refund

from .payments import Payment


class TransferState(models.TextChoices):
    WAITING = "waiting", _("to be sent")
    SENT = "sent", _("sent, not confirmed")
    DONE = "done", _("paid back")
    FAILED = "failed", _("failed: a person looks at it")


def _by_hand() -> Q:
    methods = [method for method in PaymentMethod if method.is_paid_back_by_hand]
    return Q(payment__method__in=methods) | Q(is_left_to_a_person=True)


class RefundTransferQuerySet(models.QuerySet["RefundTransfer"]):
    def unsettled(self) -> Self:
        return self.filter(state__in=[TransferState.WAITING, TransferState.SENT])

    def by_hand(self) -> Self:
        """Those that a person carries out."""
        return self.filter(_by_hand())

    def by_provider(self) -> Self:
        return self.exclude(_by_hand())

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class RefundTransfer(models.Model):
    """The carrying out of one refund: the part of it that was captured and can be paid back.

    ``failed_references`` are what the provider began for it and could not carry out; ``is_left_to_a_person`` once such
    a one is sent from the shop's bank account instead.
    """

    refund = models.OneToOneField(Refund, verbose_name=_("refund"), on_delete=models.PROTECT, related_name="transfer")
    payment = models.ForeignKey(Payment, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="transfers")
    amount = models.PositiveBigIntegerField(_("amount"))
    state = models.CharField(_("state"), max_length=10, choices=TransferState, default=TransferState.WAITING)
    reference = models.CharField(_("reference of the provider"), max_length=255, blank=True)
    failed_references = models.JSONField(_("references of what failed"), default=list, blank=True)
    is_left_to_a_person = models.BooleanField(_("sent from the bank account instead"), default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    due_at = models.DateTimeField(_("not to be tried before"))
    created_at = models.DateTimeField(_("created at"))
    done_at = models.DateTimeField(_("paid back at"), null=True, blank=True)

    objects = RefundTransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund carried out")
        verbose_name_plural = _("refunds carried out")
        constraints = [
            models.CheckConstraint(name="refund_transfer_state_is_known", condition=Q(state__in=TransferState.values)),
            models.CheckConstraint(name="refund_transfer_is_of_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="refund_transfer_is_done_at_an_instant",
                condition=Q(state=TransferState.DONE, done_at__isnull=False)
                | (~Q(state=TransferState.DONE) & Q(done_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=[TransferState.WAITING, TransferState.SENT]),
                name="refund_transfer_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.refund_id}: {self.amount}"
