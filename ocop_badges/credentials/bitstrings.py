"""The bitstring of a status list as it travels (W3C Bitstring Status List 1.0, sections 3.3 and 3.4). Pure.

The first index is the left-most bit. What travels is the GZIP of the bits in base64url without padding, behind the
``u`` that Multibase puts before that alphabet.
"""

import base64
import zlib
from collections.abc import Iterable

LENGTH = 131_072  # bits: 16 KB, the least that hides one credential among the others

_GZIP = 16 + zlib.MAX_WBITS


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
