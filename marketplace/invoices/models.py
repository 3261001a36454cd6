from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Producer
from marketplace.orders.models import Order, Return


class InvoiceKind(models.TextChoices):
    SALE = "sale", _("sale")
    ADJUSTMENT = "adjustment", _("adjustment, for what came back")


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def waiting(self) -> Self:
        """Those that no provider has taken yet."""
        return self.filter(issued_at=None)

    def of_producer(self, producer: Producer) -> Self:
        return self.filter(producer=producer)

    def oldest_first(self) -> Self:
        return self.order_by("id")


class Invoice(models.Model):
    """What one seller invoices to the buyer of an order: the sale, or what is taken off for goods that came back.

    Amounts in đồng, also of an adjustment, which is taken off. ``number`` counts a seller's documents without gaps; it
    is ours, the legal number is the provider's ``reference``. Nothing of it changes once it is drawn up. Those of a
    seller with the same ``batch``, the last of their numbers, are handed to a provider together, however often.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    producer = models.ForeignKey(
        Producer, verbose_name=_("producer"), on_delete=models.PROTECT, related_name="invoices"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=InvoiceKind)
    request = models.ForeignKey(
        Return, verbose_name=_("return"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    adjusts = models.ForeignKey(
        "self", verbose_name=_("adjusts"), null=True, blank=True, on_delete=models.PROTECT, related_name="adjustments"
    )
    number = models.PositiveIntegerField(_("number"))
    drawn_up_on = models.DateField(_("day"))

    seller_name = models.CharField(_("seller"), max_length=255)
    seller_tax_code = models.CharField(_("seller's tax code"), max_length=20, blank=True)
    seller_address = models.CharField(_("seller's address"), max_length=500, blank=True)
    buyer_name = models.CharField(_("buyer"), max_length=160)
    buyer_company = models.CharField(_("buyer's company"), max_length=255, blank=True)
    buyer_tax_code = models.CharField(_("buyer's tax code"), max_length=14, blank=True)
    buyer_address = models.CharField(_("buyer's address"), max_length=500, blank=True)
    buyer_email = models.EmailField(_("buyer's e-mail"))
    payment_method = models.CharField(_("payment method"), max_length=10)

    goods = models.PositiveBigIntegerField(_("goods"))
    shipping = models.PositiveBigIntegerField(_("shipping"), default=0)
    total = models.PositiveBigIntegerField(_("sum"))

    created_at = models.DateTimeField(_("drawn up at"))
    batch = models.PositiveIntegerField(_("handed over up to number"), null=True, blank=True, editable=False)
    provider = models.CharField(_("provider"), max_length=20, blank=True)
    reference = models.CharField(_("provider's number"), max_length=160, blank=True)
    issued_at = models.DateTimeField(_("taken by the provider at"), null=True, blank=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "producer"], condition=Q(kind=InvoiceKind.SALE), name="seller_invoices_an_order_once"
            ),
            models.UniqueConstraint(fields=["request"], name="return_is_taken_off_an_invoice_once"),
            models.UniqueConstraint(fields=["producer", "number"], name="sellers_invoices_are_numbered"),
            models.CheckConstraint(name="invoice_kind_is_known", condition=Q(kind__in=InvoiceKind.values)),
            models.CheckConstraint(
                name="invoice_adjusts_a_sale_for_a_return",
                condition=Q(kind=InvoiceKind.SALE, adjusts__isnull=True, request__isnull=True)
                | Q(kind=InvoiceKind.ADJUSTMENT, adjusts__isnull=False, request__isnull=False),
            ),
            models.CheckConstraint(
                name="invoice_total_is_the_sum_of_its_parts", condition=Q(total=F("goods") + F("shipping"))
            ),
            models.CheckConstraint(
                name="invoice_is_issued_by_a_provider", condition=Q(issued_at__isnull=True) | ~Q(provider="")
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(issued_at=None), name="invoice_waiting")]

    def __str__(self) -> str:
        return f"{self.producer_id}/{self.number}"


class InvoiceLine(models.Model):
    """So many of one pack; ``amount`` is what the seller sold them for, in đồng."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=60)
    name = models.CharField(max_length=500)
    quantity = models.PositiveIntegerField(_("quantity"))
    amount = models.PositiveBigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("line of an invoice")
        verbose_name_plural = _("lines of an invoice")
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_has_a_place"),
            models.CheckConstraint(name="invoice_line_is_of_something", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"
