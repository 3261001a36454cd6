import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Pack
from cms.models import GiftBundlePage
from marketplace.orders.rules import MAX_LINE_QUANTITY


class CartQuerySet(models.QuerySet["Cart"]):
    def open(self) -> Self:
        """Those that have not become an order."""
        return self.filter(ordered_at=None)

    def untouched_since(self, at: datetime) -> Self:
        return self.filter(touched_at__lt=at)


class Cart(models.Model):
    """What somebody means to buy. Its id is the key to it: whoever knows it may read and change the cart.

    A person's cart is open or has become an order; of open ones a person has one. A guest's belongs to nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="carts",
    )
    voucher_codes = models.JSONField(_("voucher codes"), default=list, blank=True)
    created_at = models.DateTimeField(_("created at"))
    touched_at = models.DateTimeField(_("last changed at"))
    ordered_at = models.DateTimeField(_("became an order at"), null=True, blank=True)

    objects = CartQuerySet.as_manager()

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(user__isnull=False, ordered_at__isnull=True),
                name="person_has_one_open_cart",
            )
        ]
        indexes = [models.Index(fields=["touched_at"], condition=Q(ordered_at=None), name="cart_open_by_touch")]

    def __str__(self) -> str:
        return str(self.id)


class CartLineQuerySet(models.QuerySet["CartLine"]):
    def in_order(self) -> Self:
        return self.order_by("id")


class CartLine(models.Model):
    """So many of one pack or of one gift bundle.

    What the shopper saw is kept, so that a cart can say what changed since: the name, the price of one in đồng, and
    the fewest stars of what is in it (None: not all of it had stars). Where the pack or bundle was deleted, both
    references are empty and the line says so.
    """

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    pack = models.ForeignKey(Pack, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    bundle = models.ForeignKey(GiftBundlePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    quantity = models.PositiveIntegerField(_("quantity"))
    name_seen = models.CharField(_("name as seen"), max_length=500)
    price_seen = models.PositiveBigIntegerField(_("price as seen, in đồng"), null=True)
    stars_seen = models.PositiveSmallIntegerField(_("stars as seen"), null=True)

    objects = CartLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a cart")
        verbose_name_plural = _("lines of a cart")
        constraints = [
            models.CheckConstraint(
                name="cart_line_is_a_pack_or_a_bundle", condition=Q(pack__isnull=True) | Q(bundle__isnull=True)
            ),
            models.CheckConstraint(
                name="cart_line_quantity_is_1_to_999", condition=Q(quantity__range=(1, MAX_LINE_QUANTITY))
            ),
            models.UniqueConstraint(
                fields=["cart", "pack"], condition=Q(pack__isnull=False), name="cart_has_a_pack_on_one_line"
            ),
            models.UniqueConstraint(
                fields=["cart", "bundle"], condition=Q(bundle__isnull=False), name="cart_has_a_bundle_on_one_line"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name_seen}"
