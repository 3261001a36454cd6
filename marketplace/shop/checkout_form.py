"""The checkout's form as it stands: what was typed, what is wrong with it, and the same as a body of the API."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from catalog.models import Province
from marketplace.orders.models import CartLine
from marketplace.orders.quotes import Destination
from marketplace.orders.rules import MAX_LINE_QUANTITY
from marketplace.shop.models import GiftList
from marketplace.shop.places import Places

MAX_RECIPIENTS_BY_HAND = 20
_TEXTS = ("name", "email", "phone", "payment_method", "expected_total", "company", "tax_code", "invoice_address")
_OF_RECIPIENT = ("name", "phone", "province", "commune", "street", "card", "deliver_on")
# Where the fields of the form stand in a body.
_PATHS = {
    "company": ("invoice", "company"),
    "tax_code": ("invoice", "tax_code"),
    "invoice_address": ("invoice", "address"),
}


@dataclass
class RecipientDraft:
    """One recipient as typed; ``counts`` how many of each line, by its id."""

    texts: dict[str, str]
    counts: dict[int, str] = field(default_factory=dict)

    def count_of(self, line: CartLine) -> int:
        text = self.counts.get(line.pk, "").strip()
        return min(int(text), MAX_LINE_QUANTITY + 1) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@dataclass
class Draft:
    """A checkout as typed so far."""

    cart: str
    key: str
    texts: dict[str, str]
    recipients: list[RecipientDraft]
    hides_prices: bool = False
    confirms_age: bool = False

    @property
    def several(self) -> bool:
        return len(self.recipients) > 1

    def add_recipient(self) -> None:
        if len(self.recipients) < MAX_RECIPIENTS_BY_HAND:
            self.recipients.append(RecipientDraft(dict.fromkeys(_OF_RECIPIENT, "")))

    def remove_recipient(self, index: int) -> None:
        if self.several and 0 <= index < len(self.recipients):
            del self.recipients[index]


def blank_draft(*, cart: str, key: str, user: Any) -> Draft:
    """An empty form; of who is signed in with what is known of them."""
    texts = dict.fromkeys(_TEXTS, "")
    if user.is_authenticated:
        texts |= {"name": user.get_full_name(), "email": user.email, "phone": user.phone or ""}
    return Draft(cart, key, texts, [RecipientDraft(dict.fromkeys(_OF_RECIPIENT, ""))])


def read_draft(posted: Mapping[str, Any], lines: Sequence[CartLine]) -> Draft:
    """The form as posted, whatever is in it."""
    number = posted.get("recipients", "1")
    count = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1
    recipients = [
        RecipientDraft(
            texts={name: posted.get(f"r{index}-{name}", "").strip() for name in _OF_RECIPIENT},
            counts={line.pk: posted.get(f"r{index}-line-{line.pk}", "") for line in lines},
        )
        for index in range(min(max(count, 1), MAX_RECIPIENTS_BY_HAND))
    ]
    return Draft(
        cart=posted.get("cart", ""),
        key=posted.get("key", "")[:64],
        texts={name: posted.get(name, "").strip() for name in _TEXTS},
        recipients=recipients,
        hides_prices="hides_prices" in posted,
        confirms_age="confirms_age" in posted,
    )


def share_out(draft: Draft, lines: Sequence[CartLine]) -> None:
    """Of a second recipient just added: what the others leave; the first of two had everything."""
    if draft.several and not any(recipient.count_of(line) for recipient in draft.recipients for line in lines):
        draft.recipients[0].counts = {line.pk: str(line.quantity) for line in lines}


def body_of(draft: Draft, lines: Sequence[CartLine], vouchers: Sequence[str], gifts: GiftList | None) -> dict[str, Any]:
    """The form as the body that the API's checkout takes."""
    texts = draft.texts
    total = texts["expected_total"]
    has_invoice = any(texts[name] for name in _PATHS)
    return {
        "cart": draft.cart,
        "email": texts["email"],
        "phone": texts["phone"],
        "name": texts["name"],
        "recipients": _gift_bodies(gifts, lines) if gifts else _recipient_bodies(draft, lines),
        "vouchers": list(vouchers),
        "invoice": {path[1]: texts[name] for name, path in _PATHS.items()} if has_invoice else None,
        "payment_method": texts["payment_method"],
        "expected_total": int(total) if total.isascii() and total.isdigit() and len(total) < 19 else 0,
        "hides_prices": draft.hides_prices,
        "confirms_age": draft.confirms_age,
    }


def _gift_bodies(gifts: GiftList, lines: Sequence[CartLine]) -> list[dict[str, Any]]:
    return [
        {
            **{name: value for name, value in row.items() if name != "quantity"},
            "lines": [{"line": line.pk, "quantity": row["quantity"]} for line in lines[:1]],
        }
        for row in gifts.rows
    ]


def _recipient_bodies(draft: Draft, lines: Sequence[CartLine]) -> list[dict[str, Any]]:
    bodies = []
    for recipient in draft.recipients:
        texts = recipient.texts
        is_buyer = _is_buyer(draft)
        bodies.append(
            {
                "name": draft.texts["name"] if is_buyer else texts["name"],
                "phone": draft.texts["phone"] if is_buyer else texts["phone"],
                "address": {name: texts[name] for name in ("province", "commune", "street")},
                "card": texts["card"],
                "deliver_on": texts["deliver_on"] or None,
                "lines": [
                    {"line": line.pk, "quantity": count}
                    for line in lines
                    if (count := recipient.count_of(line) if draft.several else line.quantity)
                ],
            }
        )
    return bodies


def _is_buyer(draft: Draft) -> bool:
    """Whether the only recipient is who buys: nobody else was named."""
    texts = draft.recipients[0].texts
    return not draft.several and not texts["name"] and not texts["phone"]


def destinations_of(
    draft: Draft, lines: Sequence[CartLine], gifts: GiftList | None, places: Places
) -> list[Destination]:
    """Where everything goes; none while a province is missing, or not every piece goes to somebody."""
    if unassigned(draft, lines, gifts):
        return []
    found = []
    for body in _gift_bodies(gifts, lines) if gifts else _recipient_bodies(draft, lines):
        province: Province | None = places.province(body["address"]["province"])
        if province is None:
            return []
        found.append(
            Destination(
                province_code=province.code,
                portions={line["line"]: line["quantity"] for line in body["lines"]},
                deliver_on=_day(body["deliver_on"]),
            )
        )
    return found


def unassigned(draft: Draft, lines: Sequence[CartLine], gifts: GiftList | None) -> list[tuple[CartLine, int]]:
    """Lines of which not all, or more than all, goes to somebody; with how many do."""
    if gifts:
        going = {line.pk: gifts.quantity for line in lines[:1]}  # a list is about one gift
    elif draft.several:
        going = {line.pk: sum(recipient.count_of(line) for recipient in draft.recipients) for line in lines}
    else:
        return []
    return [(line, count) for line in lines if (count := going.get(line.pk, 0)) != line.quantity]


def faults_by_field(errors: Mapping[str, Any], draft: Draft) -> dict[str, str]:
    """The first fault of each field of the form, from what the API's checkout found wrong with its body.

    What is wrong with a buyer who is the recipient too is told once, of the buyer.
    """
    names = {"/".join(path): name for name, path in _PATHS.items()}
    found: dict[str, str] = {}
    for path, detail in _flat(errors, ()):
        if path[0] == "recipients" and len(path) > 2:
            found.setdefault(f"r{path[1]}-{path[3] if path[2] == 'address' and len(path) > 3 else path[2]}", detail)
        else:
            found.setdefault(names.get("/".join(path), path[0]), detail)
    if _is_buyer(draft):
        found.pop("r0-name", None)
        found.pop("r0-phone", None)
    return found


def _flat(errors: Any, path: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], str]]:
    if isinstance(errors, Mapping):
        for name, found in errors.items():
            yield from _flat(found, (*path, str(name)))
    elif isinstance(errors, list | tuple):
        for found in errors:
            if isinstance(found, Mapping):
                yield from _flat(found, path)
            else:
                yield path or ("",), str(found)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
