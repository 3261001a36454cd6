"""The status lists: who has which place, and which bits are set on a day. Read from the facts, no job keeps them."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q

from ocop_badges.models import Certificate

from . import bitstrings
from .models import ATTESTED_FIELDS, StatusPlace, StatusPlaceQuerySet

# A list takes half as many credentials as it has places, so that a random one is soon found free.
CAPACITY = bitstrings.LENGTH // 2
_TRIES = 64


class Purpose(StrEnum):
    REVOCATION = "revocation"
    SUSPENSION = "suspension"


@dataclass(frozen=True, slots=True)
class StatusList:
    """One list of one purpose, known by a name such as ``revocation-1``."""

    purpose: Purpose
    number: int

    @property
    def name(self) -> str:
        return f"{self.purpose}-{self.number}"

    @classmethod
    def named(cls, name: str) -> "StatusList | None":
        """The list of a name; None where no list could be called so."""
        purpose, _, number = name.partition("-")
        if purpose not in list(Purpose) or not number.isascii() or not number.isdecimal() or len(number) > 6:
            return None
        found = cls(Purpose(purpose), int(number))
        return found if found.name == name and found.number else None


def lists_there_are() -> int:
    """How many lists of each purpose there are: the first one is there before anything stands in it. One query."""
    last: int | None = StatusPlace.objects.aggregate(last=Max("list_number"))["last"]
    return last or 1


def place_of(certificate: Certificate, *, at: datetime) -> StatusPlace:
    """The place of the credential that says of a certificate what it said when it was read; the first asking takes one.

    Where it was corrected since, the bit of the place is set. Two queries once it is taken.
    """
    known = _corrections_known(certificate)
    taken = StatusPlace.objects.filter(certificate=certificate, corrections=known)
    for _ in range(_TRIES):
        if (place := taken.first()) is not None:
            return place
        try:
            with transaction.atomic():
                return StatusPlace.objects.create(
                    certificate=certificate,
                    corrections=known,
                    list_number=_list_with_room(),
                    index=secrets.randbelow(bitstrings.LENGTH),
                    taken_at=at,
                )
        except IntegrityError:
            continue  # somebody took the index, or asked for this very credential, in between
    raise RuntimeError(f"no free place for certificate {certificate.public_id} in {_TRIES} draws")


def _corrections_known(certificate: Certificate) -> int:
    """How many corrections what was read of a certificate holds; one less than there are where it misses any.

    Counted together with the facts: a correction that comes after the reading must not be taken for known.
    """
    count = Count("corrections", filter=Q(corrections__field__in=ATTESTED_FIELDS))
    row = Certificate.objects.filter(pk=certificate.pk).values(*ATTESTED_FIELDS).annotate(count=count).get()
    there_are: int = row.pop("count")
    is_current = all(value == getattr(certificate, name) for name, value in row.items())
    return there_are if is_current else max(there_are - 1, 0)


def bits_set(status_list: StatusList, *, on: date) -> Iterable[int]:
    """The indexes whose bit is set on a day. One query."""
    return _places_set(status_list, on).order_by("index").values_list("index", flat=True)


def is_set(status_list: StatusList, index: int, *, on: date) -> bool:
    """One bit of a list on a day. One query."""
    return _places_set(status_list, on).filter(index=index).exists()


def _places_set(status_list: StatusList, on: date) -> StatusPlaceQuerySet:
    places = StatusPlace.objects.filter(list_number=status_list.number)
    return places.revoked(on=on) if status_list.purpose is Purpose.REVOCATION else places.suspended(on=on)


def _list_with_room() -> int:
    number = lists_there_are()
    full = StatusPlace.objects.filter(list_number=number).count() >= CAPACITY
    return number + 1 if full else number
