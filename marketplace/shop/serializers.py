"""The shape of what comes in, for the API and for the pages alike."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from phonenumber_field.serializerfields import PhoneNumberField
from rest_framework import serializers

from marketplace.invoices.tax_codes import tax_code
from marketplace.orders.models import PaymentMethod
from marketplace.orders.rules import MAX_LINE_QUANTITY, MAX_LINES, MAX_RECIPIENTS
from marketplace.orders.vouchers import MAX_VOUCHERS
from marketplace.shop.fields import Body, Day, Flag, Identifier, Line, Text, Whole
from marketplace.shop.places import Places
from marketplace.shop.rules import may_deliver_on
from ocop_badges.errors import InvalidFact


class Phone(PhoneNumberField):  # type: ignore[misc]
    """A number as people in Vietnam write it; kept as E.164."""

    default_error_messages = {"invalid": gettext_lazy("This is no phone number: write it like 0912 345 678.")}

    def __init__(self, **more: Any) -> None:
        super().__init__(region="VN", **more)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data).as_e164)


class LineInput(Body):
    """So many more of a pack or of a gift bundle."""

    pack = Text(required=False, max_length=60, help_text="SKU of a pack. This or `gift_bundle`.")
    gift_bundle = Text(required=False, max_length=255, help_text="Slug of a gift bundle.")
    quantity = Whole(min_value=1, max_value=MAX_LINE_QUANTITY, default=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("pack" in attrs) == ("gift_bundle" in attrs):
            raise serializers.ValidationError(_("Name a pack or a gift bundle, one of both."), code="one-of-both")
        return attrs


class QuantityInput(Body):
    """How many from now on."""

    quantity = Whole(min_value=1, max_value=MAX_LINE_QUANTITY)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer", "description": "A line of the cart, in whole."},
            {
                "type": "object",
                "required": ["line", "quantity"],
                "properties": {"line": {"type": "integer"}, "quantity": {"type": "integer", "minimum": 1}},
                "description": "So many of a line.",
            },
        ]
    }
)
class PortionField(serializers.Field[Any, Any, Any, Any]):
    """A line's id, or how many of it: ``(line id, quantity or None for all)``."""

    default_error_messages = {"portion": gettext_lazy('A line is its id, or {{"line": id, "quantity": number}}.')}

    def to_internal_value(self, data: Any) -> tuple[int, int | None]:
        line, quantity = data, None
        if isinstance(data, Mapping):
            line, quantity = data.get("line"), data.get("quantity")
            if data.keys() != {"line", "quantity"} or not _is_count(quantity, MAX_LINE_QUANTITY):
                self.fail("portion")
        if not _is_count(line, 2**63 - 1):
            self.fail("portion")
        return line, quantity

    def to_representation(self, value: Any) -> Any:
        return value


class AddressInput(Body):
    """An address in two tiers: a province, and a commune or ward of it."""

    province = Text(max_length=2, help_text="Code of the province.")
    commune = Line(max_length=120, help_text="Code of the commune, or its name in the province.")
    street = Line(max_length=255)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        places: Places = self.context["places"]
        if (commune := places.by_codes(attrs["province"], attrs["commune"])) is not None:
            return {"commune": commune, "street": attrs["street"]}
        province = places.province(attrs["province"])
        if province is None or province.code != attrs["province"]:
            raise _fault("province", _("There is no such province."))
        commune = places.commune(province, attrs["commune"])
        if commune is None:
            raise _fault("commune", _("There is no such commune in this province."))
        return {"commune": commune, "street": attrs["street"]}


class RecipientInput(Body):
    """Wants ``on``, the shop's day, and ``places`` in its context."""

    name = Line(max_length=160)
    phone = Phone()
    address = AddressInput()
    card = Text(max_length=500, required=False, allow_blank=True, default="")
    deliver_on = Day(required=False, allow_null=True, default=None)
    lines = serializers.ListField(
        child=PortionField(),
        allow_empty=False,
        max_length=MAX_LINES,
        error_messages={"empty": gettext_lazy("Nothing goes to this person yet: say how many of what.")},
    )

    def validate_deliver_on(self, value: Any) -> Any:
        if value is not None and not may_deliver_on(value, on=self.context["on"]):
            raise serializers.ValidationError(_("Choose a day from tomorrow to half a year ahead."), code="day")
        return value


class InvoiceInput(Body):
    """The company that the invoice is made out to."""

    company = Line(max_length=255)
    tax_code = Line(max_length=20)
    address = Line(max_length=255)

    def validate_tax_code(self, value: str) -> str:
        try:
            return tax_code(value)
        except InvalidFact as refusal:
            raise serializers.ValidationError(refusal.detail, code=refusal.code) from None


class CheckoutInput(Body):
    """``hides_prices`` and ``confirms_age`` may be left out; goods with a minimum age ask for the latter."""

    cart = Identifier()
    email = serializers.EmailField(max_length=254)
    phone = Phone()
    name = Line(max_length=160)
    recipients = serializers.ListField(child=RecipientInput(), allow_empty=False, max_length=MAX_RECIPIENTS)
    vouchers = serializers.ListField(child=Line(max_length=40), required=False, default=list, max_length=MAX_VOUCHERS)
    invoice = InvoiceInput(required=False, allow_null=True, default=None)
    payment_method = serializers.ChoiceField(PaymentMethod.values)
    expected_total = Whole(min_value=0, max_value=2**62, help_text="The total the shopper agreed to, in đồng.")
    hides_prices = Flag(required=False, default=False, help_text="No prices in the parcels.")
    confirms_age = Flag(required=False, default=False, help_text="The buyer is as old as `minimum_age` of the cart.")


def _is_count(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _fault(field: str, detail: str) -> serializers.ValidationError:
    return serializers.ValidationError({field: [serializers.ErrorDetail(detail, code="unknown-code")]})
