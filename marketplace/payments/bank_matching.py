"""Which order a transfer is for: its number, found in whatever a bank made of the message. Pure."""

import re

from marketplace.orders.numbers import ALPHABET, LENGTH, PREFIX

# Banks put spaces, dashes and dots into a message, change its case, and write their own words before and behind it.
_GAP = r"[\W_]{0,3}"
_FIRST = "[O0]"  # a zero is typed for the letter; no other sign of a number has a double
_NUMBER = re.compile(rf"(?=({_FIRST}{_GAP}{PREFIX[1]}(?:{_GAP}[{ALPHABET}]){{{LENGTH - len(PREFIX)}}}))", re.IGNORECASE)
_NO_SIGN = re.compile(r"[\W_]+")


def find_numbers(content: str) -> list[str]:
    """Everything in a message that could be an order's number, as numbers are written, each once."""
    found = (_NO_SIGN.sub("", match[1]).upper() for match in _NUMBER.finditer(content))
    return list(dict.fromkeys(PREFIX + number[len(PREFIX) :] for number in found))
