"""Text and chat messages through any gateway that takes JSON over HTTP.

``POST {url}`` with ``{"key", "to", "text", "language", "encoding", "length", "parts"}``, the header ``Idempotency-Key``
(the same key is the same message, however often it comes) and, where a token is set, ``Authorization: Bearer``. Any
2xx means taken. ``to`` is a number such as ``+84912345678``.
"""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Self
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from marketplace.notices.models import Channel, Message
from marketplace.notices.rules import sms_size

from . import REST_WHEN_AWAY, Away, Refused, TryLater

_ENOUGH = 4_096  # bytes of an answer that are worth reading
_NOT_ABOUT_THE_MESSAGE = frozenset({401, 403, 404, 405, 407})  # a token or an address that is wrong
_TRANSIENT = frozenset({408, 409, 425})  # 409: the same key is just being worked on
_NO_ADDRESS = "NOTICES_GATEWAY_URL is an address such as https://sms.example.vn/messages"
_LONGEST_REST = 24 * 60 * 60  # seconds: what a Retry-After can make us wait


class GatewayCarrier:
    """``timeout`` (seconds) bounds the connection, each wait for an answer, and the reading of one."""

    channel = Channel.GATEWAY

    def __init__(self, *, url: str, token: str, timeout: float, clock: Callable[[], float] = time.monotonic) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:  # a port or an address in brackets that cannot be one
            raise ImproperlyConfigured(_NO_ADDRESS) from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ImproperlyConfigured(_NO_ADDRESS)
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, port
        self._target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        self._token, self._timeout, self._clock = token, timeout, clock
        self._connection: HTTPConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._close()

    def send(self, message: Message) -> None:
        is_kept = self._connection is not None
        connection = self._open()
        try:
            try:
                response = self._post(connection, message)
            except (ConnectionError, HTTPException):
                if not is_kept:
                    raise
                # It was kept open too long for the other side, and the key makes a second try the same message.
                self._close()
                response = self._post(self._open(), message)
            status, retry_after, text = response.status, response.headers.get("Retry-After"), self._read(response)
        except TimeoutError as error:
            self._close()
            raise TryLater(f"The gateway did not answer within {self._timeout:g} seconds") from error
        except (OSError, HTTPException) as error:
            self._close()
            raise TryLater(f"The gateway hung up: {error or type(error).__name__}") from error
        _judge(status, retry_after, text)

    def _open(self) -> HTTPConnection:
        if self._connection is None:
            kind = HTTPSConnection if self._secure else HTTPConnection
            connection = kind(self._host, self._port, timeout=self._timeout)
            try:
                connection.connect()
            except OSError as error:
                raise Away(f"The gateway is away: {error or type(error).__name__}") from error
            self._connection = connection
        return self._connection

    def _post(self, connection: HTTPConnection, message: Message) -> HTTPResponse:
        size = sms_size(message.body)
        body = {
            "key": message.key,
            "to": message.address,
            "text": message.body,
            "language": message.language,
            "encoding": size.encoding,
            "length": size.length,
            "parts": size.parts,
        }
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.key}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        connection.request("POST", self._target, json.dumps(body, ensure_ascii=False).encode(), headers)
        return connection.getresponse()

    def _read(self, response: HTTPResponse) -> str:
        """The beginning of the answer; the connection is kept only where that was all of it, and came in time."""
        until, read = self._clock() + self._timeout, b""
        while len(read) < _ENOUGH and self._clock() < until:
            if not (piece := response.read1(_ENOUGH - len(read))):
                break
            read += piece
        if response.length == 0:
            response.read()  # which lets go of the connection
        if not response.isclosed():
            self._close()
        return " ".join(read.decode(errors="replace").split())[:200]

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _judge(status: int, retry_after: str | None, text: str) -> None:
    """Raise unless the gateway took the message."""
    if 200 <= status < 300:
        return
    reason = f"The gateway answered {status}: {text}" if text else f"The gateway answered {status}"
    if status == 429:
        raise Away(reason, rest=_rest(retry_after))
    if status in _NOT_ABOUT_THE_MESSAGE or status < 400:
        raise Away(reason)
    if status >= 500 or status in _TRANSIENT:
        raise TryLater(reason)
    raise Refused(reason)


def _rest(retry_after: str | None) -> timedelta:
    """The pause that an answer asks for, in seconds; one told as a date, or not at all, is the usual one."""
    if retry_after is None or not retry_after.isdecimal():
        return REST_WHEN_AWAY
    return timedelta(seconds=min(int(retry_after), _LONGEST_REST))
