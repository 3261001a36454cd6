"""Absolute addresses of this site."""

from django.conf import settings
from django.http import HttpRequest


def base_url(request: HttpRequest) -> str:
    """Scheme and host without a trailing slash: ``SITE_URL``, or in development the request's own."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def language_prefix(lang: str) -> str:
    """What the paths of pages in a language begin with: nothing in Vietnamese."""
    return "/en" if lang == "en" else ""


def verify_address(certificate_id: str, *, base: str = "", lang: str = "vi") -> str:
    """The page that says whether a certificate holds, in a language; without ``base`` its path alone.

    Not what ``reverse`` says: that has the language of the request.
    """
    return f"{base}{language_prefix(lang)}/verify/{certificate_id}/"
