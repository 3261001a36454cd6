from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Producer
from marketplace.accounts.models import Membership
from marketplace.orders.return_rules import OPEN_RETURNS, Complaint, ReturnStep

from .fulfilments import Fulfilment
from .items import OrderItem
from .orders import Order


class ReturnState(models.TextChoices):
    REQUESTED = ReturnStep.REQUESTED.value, _("asked for")
    ACCEPTED = ReturnStep.ACCEPTED.value, _("accepted, on its way back")
    REFUSED = ReturnStep.REFUSED.value, _("refused")
    WITHDRAWN = ReturnStep.WITHDRAWN.value, _("withdrawn")
    RECEIVED = ReturnStep.RECEIVED.value, _("received")


class ReturnReason(models.TextChoices):
    DAMAGED = Complaint.DAMAGED.value, _("arrived damaged")
    SPOILED = Complaint.SPOILED.value, _("spoiled, or too near its last day")
    WRONG = Complaint.WRONG.value, _("not what was ordered")
    NOT_AS_DESCRIBED = Complaint.NOT_AS_DESCRIBED.value, _("not as described")
    CHANGED_MIND = Complaint.CHANGED_MIND.value, _("no longer wanted")


class ReturnQuerySet(models.QuerySet["Return"]):
    def visible_to(self, user: Any) -> Self:
        """Those of the producers for whom a person acts."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(fulfilment__producer__in=Membership.objects.active().filter(user=user).values("producer"))

    def of_producer(self, producer: Producer) -> Self:
        return self.filter(fulfilment__producer=producer)

    def open(self) -> Self:
        """Those that somebody still has to decide or to receive."""
        return self.filter(state__in=[step.value for step in OPEN_RETURNS])

    def newest_first(self) -> Self:
        return self.order_by("-id")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Return(models.Model):
    """Goods of one producer's part of an order that the shopper sends back, or would like to.

    The producer decides with a word why; what came back is received piece by piece, and then its money is due back.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns")
    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.PROTECT, related_name="returns")
    state = models.CharField(_("state"), max_length=10, choices=ReturnState, default=ReturnState.REQUESTED)
    reason = models.CharField(_("reason"), max_length=20, choices=ReturnReason)
    note = models.CharField(_("in the shopper's words"), max_length=500, blank=True)
    requested_at = models.DateTimeField(_("asked for at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decision = models.CharField(_("why it was decided so"), max_length=500, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("received by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints = [
            models.CheckConstraint(name="return_state_is_known", condition=Q(state__in=ReturnState.values)),
            models.CheckConstraint(name="return_reason_is_known", condition=Q(reason__in=ReturnReason.values)),
            models.CheckConstraint(
                name="return_is_refused_with_a_reason", condition=~Q(state=ReturnState.REFUSED) | ~Q(decision="")
            ),
            models.CheckConstraint(
                name="return_is_received_at_an_instant",
                condition=Q(state=ReturnState.RECEIVED, received_at__isnull=False)
                | (~Q(state=ReturnState.RECEIVED) & Q(received_at__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["fulfilment", "state"], name="return_of_a_fulfilment")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.state}"


class ReturnItem(models.Model):
    """So many of one item. ``received`` came back, of which ``fit`` went into the stock again; empty until then."""

    request = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(OrderItem, on_delete=models.PROTECT, related_name="return_items")
    quantity = models.PositiveIntegerField(_("quantity"))
    received = models.PositiveIntegerField(_("of which came back"), null=True, blank=True)
    fit = models.PositiveIntegerField(_("of which are fit for sale"), null=True, blank=True)

    class Meta:
        verbose_name = _("item of a return")
        verbose_name_plural = _("items of a return")
        constraints = [
            models.UniqueConstraint(fields=["request", "item"], name="return_names_an_item_once"),
            models.CheckConstraint(
                name="return_item_is_received_in_part_or_whole",
                condition=Q(quantity__gt=0, received__isnull=True, fit__isnull=True)
                | Q(quantity__gt=0, received__lte=F("quantity"), fit__lte=F("received")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item_id}"
