from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .producers import Producer
from .product_sets import ProductSet
from .products import Product


class DocumentKind(models.TextChoices):
    """What the law asks a seller to hold for some goods."""

    FOOD_SAFETY = "food-safety", _("certificate of food safety conditions")
    PRODUCT_DECLARATION = "product-declaration", _("product declaration")
    ALCOHOL_PRODUCTION = "alcohol-production", _("licence to make alcohol")
    ALCOHOL_RETAIL = "alcohol-retail", _("licence or registration to sell alcohol")
    COSMETICS_NOTIFICATION = "cosmetics-notification", _("notification of a cosmetic product")


class PaymentCode(models.TextChoices):
    """The ways of paying that a rule may allow."""

    COD = "cod", _("cash on delivery")
    VIETQR = "vietqr", _("bank transfer (VietQR)")
    STRIPE = "stripe", _("card (Stripe)")


class GoodsPolicyQuerySet(models.QuerySet["GoodsPolicy"]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


class GoodsPolicy(models.Model):
    """What goods of one product set need to be sold online, on the days the rule is in force.

    ``methods`` are the lawful payment methods, None: all. ``documents`` are kinds of ``DocumentKind`` that the seller
    must hold, valid on the day of the sale. To be confirmed by the operator's counsel.
    """

    product_set = models.ForeignKey(
        ProductSet, verbose_name=_("product set"), on_delete=models.CASCADE, related_name="goods_policies"
    )
    minimum_age = models.PositiveSmallIntegerField(_("buyer's least age"), null=True, blank=True)
    methods = models.JSONField(_("lawful payment methods"), null=True, blank=True)
    documents = models.JSONField(_("documents needed"), default=list, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=255)
    valid_from = models.DateField(_("first day"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    objects = GoodsPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("goods policy")
        verbose_name_plural = _("goods policies")
        constraints = [
            models.UniqueConstraint(fields=["product_set", "valid_from"], name="goods_policy_begins_once_a_day"),
            models.CheckConstraint(
                name="goods_policy_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_set_id} ({self.valid_from})"

    def clean(self) -> None:
        """Refuse codes that nothing here knows: a rule that names them would hold for nobody."""
        super().clean()
        wrong = {}
        for field, known in (("methods", PaymentCode.values), ("documents", DocumentKind.values)):
            codes = getattr(self, field)
            if codes is not None and (not isinstance(codes, list) or set(map(str, codes)) - set(known)):
                text = _("Choose from: %(codes)s.")
                wrong[field] = ValidationError(text, code="unknown", params={"codes": ", ".join(known)})
        if wrong:
            raise ValidationError(wrong)

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or self.valid_until >= day)


class SellerDocumentQuerySet(models.QuerySet["SellerDocument"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


class SellerDocument(models.Model):
    """A licence or declaration that a seller holds, for all of its goods or for one product."""

    producer = models.ForeignKey(
        Producer, verbose_name=_("producer"), on_delete=models.CASCADE, related_name="documents"
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), null=True, blank=True, on_delete=models.CASCADE, related_name="documents"
    )
    kind = models.CharField(_("kind"), max_length=30, choices=DocumentKind)
    number = models.CharField(_("number"), max_length=80)
    issued_by = models.CharField(_("issued by"), max_length=160, blank=True)
    valid_from = models.DateField(_("first valid day"))
    valid_until = models.DateField(_("last valid day"), null=True, blank=True)

    objects = SellerDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("seller's document")
        verbose_name_plural = _("sellers' documents")
        constraints = [
            models.CheckConstraint(name="seller_document_kind_is_known", condition=Q(kind__in=DocumentKind.values)),
            models.CheckConstraint(
                name="seller_document_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]
        indexes = [models.Index(fields=["producer", "kind"], name="seller_document_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    def clean(self) -> None:
        super().clean()
        if self.product is not None and self.product.producer_id != self.producer_id:
            error = ValidationError(_("This is a product of another producer."), code="misplaced")
            raise ValidationError({"product": error})

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or self.valid_until >= day)

    def days_left(self, day: date) -> int | None:
        """How many days after this one it is valid; None: without an end."""
        return None if self.valid_until is None else (self.valid_until - day).days
