"""What those who send a parcel may read of its recipient, and for how long. One rule for producers and the hub."""

from datetime import date, timedelta

import phonenumbers

from marketplace.orders.models import Fulfilment, FulfilmentState
from ocop_badges.days import ZONE

# How long after the end they find address, phone and card: as long as goods may come back, and settle.
KNOWN_FOR = timedelta(days=90)


def is_known(fulfilment: Fulfilment, *, on: date) -> bool:
    """Whether the recipient's address, phone and card still show: not of what was cancelled, nor long after the end."""
    if fulfilment.state == FulfilmentState.CANCELLED:
        return False
    ended_at = fulfilment.delivered_at or fulfilment.failed_at
    return ended_at is None or on < ended_at.astimezone(ZONE).date() + KNOWN_FOR


def recipient_of(fulfilment: Fulfilment, *, on: date) -> tuple[str, str, str]:
    """Name, address and phone: nobody's for what was cancelled, later no more than name and province."""
    recipient = fulfilment.recipient
    if is_known(fulfilment, on=on):
        return (recipient.name, recipient.address, written_phone(recipient.phone))
    if fulfilment.state == FulfilmentState.CANCELLED:
        return ("", "", "")
    return (recipient.name, recipient.province_name, "")


def card_of(fulfilment: Fulfilment, *, on: date) -> str:
    """The giver's words, as long as they are known."""
    return fulfilment.recipient.card if is_known(fulfilment, on=on) else ""


def written_phone(number: str) -> str:
    """A kept number (E.164) as people here write and dial it: ``0912 345 678``; one from abroad with its ``+``."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    is_ours = parsed.country_code == phonenumbers.country_code_for_region("VN")
    style = phonenumbers.PhoneNumberFormat.NATIONAL if is_ours else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)
