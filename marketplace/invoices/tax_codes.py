"""Vietnamese tax codes (mã số thuế): ten digits of which the last checks the others, and a branch. Pure.

Persons and households have the twelve digits of their identity number (Circular 86/2024/TT-BTC): nothing checks those.
"""

import re

from django.utils.translation import gettext as _

from ocop_badges.errors import InvalidFact

_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_PERSON = re.compile(r"\d{12}", re.ASCII)
_SHAPE = re.compile(r"(\d{10})(?:-?(\d{3}))?", re.ASCII)


def is_tax_code(text: str) -> bool:
    """Whether it is written ``0100109106`` or ``0100109106-001`` and its check digit is right, or a person's twelve."""
    if _PERSON.fullmatch(text):
        return True
    found = _SHAPE.fullmatch(text)
    if found is None or found[2] == "000":
        return False
    digits = [int(digit) for digit in found[1]]
    return 10 - sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=False)) % 11 == digits[9]


def tax_code(text: str, *, field: str = "tax_code") -> str:
    """A tax code as it is kept, from what people type: without spaces and dots, a branch after a dash.

    Raises ``InvalidFact`` (``tax-code``) for what is none.
    """
    wanted = re.sub(r"[\s.]", "", text)
    if not is_tax_code(wanted):
        raise InvalidFact(
            _("A tax code has 10 digits, 10 and a branch of 3, or a person's 12; this is none."),
            field=field,
            code="tax-code",
        )
    return wanted if len(wanted) != 13 else f"{wanted[:10]}-{wanted[10:]}"
