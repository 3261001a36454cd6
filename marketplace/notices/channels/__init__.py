"""The port for whatever carries messages: e-mail here, a gateway for text messages, a vendor's own adapter later."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol, Self

from django.conf import settings

from marketplace.notices.models import Channel, Message

REST_WHEN_AWAY = timedelta(minutes=1)


class SendingError(Exception):
    """Why a message did not go out; the text is fit for a log and an operator."""


class Refused(SendingError):
    """This message will never be taken."""


class TryLater(SendingError):
    """It may be taken another time."""


class Away(SendingError):
    """Nothing can be sent through this channel for ``rest``; it is no message's fault."""

    def __init__(self, reason: str, *, rest: timedelta = REST_WHEN_AWAY) -> None:
        super().__init__(reason)
        self.rest = rest


class Carrier(Protocol):
    """Carries the messages of one channel over one connection, which lasts for a ``with`` block.

    ``send`` returns once the other side has taken the message, and raises a ``SendingError`` otherwise, ``Away`` also
    where the connection cannot be made. A message that it was handed before is recognised by its key.
    """

    channel: Channel

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...

    def send(self, message: Message) -> None: ...


def carriers() -> Sequence[Carrier]:
    """Those that the settings switch on. Raises ``ImproperlyConfigured``."""
    from .email import EmailCarrier
    from .gateway import GatewayCarrier

    if not settings.NOTICES_GATEWAY_URL:
        return [EmailCarrier()]
    gateway = GatewayCarrier(
        url=settings.NOTICES_GATEWAY_URL,
        token=settings.NOTICES_GATEWAY_TOKEN,
        timeout=settings.NOTICES_GATEWAY_TIMEOUT,
    )
    return [EmailCarrier(), gateway]
