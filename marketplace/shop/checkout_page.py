"""Everything the checkout's page shows: the form with its faults, and the summary of what it will cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Commune
from marketplace.orders.models import Cart, CartLine, Packing, PaymentMethod
from marketplace.orders.quotes import QuotedParcel
from marketplace.shop.cart_facts import CartFacts, load_cart
from marketplace.shop.checkout_form import MAX_RECIPIENTS_BY_HAND, Draft, destinations_of, unassigned
from marketplace.shop.models import GiftList
from marketplace.shop.places import Places, provinces
from marketplace.shop.rules import MAX_DAYS_AHEAD

GIFT_ROWS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of the form. ``kind`` is an input's type, ``textarea`` or ``select``; ``options`` (value, text)."""

    name: str
    label: str
    value: str
    error: str = ""
    kind: str = "text"
    hint: str = ""
    autocomplete: str = ""
    required: bool = False
    maxlength: int = 0
    options: Sequence[tuple[str, str]] = ()
    more: Mapping[str, str] | None = None

    @property
    def id(self) -> str:
        return f"id-{self.name}"

    @property
    def attributes(self) -> list[tuple[str, str]]:
        return list((self.more or {}).items())


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a line a recipient gets."""

    line: CartLine
    name: str
    field: FormField


@dataclass(frozen=True, slots=True)
class RecipientForm:
    index: int
    name: FormField
    phone: FormField
    province: FormField
    commune: FormField
    street: FormField
    card: FormField
    deliver_on: FormField
    counts: list[Count]
    error: str

    @property
    def number(self) -> int:
        return self.index + 1


@dataclass(frozen=True, slots=True)
class MethodChoice:
    code: str
    label: str
    hint: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SummaryParcel:
    """What somebody sends for how much; ``box`` says that it is a gift box, with what goes into it."""

    sender: str
    recipient: str
    shipping: int
    assembly: int
    expected_on: date
    is_box: bool


@dataclass(frozen=True, slots=True)
class CheckoutPage:
    """``is_ready`` when everything is known that the total depends on, and nothing stands against the order."""

    draft: Draft
    facts: CartFacts
    contact: list[FormField]
    invoice: list[FormField]
    recipients: list[RecipientForm]
    methods: list[MethodChoice]
    parcels: list[SummaryParcel]
    gifts: GiftList | None
    unassigned: list[tuple[str, int, int]]
    faults: Mapping[str, str]
    has_places: bool

    @property
    def is_ready(self) -> bool:
        return self.has_places and not self.facts.quote.blocking and bool(self.facts.quote.methods)

    @property
    def can_add_recipient(self) -> bool:
        return len(self.recipients) < MAX_RECIPIENTS_BY_HAND

    @property
    def takes_list(self) -> bool:
        """Whether recipients may come as a file: for one gift."""
        return len(self.facts.lines) == 1

    @property
    def gift_rows(self) -> list[dict[str, Any]]:
        return self.gifts.rows[:GIFT_ROWS_SHOWN] if self.gifts else []

    @property
    def gift_rows_more(self) -> int:
        return max(0, len(self.gifts.rows) - GIFT_ROWS_SHOWN) if self.gifts else 0


def build_page(
    cart: Cart, draft: Draft, gifts: GiftList | None, *, faults: Mapping[str, str], at: datetime, on: date
) -> CheckoutPage:
    lines = list(cart.lines.in_order())
    places = Places(on=on)
    destinations = destinations_of(draft, lines, gifts, places)
    facts = load_cart(
        cart,
        lines=lines,
        destinations=destinations,
        buyer=draft.texts["email"],
        hides_prices=draft.hides_prices,
        on=on,
        at=at,
    )
    draft.texts["expected_total"] = str(facts.quote.total) if destinations else ""
    named = {each.line.pk: each.name for each in facts.lines}
    methods = facts.quote.methods
    if draft.texts["payment_method"] not in methods:
        draft.texts["payment_method"] = methods[0] if methods else ""
    names = [row["name"] for row in gifts.rows] if gifts else [each.texts["name"] for each in draft.recipients]
    return CheckoutPage(
        draft=draft,
        facts=facts,
        contact=_contact(draft, faults),
        invoice=_invoice(draft, faults),
        recipients=[] if gifts else _recipients(draft, facts, places, faults, on=on),
        methods=[_method(code, is_chosen=code == draft.texts["payment_method"]) for code in methods],
        parcels=_parcels(facts.quote.parcels, names),
        gifts=gifts,
        unassigned=[(named[line.pk], going, line.quantity) for line, going in unassigned(draft, lines, gifts)],
        faults=faults,
        has_places=bool(destinations),
    )


def _contact(draft: Draft, faults: Mapping[str, str]) -> list[FormField]:
    def field(name: str, label: str, **more: Any) -> FormField:
        return FormField(name, label, draft.texts[name], faults.get(name, ""), required=True, **more)

    return [
        field("name", _("Your name"), autocomplete="name", maxlength=160),
        field("phone", _("Your phone number"), kind="tel", autocomplete="tel", maxlength=20),
        field(
            "email",
            _("Your e-mail"),
            kind="email",
            autocomplete="email",
            maxlength=254,
            hint=_("The confirmation goes there."),
        ),
    ]


def _invoice(draft: Draft, faults: Mapping[str, str]) -> list[FormField]:
    def field(name: str, label: str, **more: Any) -> FormField:
        return FormField(name, label, draft.texts[name], faults.get(name, ""), **more)

    return [
        field("company", _("Company"), autocomplete="organization", maxlength=255),
        field("tax_code", _("Tax code"), maxlength=20),
        field("invoice_address", _("Address of the company"), maxlength=255),
    ]


def _recipients(
    draft: Draft, facts: CartFacts, places: Places, faults: Mapping[str, str], *, on: date
) -> list[RecipientForm]:
    options = [("", _("Choose a province")), *((each.code, each.name) for each in provinces())]
    forms = []
    for index, recipient in enumerate(draft.recipients):
        texts, prefix = recipient.texts, f"r{index}-"

        def field(
            name: str, label: str, texts: Mapping[str, str] = texts, prefix: str = prefix, **more: Any
        ) -> FormField:
            return FormField(prefix + name, label, texts[name], faults.get(prefix + name, ""), **more)

        province = places.province(texts["province"])
        hint = "" if draft.several else _("Leave empty if it is you.")
        who: dict[str, Any] = {"maxlength": 160, "hint": hint, "required": draft.several}
        forms.append(
            RecipientForm(
                index=index,
                name=field("name", _("Name of the recipient"), **who),
                phone=field("phone", _("Phone number of the recipient"), kind="tel", **{**who, "maxlength": 20}),
                province=field("province", _("Province or city"), kind="select", options=options, required=True),
                commune=_commune(field, places.communes(province) if province else []),
                street=field(
                    "street",
                    _("House number, street, hamlet"),
                    maxlength=255,
                    required=True,
                    autocomplete="" if draft.several else "street-address",
                ),
                card=field(
                    "card", _("Words for the card"), kind="textarea", maxlength=500, hint=_("Printed and put into it.")
                ),
                deliver_on=field(
                    "deliver_on",
                    _("Day of delivery"),
                    kind="date",
                    hint=_("Empty: as early as it can be."),
                    more={
                        "min": (on + timedelta(days=1)).isoformat(),
                        "max": (on + timedelta(days=MAX_DAYS_AHEAD)).isoformat(),
                    },
                ),
                counts=_counts(draft, facts, index) if draft.several else [],
                error=faults.get(f"{prefix}lines", ""),
            )
        )
    return forms


def _commune(field: Any, known: Sequence[Commune]) -> FormField:
    """To choose from those of the province chosen."""
    options = [("", _("Choose a commune or ward")), *((each.code or each.name, each.name) for each in known)]
    found: FormField = field("commune", _("Commune or ward"), kind="select", options=options, required=True)
    return found


def _counts(draft: Draft, facts: CartFacts, index: int) -> list[Count]:
    recipient = draft.recipients[index]
    return [
        Count(
            line=each.line,
            name=each.name,
            field=FormField(
                f"r{index}-line-{each.line.pk}",
                each.name,
                str(recipient.count_of(each.line)),
                kind="number",
                more={"min": "0", "max": str(each.line.quantity), "inputmode": "numeric"},
            ),
        )
        for each in facts.lines
    ]


def _method(code: str, *, is_chosen: bool) -> MethodChoice:
    label, hint = {
        PaymentMethod.COD.value: (_("Cash on delivery"), _("You pay each carrier when the parcel comes.")),
        PaymentMethod.VIETQR.value: (
            _("Bank transfer (VietQR)"),
            _("Scan a code with your banking app. Your goods are held for 15 minutes."),
        ),
        PaymentMethod.STRIPE.value: (
            _("Card"),
            _("On the secure page of Stripe. Your goods are held for 15 minutes."),
        ),
    }[code]
    return MethodChoice(code, label, hint, is_chosen)


def _parcels(parcels: Sequence[QuotedParcel], names: Sequence[str]) -> list[SummaryParcel]:
    """What arrives; the ways of its parts to the packing hub count with their gift box."""
    return [
        SummaryParcel(
            sender=parcel.producer_name,
            recipient=names[parcel.destination] if len(names) > 1 else "",
            shipping=parcel.shipping + sum(each.shipping for each in parcels if each.box is parcel),
            assembly=parcel.assembly,
            expected_on=parcel.expected_on,
            is_box=parcel.packing == Packing.BOX,
        )
        for parcel in parcels
        if parcel.packing != Packing.INBOUND
    ]
