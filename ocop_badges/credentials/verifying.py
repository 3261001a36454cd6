"""Whether a credential of this platform holds on a day: its signature, its dates, its status. Asks no network."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from ocop_badges.days import ZONE

from . import documents, issuer, jws, status_lists
from .models import SigningKey
from .status_lists import Purpose, StatusList

_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was checked. ``name``: signature, dates, status. ``code`` says what was found (see ``wording``).

    ``day`` is the day that a failing date names.
    """

    name: str
    holds: bool
    code: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a credential on a day. Where the signature does not hold, nothing it says is to be believed:
    then there are no further steps and ``document`` is None.
    """

    on: date
    steps: tuple[Step, ...]
    document: jws.Json | None = None

    @property
    def holds(self) -> bool:
        return all(step.holds for step in self.steps)

    @property
    def certificate_id(self) -> str:
        """The certificate it is about; empty where the signature does not hold."""
        return str(self.document["credentialSubject"]["certificate_id"]) if self.document else ""


def check_credential(token: str, *, base: str, on: date) -> Finding:
    """Check a credential, three parts of base64url with dots between, of the site at ``base``. At most five queries."""
    try:
        document = _read(token, base=base, on=on)
    except jws.BadToken as error:
        return Finding(on, (Step("signature", False, error.code),))
    steps = (Step("signature", True, "signed"), _dates(document, on), _status(document, base=base, on=on))
    return Finding(on, steps, document)


def check_signature(token: str, *, base: str, on: date) -> Step:
    """The first step alone. One query."""
    try:
        _read(token, base=base, on=on)
    except jws.BadToken as error:
        return Step("signature", False, error.code)
    return Step("signature", True, "signed")


def _read(token: str, *, base: str, on: date) -> jws.Json:
    """What a credential of ours says. Raises ``BadToken``."""
    did, _, kid = jws.method_of(token).partition("#")
    if did != issuer.did_of(base):
        raise jws.BadToken("other-site")
    # The name is whatever somebody wrote: not every text is one that a database can be asked for.
    key = SigningKey.objects.filter(kid=kid).first() if _THUMBPRINT.fullmatch(kid) else None
    if key is None:
        raise jws.BadToken("unknown-key")
    if not key.is_published(on=on):
        raise jws.BadToken("withdrawn-key")
    document = jws.read(token, jwk=key.public_jwk)
    if document.get("type") != documents.CREDENTIAL_TYPES:  # a status list is signed with the same key
        raise jws.BadToken("other-kind")
    return document


def _dates(document: jws.Json, on: date) -> Step:
    first, last = (_day(document[name]) for name in ("validFrom", "validUntil"))
    if on < first:
        return Step("dates", False, "not-yet", first)
    return Step("dates", False, "ended", last) if last < on else Step("dates", True, "current", last)


def _day(instant: str) -> date:
    """Our credentials begin with the first second of a day and end with the last of one."""
    return datetime.fromisoformat(instant).astimezone(ZONE).date()


def _status(document: jws.Json, *, base: str, on: date) -> Step:
    entries = {entry["statusPurpose"]: entry for entry in document["credentialStatus"]}
    for purpose, code in ((Purpose.REVOCATION, "revoked"), (Purpose.SUSPENSION, "suspended")):
        status_list = StatusList.named(entries[purpose]["statusListCredential"].rstrip("/").rpartition("/")[2])
        if (
            status_list is None
            or status_list.purpose is not purpose
            or entries[purpose]["statusListCredential"] != documents.list_address(status_list, base=base)
        ):
            return Step("status", False, "unknown-list")
        if status_lists.is_set(status_list, int(entries[purpose]["statusListIndex"]), on=on):
            return Step("status", False, code)
    return Step("status", True, "clear")
