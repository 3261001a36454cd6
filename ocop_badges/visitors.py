"""Where a request comes from, for limits on how often somebody may try."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The IP address of the client; empty where a server tells none (a socket without a proxy's word).

    ``settings.PROXY_COUNT`` proxies of ours stand in front. Each adds the address it saw to the end of
    ``X-Forwarded-For``; what stands further left was written by the client and proves nothing.
    """
    peer: str = request.META.get("REMOTE_ADDR") or ""
    if settings.PROXY_COUNT < 1:
        return peer
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return forwarded[-settings.PROXY_COUNT] if len(forwarded) >= settings.PROXY_COUNT else peer
