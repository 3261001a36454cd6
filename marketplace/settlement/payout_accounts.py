"""Where a producer's money goes: recorded by its owner or by an operator, never by staff or a helper."""

import re
from datetime import datetime
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Producer
from marketplace.accounts.models import MemberRole, Membership, User
from marketplace.settlement.banks import BANKS
from marketplace.settlement.letters import tell_account_recorded
from marketplace.settlement.models import PayoutAccount, PayoutWay
from ocop_badges.errors import DomainError, InvalidFact

_NUMBER = re.compile(r"[0-9A-Z]{4,19}")
_STRIPE_ACCOUNT = re.compile(r"acct_[0-9A-Za-z]{8,60}")
MAY_RECORD = "settlement.add_payoutaccount"


def may_record_account(user: User, producer: Producer) -> bool:
    """An owner of the producer, or an operator with the permission."""
    is_owner = Membership.objects.active().filter(user=user, producer=producer, role=MemberRole.OWNER).exists()
    return is_owner or (user.is_staff and user.has_perm(MAY_RECORD))


class Place(TypedDict):
    """Where money goes: checked, and written in one way."""

    way: str
    bank_bin: str
    number: str
    holder: str


def bank_account(*, bank_bin: str, number: str, holder: str) -> Place:
    """An account at a bank of Vietnam. Raises ``InvalidFact`` for a bank, number or holder that cannot be."""
    bank_bin, number = bank_bin.strip(), re.sub(r"[\s.-]", "", number).upper()
    if bank_bin not in BANKS:
        raise InvalidFact(_("This bank is not known."), field="bank_bin", code="unknown-bank")
    if not _NUMBER.fullmatch(number):
        raise InvalidFact(_("An account number has 4 to 19 digits."), field="number")
    return Place(way=PayoutWay.BANK, bank_bin=bank_bin, number=number, holder=_holder(holder))


def stripe_account(*, number: str, holder: str) -> Place:
    """A connected account of Stripe. Raises as ``bank_account``."""
    if not _STRIPE_ACCOUNT.fullmatch(number.strip()):
        raise InvalidFact(_("A Stripe account is written acct_…"), field="number")
    return Place(way=PayoutWay.STRIPE, bank_bin="", number=number.strip(), holder=_holder(holder))


def _holder(text: str) -> str:
    holder = " ".join(text.split())
    if not any(letter.isalpha() for letter in holder) or len(holder) > 120:
        raise InvalidFact(_("Write the account holder's name as the bank has it."), field="holder")
    return holder


@transaction.atomic
def record_account(*, producer: Producer, place: Place, by: User, at: datetime) -> PayoutAccount:
    """Pay this producer there from now on, and tell its owners. The place in use, told again, changes nothing.

    Raises ``DomainError`` ``not-the-owner`` (403).
    """
    if not may_record_account(by, producer):
        raise DomainError(_("Only the owner says where the money goes."), code="not-the-owner", status=403)
    Producer.objects.select_for_update(no_key=True).get(pk=producer.pk)
    current = PayoutAccount.objects.current([producer.pk]).get(producer.pk)
    if current is not None and all(getattr(current, name) == value for name, value in place.items()):
        return current
    recorded = PayoutAccount.objects.create(producer=producer, recorded_at=at, recorded_by=by, **place)
    tell_account_recorded(recorded)
    return recorded
