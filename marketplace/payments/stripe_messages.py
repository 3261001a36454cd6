"""Messages of Stripe as they arrive: signed, and then still only a hint at what to ask Stripe about. Pure."""

import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LARGEST = 512 * 1024  # bytes; Stripe's own are some ten thousand
TOLERANCE = timedelta(seconds=300)
_ID = re.compile(r"[A-Za-z0-9_]{1,255}", re.ASCII)
_KIND = re.compile(r"[a-z0-9_.]{1,80}", re.ASCII)


class BadSignature(Exception):
    """Not signed, not by Stripe for us, or too long ago."""


class BadMessage(Exception):
    """Signed, and no event."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to the object of this id: what, has to be asked."""

    id: str
    kind: str
    object_id: str


def check_signature(raw: bytes, header: str, *, secrets: Iterable[str], at: datetime) -> None:
    """Raises ``BadSignature`` unless ``Stripe-Signature`` holds over the bytes under one of the secrets, and is fresh.

    Fresh is what was signed at most five minutes from ``at``, before or after.
    """
    parts = [part.partition("=") for part in header.split(",")]
    stamps = [value for name, _sign, value in parts if name.strip() == "t"]
    signatures = [value.strip() for name, _sign, value in parts if name.strip() == "v1"]
    if len(stamps) != 1 or not re.fullmatch(r"\d{1,12}", stamps[0], re.ASCII):
        raise BadSignature
    signed = stamps[0].encode() + b"." + raw
    expected = [hmac.new(secret.encode(), signed, "sha256").hexdigest() for secret in secrets if secret]
    if not any(hmac.compare_digest(ours.encode(), theirs.encode()) for ours in expected for theirs in signatures):
        raise BadSignature
    if abs(at.timestamp() - int(stamps[0])) > TOLERANCE.total_seconds():
        raise BadSignature


def read_event(raw: bytes) -> Event:
    """Raises ``BadMessage``."""
    try:
        said = json.loads(raw)
        event = Event(id=said["id"], kind=said["type"], object_id=said["data"]["object"].get("id") or "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadMessage from None
    if not (isinstance(event.id, str) and isinstance(event.kind, str) and isinstance(event.object_id, str)):
        raise BadMessage
    if not (_ID.fullmatch(event.id) and _KIND.fullmatch(event.kind)):
        raise BadMessage
    if event.object_id and not _ID.fullmatch(event.object_id):
        raise BadMessage
    return event
