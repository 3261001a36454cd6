"""The bitstring of a status list as it travels (W3C Bitstring Status List 1.0, sections 3.3 and 3.4). Pure.

The first index is the left-most bit. What travels is the GZIP of the bits in base64url without padding, behind the
``u`` that Multibase puts before that alphabet.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterable

LENGTH = 131_072  # bits: 16 KB, the least that hides one credential among the others
MAX_BYTES = 1 << 20  # what a list of others may expand to

_GZIP = 16 + zlib.MAX_WBITS
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


class MalformedList(ValueError):
    """A text that is no encoded list, or one that is too short to hide anybody."""


def encode(indexes: Iterable[int], *, length: int = LENGTH) -> str:
    """The list of ``length`` bits (a multiple of 8) in which those at ``indexes`` are set.

    Raises ``IndexError`` for an index that is outside of the list.
    """
    bits = bytearray(length // 8)
    for index in indexes:
        if not 0 <= index < length:
            raise IndexError(f"{index} is outside of a list of {length} bits")
        bits[index // 8] |= 0x80 >> index % 8
    # At a fixed level and without a time of day: the same bits are the same text.
    gzip = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    packed = gzip.compress(bytes(bits)) + gzip.flush()
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode(encoded: str, *, least: int = LENGTH) -> bytes:
    """The bits of an encoded list, eight to a byte. Raises ``MalformedList``, also for fewer than ``least`` bits."""
    if encoded[:1] != "u" or not _BASE64URL.fullmatch(encoded, 1):
        raise MalformedList("an encoded list is base64url without padding, behind a u")
    try:
        packed = base64.urlsafe_b64decode(encoded[1:] + "=" * (-(len(encoded) - 1) % 4))
        gzip = zlib.decompressobj(_GZIP)
        bits = gzip.decompress(packed, MAX_BYTES)
    except (binascii.Error, zlib.error) as error:
        raise MalformedList("an encoded list is a GZIP in base64url") from error
    if not gzip.eof:
        raise MalformedList(f"an encoded list is a whole GZIP of at most {MAX_BYTES} bytes")
    if len(bits) * 8 < least:
        raise MalformedList(f"a list has {least} bits at least, not {len(bits) * 8}")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """The bit at ``index``. Raises ``IndexError`` outside of the list."""
    if not 0 <= index < len(bits) * 8:
        raise IndexError(f"{index} is outside of a list of {len(bits) * 8} bits")
    return bool(bits[index // 8] & 0x80 >> index % 8)
