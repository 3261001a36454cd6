"""Pure rules of the catalogue."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

from django.utils.text import slugify

from .search.folding import fold

SLUG_LENGTH = 200
RESERVED_SLUGS = frozenset({"suggest"})  # ``/api/v1/products/suggest/`` is an address of its own
MAX_ATTEMPTS = 10  # of telling a search index one change, until only a person has it tried again
MAX_RETRY_SECONDS = 300


def slug_candidates(name: str, *, fallback: str, producer_slug: str = "") -> Iterator[str]:
    """The slugs a name may get, best first: the name, then with its producer, then with a number, without end.

    ``fallback`` serves where a name leaves nothing to write, such as ``★``.
    """
    base = slugify(fold(name))[:SLUG_LENGTH].strip("-_") or fallback
    longest = base
    yield base
    if producer_slug:
        longest = f"{base}-{producer_slug}"[:SLUG_LENGTH].strip("-_")
        yield longest
    for number in count(2):
        ending = f"-{number}"
        yield longest[: SLUG_LENGTH - len(ending)].strip("-_") + ending


def gtin_check_digit(digits: str) -> int:
    """The last digit of a GTIN from those before it: weights 3, 1, 3 … from the right (GS1 General Specifications)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10


def normalised_gtin(text: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits as 14 digits. Raises ``ValueError`` where it is none."""
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) in {8, 12, 13, 14}):
        raise ValueError("a GTIN has 8, 12, 13 or 14 digits")
    if not digits.strip("0"):
        raise ValueError("a GTIN is not all zeros")
    if gtin_check_digit(digits[:-1]) != int(digits[-1]):
        raise ValueError(f"the last digit of {digits} should be {gtin_check_digit(digits[:-1])}")
    return digits.zfill(14)


def retry_delay(*, attempts: int, product_id: int) -> timedelta:
    """How long a change that was refused ``attempts`` times (at least 1) rests: 2, 4, 8 … seconds, at most 5 minutes.

    Up to a quarter less by the product, so that what failed together does not come back together.
    """
    seconds = min(2 ** min(attempts, 16), MAX_RETRY_SECONDS)
    return timedelta(seconds=seconds * (1 - product_id % 16 / 64))
