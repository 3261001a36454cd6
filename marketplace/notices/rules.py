"""What is true of messages without looking at any: keys, pauses, lengths. Pure, no database, no clock."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

MAX_ATTEMPTS = 10  # of sending one message, until only a person has it tried again
KEEP_LETTERS = timedelta(days=30)  # the text of a letter to a shopper, after the day from which it had nothing to say
_FIRST_REST, _LONGEST_REST = 60, 6 * 60 * 60  # seconds

# The alphabet of GSM 03.38; each character of the second row counts double. Any other makes it UCS-2.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = frozenset("^{}\\[~]|€\f")
SMS_UNITS = 201  # three parts with Vietnamese letters
_ELLIPSIS = "…"
_SHORTEST_NAME = 8  # characters

_PHONE = re.compile(r"(?:\+?84|0)(\d{8,10})")


def message_key(*, channel: str, address: str, told: Iterable[tuple[str, str, int]]) -> str:
    """The same for the same reminders (certificate, last day, step) to the same address: 40 hexadecimal digits."""
    spelled = "\n".join([channel, address, *(f"{certificate} {end} {step}" for certificate, end, step in sorted(told))])
    return hashlib.sha256(spelled.encode()).hexdigest()[:40]


def rest_after(*, attempts: int, number: int) -> timedelta:
    """How long a message rests that failed ``attempts`` times (at least 1): 1, 2, 4 … minutes, at most 6 hours.

    Up to a quarter less by the message's ``number``, so that what failed together does not come back together.
    """
    seconds = min(_FIRST_REST * 2 ** (min(attempts, 20) - 1), _LONGEST_REST)
    return timedelta(seconds=seconds * (1 - number % 16 / 64))


@dataclass(frozen=True, slots=True)
class SmsSize:
    """How a text travels: its alphabet, its length in units of that alphabet, and in how many parts."""

    encoding: str
    length: int
    parts: int


def sms_size(text: str) -> SmsSize:
    """The size of a text message by GSM 03.38: 160 characters of its alphabet, or 70 of any other, in one part."""
    if all(character in _GSM or character in _GSM_DOUBLE for character in text):
        length = sum(2 if character in _GSM_DOUBLE else 1 for character in text)
        return SmsSize("gsm-7", length, 1 if length <= 160 else -(-length // 153))
    length = len(text.encode("utf-16-le")) // 2
    return SmsSize("ucs-2", length, 1 if length <= 70 else -(-length // 67))


def fit_name(say: Callable[[str], str], name: str, *, units: int = SMS_UNITS) -> str:
    """What ``say`` makes of a name, the name cut at its end until the text has ``units`` at most.

    The name keeps a few characters whatever the length: a text about nothing would be of no use.
    """
    text, kept = say(name), name
    while sms_size(text).length > units and len(kept) > _SHORTEST_NAME:
        kept = kept[: -max(1, min(sms_size(text).length - units, len(kept) - _SHORTEST_NAME))].rstrip()
        text = say(f"{kept}{_ELLIPSIS}")
    return text


def phone_number(text: str) -> str:
    """A Vietnamese number as gateways want it (``+84912345678``), from what people type; empty where it is none.

    Of several numbers the first.
    """
    first = re.split(r"[;,/]| - ", text.strip())[0]
    match = _PHONE.fullmatch(re.sub(r"[\s.()\-]", "", first))
    return f"+84{match[1].removeprefix('0')}" if match else ""
