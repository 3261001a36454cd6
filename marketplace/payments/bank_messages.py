"""What a bank's feed tells: one transfer in a JSON object, its signature checked over the raw bytes. No database."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ocop_badges.errors import Fault

LARGEST = 64 * 1024  # bytes of a message
LONGEST_ID = 200
MOST = 10**15  # đồng of one transfer, beyond which it is no transfer


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer on the shop's account. ``amount`` in đồng, below zero for money that left."""

    transaction_id: str
    amount: int
    content: str
    received_at: datetime


class BadMessage(Exception):
    """No transfer can be read from it; ``faults`` say why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(fault.detail for fault in faults))
        self.faults = list(faults)


def sign(raw: bytes, *, secret: str) -> str:
    """What stands in ``X-Signature`` for these bytes."""
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def is_signed(raw: bytes, signature: str, *, secret: str) -> bool:
    """Whether the signature is that of the bytes, compared in constant time. Nothing is under an empty secret."""
    expected = sign(raw, secret=secret).encode()
    return hmac.compare_digest(expected, signature.encode(errors="replace")) and bool(secret)


def read_transfer(raw: bytes) -> Transfer:
    """The transfer of a message. Raises ``BadMessage`` with everything that is wrong with it."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadMessage(Fault("This is no JSON.", "not-json")) from None
    if not isinstance(told, dict):
        raise BadMessage(Fault("A JSON object tells of one transfer.", "not-an-object"))
    faults: list[Fault] = []
    transaction_id = _text(told, "transaction_id", faults)
    if transaction_id and (len(transaction_id) > LONGEST_ID or not transaction_id.isprintable()):
        faults.append(Fault(f"At most {LONGEST_ID} printable signs.", "invalid", "transaction_id"))
    elif not transaction_id and not faults:
        faults.append(Fault("The id of the transfer is missing.", "required", "transaction_id"))
    content = _text(told, "content", faults)
    amount = told.get("amount")
    if not isinstance(amount, int) or isinstance(amount, bool) or not -MOST < amount < MOST:
        faults.append(Fault("A whole number of đồng.", "invalid", "amount"))
        amount = 0
    received_at = _instant(told.get("received_at"), faults)
    if faults or received_at is None:
        raise BadMessage(*faults)
    return Transfer(transaction_id, amount, content, received_at)


def _text(told: dict[str, Any], name: str, faults: list[Fault]) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        faults.append(Fault("A text.", "invalid", name))
        return ""
    return value


def _instant(value: Any, faults: list[Fault]) -> datetime | None:
    fault = Fault("An instant with its offset, as 2026-11-22T09:30:00+07:00.", "invalid", "received_at")
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        faults.append(fault)
        return None
    if instant.tzinfo is None:
        faults.append(fault)
        return None
    return instant
