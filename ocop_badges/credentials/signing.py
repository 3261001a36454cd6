"""Credentials as they leave the house: made of today's facts, signed with today's key, kept nowhere."""

from dataclasses import dataclass
from datetime import date, datetime

from ocop_badges.verification import Verification

from . import documents, issuer, jws, keys, status_lists
from .status_lists import StatusList


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed credential, what it says, and which key signed it."""

    token: str
    document: jws.Json
    kid: str


def sign_certificate(verification: Verification, *, at: datetime, base: str) -> Signed | None:
    """The credential of a certificate; None where it never takes effect. Raises ``keys.UnreadableKey``.

    The first time it takes the credential's place in the status lists. Three queries afterwards.
    """
    period = documents.days_of(verification)
    if period is None:
        return None
    place = status_lists.place_of(verification.certificate, at=at)
    document = documents.certificate_credential(verification, period=period, place=place, base=base)
    return _signed(document, at=at, base=base)


def sign_list(status_list: StatusList, *, at: datetime, day: date, base: str) -> Signed | None:
    """A status list with the bits of a day; None where there is no such list. Raises ``keys.UnreadableKey``."""
    if status_list.number > status_lists.lists_there_are():
        return None
    indexes = status_lists.bits_set(status_list, on=day)
    return _signed(documents.list_credential(status_list, indexes, at=at, day=day, base=base), at=at, base=base)


def _signed(document: jws.Json, *, at: datetime, base: str) -> Signed:
    signer = keys.load_signer(at=at)
    method = issuer.method_of(issuer.did_of(base), signer.kid)
    return Signed(jws.sign(document, key=signer.private_key, method=method), document, signer.kid)
