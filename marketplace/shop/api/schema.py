"""The shape of the trade's answers (OpenAPI)."""

from rest_framework import serializers

from catalog.api.schema import BadgeSerializer, MoneySerializer, ProducerNameSerializer, Shape
from marketplace.orders.models import FulfilmentState, Packing, PaymentMethod, RefundReason
from marketplace.orders.rules import EXPIRED, State
from marketplace.payments.rules import PaymentStatus
from ocop_badges.public_api import NOT_FOUND as NOT_FOUND
from ocop_badges.serializers import ProblemSerializer

PROBLEM = "application/problem+json"
BAD_REQUEST = {(400, PROBLEM): ProblemSerializer}
LINE_PACKINGS = ["box", "parcels"]
PAYMENT_STATUSES = [status.value for status in PaymentStatus]
ORDER_STATUSES = [*(state.value for state in State), EXPIRED]


class CartProblemSerializer(ProblemSerializer):
    """``cart-ordered``, or what stands against a line."""

    line = serializers.IntegerField(required=False, allow_null=True, help_text="The line it is about, if it is kept.")
    left = serializers.IntegerField(required=False, allow_null=True, help_text="`out-of-stock`: how many there are.")


class CheckoutProblemSerializer(CartProblemSerializer):
    """``total-changed`` brings the new total, what stands against a line names it."""

    total = MoneySerializer(required=False)


CART_CONFLICT = {(409, PROBLEM): CartProblemSerializer}
CHECKOUT_CONFLICT = {(409, PROBLEM): CheckoutProblemSerializer}
KEY_REUSED = {(422, PROBLEM): ProblemSerializer}
PAYMENT_AWAY = {(503, PROBLEM): ProblemSerializer}


class NoticeSerializer(Shape):
    code = serializers.CharField()
    detail = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)
    blocking = serializers.BooleanField(help_text="Whether it has to be mended before checkout.")
    left = serializers.IntegerField(allow_null=True)


class TotalsSerializer(Shape):
    goods = MoneySerializer()
    discount = MoneySerializer()
    shipping = MoneySerializer(allow_null=True, help_text="Null while no place is known.")
    assembly = MoneySerializer()
    total = MoneySerializer()


class NamedSerializer(Shape):
    slug = serializers.CharField()
    name = serializers.CharField()


class NamedPackSerializer(Shape):
    sku = serializers.CharField()
    name = serializers.CharField()


class CartItemSerializer(Shape):
    product = NamedSerializer()
    producer = ProducerNameSerializer()
    pack = NamedPackSerializer()
    quantity = serializers.IntegerField()
    badge = BadgeSerializer(allow_null=True)
    stars_at_delivery = serializers.IntegerField(allow_null=True)


class CartLineSerializer(Shape):
    id = serializers.IntegerField()
    pack = serializers.CharField(allow_null=True, help_text="SKU; null for a gift bundle, and for what is gone.")
    gift_bundle = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = MoneySerializer(allow_null=True, help_text="Null: not for sale.")
    amount = MoneySerializer(allow_null=True)
    discount = MoneySerializer()
    badge = BadgeSerializer(allow_null=True, help_text="Of a pack: the stars of its product today.")
    all_certified = serializers.BooleanField(help_text="Whether all of it has stars today.")
    packing = serializers.ChoiceField(LINE_PACKINGS, help_text="How a gift bundle goes.")
    items = CartItemSerializer(many=True)
    notices = NoticeSerializer(many=True)


class UsedVoucherSerializer(Shape):
    code = serializers.CharField()
    amount = MoneySerializer()


class ParcelSerializer(Shape):
    producer = serializers.CharField(allow_null=True, help_text="Null for a gift box.")
    packing = serializers.ChoiceField(Packing.values)
    shipping = MoneySerializer()
    assembly = MoneySerializer()
    expected_on = serializers.DateField()


class CartSerializer(Shape):
    id = serializers.UUIDField()
    lines = CartLineSerializer(many=True)
    notices = NoticeSerializer(many=True, help_text="About the whole cart.")
    vouchers = UsedVoucherSerializer(many=True)
    totals = TotalsSerializer()
    total = MoneySerializer()
    parcels = ParcelSerializer(many=True)
    methods = serializers.ListField(child=serializers.ChoiceField(PaymentMethod.values))
    minimum_age = serializers.IntegerField(allow_null=True)


class QrSerializer(Shape):
    payload = serializers.CharField()
    svg = serializers.CharField()


class PaymentSerializer(Shape):
    method = serializers.ChoiceField(PaymentMethod.values)
    status = serializers.ChoiceField(PAYMENT_STATUSES)
    redirect_url = serializers.URLField(required=False)
    qr = QrSerializer(required=False)


class OrderCertificateSerializer(Shape):
    id = serializers.CharField()
    decision_number = serializers.CharField()
    valid_until = serializers.DateField()


class OrderItemSerializer(Shape):
    name = serializers.CharField()
    pack = NamedPackSerializer()
    quantity = serializers.IntegerField()
    amount = MoneySerializer()
    discount = MoneySerializer()
    stars = serializers.IntegerField(allow_null=True, help_text="On the day of the order.")
    stars_at_delivery = serializers.IntegerField(allow_null=True, help_text="On the day it is expected.")
    certificate = OrderCertificateSerializer(allow_null=True)
    cancelled = serializers.IntegerField()
    returned = serializers.IntegerField()


class FulfilmentSerializer(Shape):
    id = serializers.IntegerField()
    producer = ProducerNameSerializer(allow_null=True, help_text="Null for a gift box.")
    packing = serializers.ChoiceField(Packing.values)
    goes_into = serializers.IntegerField(allow_null=True, help_text="The gift box (its `id`) this part goes into.")
    lines = OrderItemSerializer(many=True)
    shipping = MoneySerializer()
    assembly = MoneySerializer()
    status = serializers.ChoiceField(FulfilmentState.values)
    ship_by = serializers.DateField()
    expected_on = serializers.DateField()
    carrier = serializers.CharField(allow_null=True)
    tracking_number = serializers.CharField(allow_null=True)


class CheckoutSerializer(Shape):
    number = serializers.CharField()
    access_token = serializers.CharField(help_text="Opens the order without signing in.")
    status = serializers.ChoiceField(ORDER_STATUSES)
    total = MoneySerializer()
    shipping = MoneySerializer()
    payment = PaymentSerializer()
    fulfilments = FulfilmentSerializer(many=True)


class OrderedLineSerializer(Shape):
    name = serializers.CharField()
    pack = serializers.CharField(allow_null=True)
    gift_bundle = serializers.CharField(allow_null=True)
    quantity = serializers.IntegerField()
    unit_price = MoneySerializer()
    amount = MoneySerializer()
    discount = MoneySerializer()


class OrderedAddressSerializer(Shape):
    province = serializers.CharField()
    commune = serializers.CharField()
    street = serializers.CharField()


class RecipientSerializer(Shape):
    name = serializers.CharField()
    phone = serializers.CharField()
    address = OrderedAddressSerializer()
    card = serializers.CharField(allow_blank=True)
    deliver_on = serializers.DateField(allow_null=True)
    lines = OrderedLineSerializer(many=True)


class RefundSerializer(Shape):
    reason = serializers.ChoiceField(RefundReason.values)
    amount = MoneySerializer()
    done_at = serializers.DateTimeField(allow_null=True)


class InvoiceSerializer(Shape):
    company = serializers.CharField()
    tax_code = serializers.CharField()
    address = serializers.CharField()


class OrderSerializer(Shape):
    number = serializers.CharField()
    status = serializers.ChoiceField(ORDER_STATUSES)
    placed_at = serializers.DateTimeField()
    pay_until = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    email = serializers.EmailField()
    phone = serializers.CharField()
    total = MoneySerializer()
    shipping = MoneySerializer()
    totals = TotalsSerializer()
    payment = PaymentSerializer()
    recipients = RecipientSerializer(many=True)
    fulfilments = FulfilmentSerializer(many=True)
    refunds = RefundSerializer(many=True)
    invoice = InvoiceSerializer(allow_null=True)
