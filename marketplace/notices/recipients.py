"""Who hears about a producer's certificates, and where."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from marketplace.accounts.models import Membership
from ocop_badges.subjects import Subject

from .models import Channel
from .rules import phone_number

OWN_LANGUAGE = "vi"  # of a producer's own address


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address; ``user_id`` is None where it is the producer's own."""

    channel: Channel
    address: str
    language: str
    user_id: int | None = None


def recipients_of(producers: Mapping[int, Subject], *, channels: Collection[Channel]) -> dict[int, list[Recipient]]:
    """For each producer (id → any product of it) the active members, else its own e-mail and phone. One query.

    Empty where a producer has no address that one of the ``channels`` reaches.
    """
    found: dict[int, list[Recipient]] = {producer_id: [] for producer_id in producers}
    members = (
        Membership.objects.active()
        .filter(producer__in=list(producers), user__is_active=True)
        .order_by("id")
        .values_list("producer_id", "user_id", "user__email", "user__phone", "user__language")
    )
    for producer_id, user_id, email, phone, language in members:
        reached = {(known.channel, known.address) for known in found[producer_id]}
        # Two members may share one telephone, however each has written its number.
        found[producer_id] += [
            each
            for each in _addresses(email, phone or "", language, user_id, channels)
            if (each.channel, each.address) not in reached
        ]
    for producer_id, subject in producers.items():
        if not found[producer_id]:
            found[producer_id] += _addresses(
                subject.producer_email, subject.producer_phone, OWN_LANGUAGE, None, channels
            )
    return found


def _addresses(
    email: str, phone: str, language: str, user_id: int | None, channels: Collection[Channel]
) -> Iterable[Recipient]:
    if email and Channel.EMAIL in channels:
        yield Recipient(Channel.EMAIL, email, language, user_id)
    if Channel.GATEWAY in channels and (number := phone_number(phone)):
        yield Recipient(Channel.GATEWAY, number, language, user_id)
