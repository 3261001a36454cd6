"""Absolute addresses of this site."""

from django.conf import settings
from django.http import HttpRequest


def base_url(request: HttpRequest) -> str:
    """Scheme and host without a trailing slash: ``SITE_URL``, or in development the request's own."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"
