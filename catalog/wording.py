"""How the shop writes money, numbers and months in the language in force."""

from decimal import Decimal

from django.utils.dates import MONTHS
from django.utils.translation import get_language

from .models import NetUnit

_SWAP_SEPARATORS = str.maketrans(",.", ".,")


def money(amount: int | None) -> str:
    """Integer đồng: ``120.000 ₫`` in Vietnamese, ``₫120,000`` in English, a minus before it; nothing for None."""
    if amount is None:
        return ""
    sign, digits = "−" if amount < 0 else "", number(abs(amount))
    return f"{sign}₫{digits}" if get_language() == "en" else f"{sign}{digits}\u00a0₫"


def number(value: int | None) -> str:
    """A count with its thousands: ``17.400`` in Vietnamese, ``17,400`` in English; nothing for None."""
    return "" if value is None else decimal(Decimal(value))


def decimal(value: Decimal) -> str:
    """A number without trailing zeros, its fraction after the sign of the language: ``1.061,5`` or ``1,061.5``."""
    text = f"{value.normalize():,f}"
    return text if get_language() == "en" else text.translate(_SWAP_SEPARATORS)


def net_content(value: Decimal, unit: str) -> str:
    """What a pack holds: ``0,5 kg`` in Vietnamese, ``0.5 kg`` in English."""
    return f"{decimal(value)} {NetUnit(unit).label}" if unit else decimal(value)


def month_to(first: int, last: int) -> str:
    """A season by its first and last month: ``tháng 10 – tháng 12``, ``October – December``; one month alone."""
    names = [MONTHS[month] if get_language() == "en" else f"tháng {month}" for month in (first, last)]
    return " – ".join(str(name) for name in dict.fromkeys(names))
