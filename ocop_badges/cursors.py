"""Opaque cursors for keyset pages: the sort key of the row a page begins after, and the direction to go.

A cursor belongs to one ordering. It carries a keyed checksum, so that whatever a client made up or altered is refused
as a whole instead of being half understood; it hides nothing.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

VERSION = 1
MAX_LENGTH = 4000  # characters of a cursor that is worth decoding
_CHECKSUM_BYTES = 9

KeyValue = int | str | bytes | date | datetime | None


class BadCursor(ValueError):
    """Not a cursor of ours, or one of another ordering. The message is fit to be shown."""

    def __init__(self) -> None:
        super().__init__("This cursor is not one this list gave out for this ordering.")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after the row with ``key``, or before it when going ``backwards``."""

    key: tuple[KeyValue, ...]
    backwards: bool = False


def encode(cursor: Cursor, *, ordering: str) -> str:
    """The cursor as URL-safe text, bound to ``ordering``."""
    content = [VERSION, ordering, int(cursor.backwards), [_pack(value) for value in cursor.key]]
    body = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(_checksum(body) + body).rstrip(b"=").decode()


def decode(token: str, *, ordering: str, kinds: Sequence[type | tuple[type, ...]]) -> Cursor:
    """Read a cursor that ``encode`` made for the same ``ordering``.

    ``kinds`` gives the type of each key value, a tuple where several are possible (``(int, type(None))``).
    Raises ``BadCursor`` for anything else.
    """
    if len(token) > MAX_LENGTH:
        raise BadCursor
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
        checksum, body = raw[:_CHECKSUM_BYTES], raw[_CHECKSUM_BYTES:]
        if _checksum(body) != checksum or base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
            raise BadCursor
        version, bound_to, backwards, packed = json.loads(body.decode("utf-8", "surrogatepass"))
        if version != VERSION or bound_to != ordering or len(packed) != len(kinds):
            raise BadCursor
        key = tuple(_unpack(value) for value in packed)
    except (binascii.Error, UnicodeError, ValueError, TypeError, KeyError) as error:
        raise BadCursor from error
    if not all(isinstance(value, kind) for value, kind in zip(key, kinds, strict=True)):
        raise BadCursor
    return Cursor(key=key, backwards=bool(backwards))


def _pack(value: KeyValue) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    return value


def _unpack(value: Any) -> KeyValue:
    match value:
        case {"b": text}:
            return base64.b64decode(text)
        case {"t": text}:
            return datetime.fromisoformat(text)
        case {"d": text}:
            return date.fromisoformat(text)
        case None | int() | str():
            return value
        case _:
            raise BadCursor


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(body, key=_key(settings.SECRET_KEY), digest_size=_CHECKSUM_BYTES).digest()


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"cursor:{secret}".encode()).digest()
