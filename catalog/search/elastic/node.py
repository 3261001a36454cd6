"""How requests reach Elasticsearch: by connections that are kept, each request within one limit of time.

The node that comes with the client grants its time-out anew to each packet, so a server that drips would be waited for
as long as it likes; here the limit is for all of a request. It also spends twice the time on a request.
"""

import http.client
import select
import socket
import ssl
from collections import deque
from time import monotonic
from typing import Any

from elastic_transport import (
    ApiResponseMeta,
    BaseNode,
    ConnectionError,
    ConnectionTimeout,
    HttpHeaders,
    NodeConfig,
    TlsError,
)
from elastic_transport._node import NodeApiResponse


class _Punctual:
    """A socket that gives up at an instant (``monotonic``), however much arrives before."""

    ends_at = 0.0

    def recv_into(self, *args: Any) -> int:
        left = self.ends_at - monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)  # type: ignore[attr-defined]
        return super().recv_into(*args)  # type: ignore[misc,no-any-return]


class _Socket(_Punctual, socket.socket):
    pass


class _TlsSocket(_Punctual, ssl.SSLSocket):
    pass


class _Connection(http.client.HTTPConnection):
    """``tls`` is None for plain HTTP."""

    sock: Any

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port)
        self._tls = tls

    def connect(self) -> None:
        connected = socket.create_connection((self.host, self.port), timeout=self.timeout)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is None:
            self.sock = _Socket(fileno=connected.detach())
        else:
            self.sock = self._tls.wrap_socket(connected, server_hostname=self.host)

    def begin(self, seconds: float) -> None:
        """Be connected, with so many seconds for all that follows."""
        ends_at = monotonic() + seconds
        if self.sock is not None and select.select([self.sock], [], [], 0)[0]:
            self.close()  # nothing was asked: all that can be read is that the server closed it
        if self.sock is None:
            self.timeout = seconds
            self.connect()
        self.sock.ends_at = ends_at
        self.sock.settimeout(max(ends_at - monotonic(), 0.001))


class PunctualNode(BaseNode):
    """A server at one address. ``request_timeout`` is for a request as a whole."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self._free: deque[_Connection] = deque()  # the last one used is the next one used
        self._tls: ssl.SSLContext | None = None
        if config.scheme == "https":
            self._tls = ssl.create_default_context()
            self._tls.sslsocket_class = _TlsSocket

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: Any = None,
    ) -> NodeApiResponse:
        """Raises ``ConnectionTimeout``, ``TlsError`` or ``ConnectionError``, all of ``elastic_transport``."""
        seconds = request_timeout if isinstance(request_timeout, int | float) else self.config.request_timeout
        started = monotonic()
        connection = self._free.pop() if self._free else _Connection(self.host, self.port, self._tls)
        try:
            connection.begin(seconds or 0.0)
            connection.request(method, self.path_prefix + target, body, {**self.headers, **(headers or {})})
            response = connection.getresponse()
            content = response.read()
        except BaseException as error:
            connection.close()
            raise _of_the_client(error) from error
        if response.will_close:
            connection.close()
        else:
            self._free.append(connection)
        meta = ApiResponseMeta(
            node=self.config,
            duration=monotonic() - started,
            http_version="1.1",
            status=response.status,
            headers=HttpHeaders(response.getheaders()),
        )
        return NodeApiResponse(meta, content)

    def close(self) -> None:
        while self._free:
            self._free.pop().close()


def _of_the_client(error: BaseException) -> BaseException:
    match error:
        case TimeoutError():
            return ConnectionTimeout("It took too long.", errors=(error,))
        case ssl.SSLError():
            return TlsError(str(error), errors=(error,))
        case OSError() | http.client.HTTPException() | ValueError():
            return ConnectionError(str(error) or type(error).__name__, errors=(error,))
    return error
