"""E-mail through Django's mail settings: text and simple HTML, one connection for many."""

import re
from collections.abc import Iterator
from email.utils import parseaddr
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString

from marketplace.notices.models import Channel, Message

from . import Away, Refused, TryLater

_ADDRESS = re.compile(r"https?://[^\s<>&]+")
_PERMANENT = 500  # SMTP codes from here on are final (RFC 5321, section 4.2.1)


class EmailCarrier:
    channel = Channel.EMAIL

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._close()

    def send(self, message: Message) -> None:
        connection = self._open()
        try:
            letter_of(message, connection).send()
        except SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            final = bool(codes) and all(code >= _PERMANENT for code in codes)
            raise (Refused if final else TryLater)(_reason(error)) from error
        except SMTPSenderRefused as error:
            self._close()
            raise Away(f"The mail server refuses us as a sender: {_reason(error)}") from error
        except SMTPDataError as error:
            raise (Refused if error.smtp_code >= _PERMANENT else TryLater)(_reason(error)) from error
        except (SMTPException, OSError) as error:
            self._close()  # nobody knows in what state it is
            raise TryLater(_reason(error)) from error
        except ValueError as error:  # a header that cannot be one, an address that is none
            raise Refused(_reason(error)) from error

    def _open(self) -> Any:
        if self._connection is None:
            connection = get_connection()
            try:
                connection.open()
            except (SMTPException, OSError) as error:
                raise Away(f"The mail server is away: {_reason(error)}") from error
            self._connection = connection
        return self._connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (SMTPException, OSError):
                return  # it was gone already


def letter_of(message: Message, connection: Any = None) -> EmailMultiAlternatives:
    """The e-mail. Its Message-ID is made of the message's key: sent twice, it is the same e-mail twice."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    letter = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body,
        to=[message.address],
        connection=connection,
        headers={
            "Message-ID": f"<{message.key}@{domain}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834: no answering machine answers
            "Content-Language": message.language,
        },
    )
    letter.attach_alternative(
        render_to_string("notices/letter.html", {"message": message, "paragraphs": list(_paragraphs(message.body))}),
        "text/html",
    )
    return letter


def _paragraphs(text: str) -> Iterator[SafeString]:
    """A text as HTML, its addresses as links."""
    for paragraph in text.split("\n\n"):
        linked = _ADDRESS.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(paragraph))
        yield SafeString(linked.replace("\n", "<br>"))


def _reason(error: Exception) -> str:
    if isinstance(error, SMTPServerDisconnected):
        return f"The mail server hung up: {error}"
    if isinstance(error, SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return str(error) or type(error).__name__
