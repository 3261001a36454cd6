"""Who may act for a producer: given and taken by its owner."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from ocop_badges.errors import DomainError, InvalidFact

from .models import MemberRole, Membership, User


@transaction.atomic
def add_member(*, producer_id: int, email: str, role: MemberRole, at: datetime) -> tuple[Membership, User]:
    """Let the person with this e-mail act for a producer; one without an account gets one without a password.

    A helper added by the owner has the owner's consent from ``at`` on. Raises ``InvalidFact`` about ``email`` where
    the person is a member already; an owner is never made here.
    """
    if role not in (MemberRole.STAFF, MemberRole.HELPER):
        raise InvalidFact(_("Staff and helpers are added here."), field="role")
    email = email.strip().lower()
    user, _is_new = User.objects.get_or_create(
        email__iexact=email, defaults={"email": email, "password": make_password(None)}
    )
    membership, is_new = Membership.objects.get_or_create(
        user=user,
        producer_id=producer_id,
        defaults={"role": role, "consented_at": at if role == MemberRole.HELPER else None},
    )
    if not is_new:
        raise InvalidFact(_("This person is on the team already."), field="email", code="already-a-member")
    return membership, user


def give_consent(*, membership: Membership, at: datetime) -> Membership:
    """Let a helper from outside in. Given twice, the first day stands."""
    return _set_consent(membership, at)


def withdraw_consent(*, membership: Membership) -> Membership:
    """From now on the helper sees and does nothing more; what they did stays on record."""
    return _set_consent(membership, None)


def remove_member(*, membership: Membership) -> None:
    """Take staff or a helper off the team. An owner is taken off by an operator only."""
    if membership.role == MemberRole.OWNER:
        raise DomainError(_("An owner is changed by the marketplace, not here."), code="owner-stays")
    membership.delete()


@transaction.atomic
def _set_consent(membership: Membership, at: datetime | None) -> Membership:
    stored = Membership.objects.select_for_update().get(pk=membership.pk)
    if stored.role != MemberRole.HELPER:
        raise DomainError(_("Only a helper from outside needs the owner's consent."), code="no-consent-needed")
    if at is None or stored.consented_at is None:
        stored.consented_at = at
        stored.save(update_fields=["consented_at"])
    return stored
