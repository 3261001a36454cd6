from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Commune, Pack, Province
from cms.models import GiftBundlePage
from marketplace.orders import rules
from marketplace.orders.numbers import new_order_number, new_token_seed

from .carts import Cart


class PaymentMethod(models.TextChoices):
    COD = "cod", _("cash on delivery")
    VIETQR = "vietqr", _("bank transfer (VietQR)")
    STRIPE = "stripe", _("card (Stripe)")

    @property
    def is_paid_back_by_hand(self) -> bool:
        """Whether a person transfers what goes back, to an account that the shopper has to name."""
        return self is not PaymentMethod.STRIPE


class OrderState(models.TextChoices):
    AWAITING_PAYMENT = rules.State.AWAITING_PAYMENT.value, _("awaiting payment")
    CONFIRMED = rules.State.CONFIRMED.value, _("confirmed")
    COMPLETED = rules.State.COMPLETED.value, _("completed")
    CANCELLED = rules.State.CANCELLED.value, _("cancelled")


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: Any) -> Self:
        """Those that a signed-in person placed; whoever holds an order's token is let in by that, not by this."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def newest_first(self) -> Self:
        return self.order_by("-placed_at", "-id")

    def locked(self) -> Self:
        """Rows held to the end of the transaction, in one order for everybody. The only way to lock an order."""
        return self.select_for_update(of=("self",)).order_by("pk")


class Order(models.Model):
    """One purchase from one cart, of one or many producers. Amounts in đồng; nothing later changes what was bought.

    ``total`` = goods − discount + shipping + assembly: what was shown, what is charged, what the ledger holds.
    """

    number = models.CharField(_("number"), max_length=12, unique=True, default=new_order_number, editable=False)
    cart = models.OneToOneField(Cart, on_delete=models.PROTECT, related_name="order")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="orders",
    )
    token_seed = models.CharField(max_length=32, default=new_token_seed, editable=False)
    name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("phone"), max_length=20)
    language = models.CharField(_("language"), max_length=2, default="vi")

    state = models.CharField(_("state"), max_length=20, choices=OrderState, default=OrderState.AWAITING_PAYMENT)
    payment_method = models.CharField(_("payment method"), max_length=10, choices=PaymentMethod)
    goods_total = models.PositiveBigIntegerField(_("goods"))
    discount_total = models.PositiveBigIntegerField(_("discount"), default=0)
    shipping_total = models.PositiveBigIntegerField(_("shipping"), default=0)
    assembly_total = models.PositiveBigIntegerField(_("gift boxes and assembly"), default=0)
    total = models.PositiveBigIntegerField(_("order total"))

    hides_prices = models.BooleanField(_("no prices in the parcel"), default=False)
    minimum_age = models.PositiveSmallIntegerField(_("age the buyer confirmed"), null=True, blank=True)
    invoice_company = models.CharField(_("company of the invoice"), max_length=255, blank=True)
    invoice_tax_code = models.CharField(_("tax code of the invoice"), max_length=14, blank=True)
    invoice_address = models.CharField(_("address of the invoice"), max_length=255, blank=True)

    placed_at = models.DateTimeField(_("placed at"))
    hold_until = models.DateTimeField(_("goods held until"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=40, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.CheckConstraint(name="order_state_is_known", condition=Q(state__in=OrderState.values)),
            models.CheckConstraint(
                name="order_payment_method_is_known", condition=Q(payment_method__in=PaymentMethod.values)
            ),
            models.CheckConstraint(
                name="order_total_is_the_sum_of_its_parts",
                condition=Q(total=F("goods_total") - F("discount_total") + F("shipping_total") + F("assembly_total")),
            ),
            models.CheckConstraint(
                name="order_discount_is_at_most_its_goods", condition=Q(discount_total__lte=F("goods_total"))
            ),
            models.CheckConstraint(
                name="order_is_cancelled_at_an_instant",
                condition=Q(state=OrderState.CANCELLED, cancelled_at__isnull=False)
                | (~Q(state=OrderState.CANCELLED) & Q(cancelled_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-placed_at", "-id"], name="order_of_a_person"),
            models.Index(
                fields=["hold_until"], condition=Q(state=OrderState.AWAITING_PAYMENT), name="order_awaiting_payment"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_expired_at(self, at: datetime) -> bool:
        """Whether its goods are no longer held because nobody paid in time. No job makes it so."""
        return self.state == OrderState.AWAITING_PAYMENT and self.hold_until <= at

    def status_at(self, at: datetime) -> str:
        """What people are told: the state, or ``expired`` where nobody paid while the goods were held."""
        return rules.EXPIRED if self.is_expired_at(at) else self.state


class Recipient(models.Model):
    """Who gets a part of an order, where and when. Names of places as they were on the day of the order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="recipients")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=160)
    phone = models.CharField(_("phone"), max_length=20)
    province = models.ForeignKey(Province, verbose_name=_("province"), on_delete=models.PROTECT, related_name="+")
    commune = models.ForeignKey(Commune, verbose_name=_("commune"), on_delete=models.PROTECT, related_name="+")
    province_name = models.CharField(_("province"), max_length=80)
    commune_name = models.CharField(_("commune"), max_length=80)
    street = models.CharField(_("house and street"), max_length=255)
    card = models.TextField(_("message card"), blank=True, max_length=500)
    deliver_on = models.DateField(_("day of delivery asked for"), null=True, blank=True)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="recipient_has_a_place_in_the_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        return ", ".join((self.street, self.commune_name, self.province_name))


class OrderLine(models.Model):
    """What was put in the cart, for one recipient: a pack or a bundle, with name and price of one as it was then."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    pack = models.ForeignKey(Pack, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    bundle = models.ForeignKey(GiftBundlePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_bundle = models.BooleanField()
    name = models.CharField(_("name"), max_length=500)
    code = models.CharField(_("SKU or slug"), max_length=255)
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_price = models.PositiveBigIntegerField(_("price of one"))
    amount = models.PositiveBigIntegerField(_("amount"))
    discount = models.PositiveBigIntegerField(_("discount"), default=0)

    class Meta:
        verbose_name = _("line of an order")
        verbose_name_plural = _("lines of an order")
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_has_a_place"),
            models.CheckConstraint(
                name="order_line_amount_is_price_times_quantity",
                condition=Q(amount=F("unit_price") * F("quantity"), quantity__gt=0),
            ),
            models.CheckConstraint(
                name="order_line_discount_is_at_most_its_amount", condition=Q(discount__lte=F("amount"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"
