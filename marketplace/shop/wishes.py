"""A checkout's body as the orders' services want it, and their faults as pointers into that body."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language

from marketplace.orders.models import PaymentMethod
from marketplace.orders.services import Party, Wish
from ocop_badges.errors import DomainError, Fault


def wish_of(checked: Mapping[str, Any], quantities: Mapping[int, int], *, user: Any) -> Wish:
    """``checked`` is what ``CheckoutInput`` made of a body; ``quantities`` are those of the cart's lines, by id."""
    invoice = checked["invoice"] or {}
    return Wish(
        cart_id=checked["cart"],
        user=user if user.is_authenticated else None,
        name=checked["name"],
        email=checked["email"],
        phone=checked["phone"],
        recipients=parties_of(checked["recipients"], quantities),
        payment_method=PaymentMethod(checked["payment_method"]),
        expected_total=checked["expected_total"],
        voucher_codes=checked["vouchers"],
        language=(get_language() or "vi")[:2],
        hides_prices=checked["hides_prices"],
        confirms_age=checked["confirms_age"],
        invoice_company=invoice.get("company", ""),
        invoice_tax_code=invoice.get("tax_code", ""),
        invoice_address=invoice.get("address", ""),
    )


def parties_of(recipients: Sequence[Mapping[str, Any]], quantities: Mapping[int, int]) -> list[Party]:
    """Recipients with how many of each line they get; a line named by its id alone goes to them in whole."""
    parties = []
    for recipient in recipients:
        portions: dict[int, int] = {}
        for line_id, quantity in recipient["lines"]:
            portions[line_id] = portions.get(line_id, 0) + (quantity or quantities.get(line_id, 1))
        parties.append(
            Party(
                name=recipient["name"],
                phone=recipient["phone"],
                commune=recipient["address"]["commune"],
                street=recipient["address"]["street"],
                portions=portions,
                card=recipient["card"],
                deliver_on=recipient["deliver_on"],
            )
        )
    return parties


def pointed(error: DomainError, body: Mapping[str, Any]) -> DomainError:
    """The same error, its faults pointing into the body: about a cart's line to where that is first named."""
    places: dict[str, str] = {}
    for i, recipient in enumerate(body.get("recipients", ())):
        for j, line in enumerate(recipient.get("lines", ())):
            line_id = line.get("line") if isinstance(line, Mapping) else line
            places.setdefault(f"lines/{line_id}", f"recipients/{i}/lines/{j}")
    error.faults = [Fault(fault.detail, fault.code, _place_of(fault, places)) for fault in error.faults]
    return error


def _place_of(fault: Fault, places: Mapping[str, str]) -> str:
    if fault.field.startswith("lines/"):
        return places.get(fault.field, "recipients")
    return "vouchers" if "voucher" in fault.code else fault.field
