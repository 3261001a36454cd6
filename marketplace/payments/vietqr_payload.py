"""The text inside a VietQR code: EMVCo's tag-length-value under NAPAS's profile. Pure.

"Technical specifications on NAPAS QR switching, part IV: QR code format", version 1.5.2: a transfer to an account has
the service code ``QRIBFTTA`` under NAPAS's application identifier in tag 38, and says what it is for in 62/08.
"""

import re
import unicodedata

AID = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
DONG, COUNTRY = "704", "VN"
STATIC, DYNAMIC = "11", "12"  # to be paid many times, or once
LONGEST_PURPOSE = 25
_BIN = re.compile(r"[0-9]{6}")
_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,19}")


def payload(*, bank_bin: str, account: str, amount: int | None = None, purpose: str = "") -> str:
    """The text of a code that asks for a transfer of ``amount`` đồng (None: the payer says) to an account.

    Accents of ``purpose`` are taken off and it is cut to 25 signs, as banks take no more.
    Raises ``ValueError`` for a bank's number or an account that is none, and for an amount below one đồng.
    """
    if not _BIN.fullmatch(bank_bin):
        raise ValueError(f"a bank's number (BIN) has six digits, not {bank_bin!r}")
    if not _ACCOUNT.fullmatch(account):
        raise ValueError("an account has one to nineteen letters and digits")
    if amount is not None and not 0 < amount < 10**13:
        raise ValueError(f"{amount} đồng cannot be asked for")
    bank = field("00", bank_bin) + field("01", account)
    fields = [
        field("00", "01"),
        field("01", STATIC if amount is None else DYNAMIC),
        field("38", field("00", AID) + field("01", bank) + field("02", TO_ACCOUNT)),
        field("53", DONG),
    ]
    if amount is not None:
        fields.append(field("54", str(amount)))
    fields.append(field("58", COUNTRY))
    if said := _plain(purpose):
        fields.append(field("62", field("08", said)))
    return seal("".join(fields))


def field(tag: str, value: str) -> str:
    """One tag with its length in two digits and its value. Raises ``ValueError`` for a value longer than 99."""
    if not 0 < len(value) <= 99:
        raise ValueError(f"the value of tag {tag} has {len(value)} signs")
    return f"{tag}{len(value):02}{value}"


def seal(text: str) -> str:
    """The text with its checksum, which covers everything up to and including the checksum's own tag and length."""
    covered = f"{text}6304"
    return f"{covered}{crc16(covered.encode('ascii')):04X}"


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 1021, begun with FFFF, nothing reflected or inverted."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _bit in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def read(text: str) -> dict[str, str]:
    """The fields of a text, by tag; nested ones are read by reading a value. Raises ``ValueError`` where it ends early.

    Whether the checksum holds is not asked here: see ``seal``.
    """
    fields = {}
    at = 0
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        value = text[at + 4 : at + 4 + int(length or "x")]
        if len(value) != int(length):
            raise ValueError(f"tag {tag} ends early")
        fields[tag] = value
        at += 4 + len(value)
    return fields


def _plain(purpose: str) -> str:
    """What every bank's field takes: ASCII without accents, 25 signs."""
    bare = unicodedata.normalize("NFD", purpose.replace("đ", "d").replace("Đ", "D"))
    return bare.encode("ascii", "ignore").decode()[:LONGEST_PURPOSE].strip()
