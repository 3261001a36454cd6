from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Pack, Producer

from .fulfilments import Fulfilment
from .orders import Order, OrderLine


class OrderItem(models.Model):
    """So many of one pack within a line: the whole of a pack's line, a component of a bundle's.

    Money, stock, refunds and invoices all count in items. ``amount`` is the item's share of the line's amount and
    ``discount`` of its discount, by largest remainder: the items of a line sum to the line. Rates are frozen here.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="items")
    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.PROTECT, related_name="items")
    producer = models.ForeignKey(Producer, on_delete=models.PROTECT, related_name="+")
    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="+")
    product_name = models.CharField(max_length=255)
    pack_name = models.CharField(max_length=160)
    sku = models.CharField(max_length=60)
    quantity = models.PositiveIntegerField(_("quantity"))
    amount = models.PositiveBigIntegerField(_("amount"))
    discount = models.PositiveBigIntegerField(_("discount"), default=0)
    producer_discount = models.PositiveBigIntegerField(_("of which the producer bears"), default=0)
    weight_g = models.PositiveIntegerField(_("weight of one in grams"))

    stars = models.PositiveSmallIntegerField(_("stars on the day of the order"), null=True)
    stars_at_delivery = models.PositiveSmallIntegerField(_("stars on the day of delivery"), null=True)
    certificate = models.CharField(_("certificate"), max_length=12, blank=True)
    decision_number = models.CharField(_("decision"), max_length=80, blank=True)
    certificate_until = models.DateField(_("certificate's last day"), null=True)

    commission_bp = models.PositiveIntegerField(_("commission in hundredths of a percent"), default=0)
    vat_withheld_bp = models.PositiveIntegerField(_("VAT withheld in hundredths of a percent"), default=0)
    income_tax_withheld_bp = models.PositiveIntegerField(_("income tax withheld, likewise"), default=0)
    legal_form = models.CharField(_("seller's legal form"), max_length=20, blank=True)

    cancelled = models.PositiveIntegerField(_("quantity cancelled before it was packed"), default=0)
    returned = models.PositiveIntegerField(_("quantity returned"), default=0)

    class Meta:
        verbose_name = _("item of an order")
        verbose_name_plural = _("items of an order")
        constraints = [
            models.CheckConstraint(
                name="order_item_discount_is_at_most_its_amount", condition=Q(discount__lte=F("amount"))
            ),
            models.CheckConstraint(
                name="order_item_producer_bears_at_most_the_discount",
                condition=Q(producer_discount__lte=F("discount")),
            ),
            models.CheckConstraint(
                name="order_item_is_given_back_at_most_once",
                condition=Q(quantity__gt=0, quantity__gte=F("cancelled") + F("returned")),
            ),
        ]
        indexes = [models.Index(fields=["pack", "-id"], name="order_item_of_a_pack")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"

    @property
    def net(self) -> int:
        """What the shopper pays for it, in đồng."""
        return self.amount - self.discount
