from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Producer

from .orders import Order, OrderState


class VoucherKind(models.TextChoices):
    PERCENT = "percent", _("percentage")
    FIXED = "fixed", _("fixed amount")


class VoucherQuerySet(models.QuerySet["Voucher"]):
    def usable_on(self, day: date) -> Self:
        return self.filter(
            Q(valid_from__lte=day), Q(valid_until__isnull=True) | Q(valid_until__gte=day), is_active=True
        )


class Voucher(models.Model):
    """A code that takes something off the goods, of the whole order or of one producer's part, who then bears it.

    ``used`` counts the uses that stand; it moves only with a row of ``VoucherUse``, under the voucher's lock.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=VoucherKind)
    value = models.PositiveBigIntegerField(_("percent, or đồng"))
    producer = models.ForeignKey(
        Producer,
        verbose_name=_("only of this producer"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="vouchers",
    )
    minimum_goods = models.PositiveBigIntegerField(_("from so many đồng of goods on"), default=0)
    maximum_discount = models.PositiveBigIntegerField(_("at most so many đồng"), null=True, blank=True)
    valid_from = models.DateField(_("first day"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)
    limit = models.PositiveIntegerField(_("uses in all"), null=True, blank=True)
    limit_per_buyer = models.PositiveIntegerField(_("uses by one buyer"), null=True, blank=True)
    used = models.PositiveIntegerField(_("used"), default=0, editable=False)
    is_active = models.BooleanField(pgettext_lazy("voucher", "active"), default=True)

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        constraints = [
            models.CheckConstraint(name="voucher_kind_is_known", condition=Q(kind__in=VoucherKind.values)),
            models.CheckConstraint(
                name="voucher_value_fits_its_kind",
                condition=Q(kind=VoucherKind.PERCENT, value__range=(1, 100)) | Q(kind=VoucherKind.FIXED, value__gt=0),
            ),
            models.CheckConstraint(
                name="voucher_is_used_at_most_its_limit", condition=Q(limit__isnull=True) | Q(used__lte=F("limit"))
            ),
            models.CheckConstraint(
                name="voucher_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(name="voucher_code_is_upper_case", condition=~Q(code="") & Q(code=Upper("code"))),
        ]

    def __str__(self) -> str:
        return self.code


class VoucherUseQuerySet(models.QuerySet["VoucherUse"]):
    def lapsed_at(self, at: datetime) -> Self:
        """Those that were not given back, of orders that nobody paid while their goods were held."""
        return self.filter(_unpaid_at(at), given_back_at=None)

    def counting_at(self, at: datetime) -> Self:
        """Those that count for a limit at that instant; by itself no job makes one count no more."""
        return self.filter(~_unpaid_at(at), given_back_at=None)


def _unpaid_at(at: datetime) -> Q:
    return Q(order__state=OrderState.AWAITING_PAYMENT, order__hold_until__lte=at)


class VoucherUse(models.Model):
    """A voucher used by an order, with what it took off; given back where the order came to nothing."""

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="uses")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="voucher_uses")
    buyer = models.CharField(_("buyer"), max_length=254, help_text=_("The e-mail, without case."))
    amount = models.PositiveBigIntegerField(_("discount"))
    given_back_at = models.DateTimeField(_("given back at"), null=True, blank=True)

    objects = VoucherUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a voucher")
        verbose_name_plural = _("uses of vouchers")
        constraints = [
            models.UniqueConstraint(fields=["voucher", "order"], name="order_uses_a_voucher_once"),
        ]
        indexes = [models.Index(fields=["voucher", "buyer"], name="voucher_use_of_a_buyer")]

    def __str__(self) -> str:
        return f"{self.voucher_id} – {self.order_id}"
