"""Finding the person behind what somebody typed to sign in."""

from collections.abc import Iterable

from marketplace.accounts.models import User

COUNTRY = "84"


def address_of_account(typed: str) -> str:
    """The e-mail by which an account is known, from its e-mail or phone number; what was typed where none fits.

    However it is written, an account has one: attempts are counted by it. One query at most.
    """
    typed = typed.strip()
    if "@" in typed:
        return User.objects.filter(email__iexact=typed).values_list("email", flat=True).first() or typed
    if numbers := set(_ways_to_write(typed)):
        found = list(User.objects.filter(phone__in=numbers).values_list("email", flat=True)[:2])
        if len(found) == 1:
            return found[0]
    return typed


def _ways_to_write(typed: str) -> Iterable[str]:
    """A Vietnamese number at home and from abroad: 0912…, 84912…, +84912…"""
    digits = "".join(c for c in typed if c.isdigit())
    if len(digits) < 8:
        return
    bare = digits.removeprefix("00").removeprefix(COUNTRY) if typed.startswith(("+", "00")) else digits
    if bare == digits and digits.startswith(COUNTRY) and len(digits) == len(COUNTRY) + 9:
        bare = digits.removeprefix(COUNTRY)
    bare = bare.removeprefix("0")
    yield from (typed, f"0{bare}", f"{COUNTRY}{bare}", f"+{COUNTRY}{bare}")
