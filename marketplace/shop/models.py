from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.orders.models import Cart


class GiftList(models.Model):
    """The recipients a company handed in for the one gift in its cart: checked rows, until the cart is an order.

    ``rows`` are recipients as the checkout takes them, each with a ``quantity`` in place of ``lines``.
    """

    cart = models.OneToOneField(Cart, on_delete=models.CASCADE, related_name="gift_list")
    rows: Any = models.JSONField(_("recipients"))
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("list of recipients")
        verbose_name_plural = _("lists of recipients")

    def __str__(self) -> str:
        return f"{self.cart_id}: {len(self.rows)}"

    @property
    def quantity(self) -> int:
        """How many gifts its recipients get in all."""
        return sum(row["quantity"] for row in self.rows)
