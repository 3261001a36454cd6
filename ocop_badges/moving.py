"""Answers at an address that something had before."""

from django.http import HttpRequest, HttpResponsePermanentRedirect


def moved_to(request: HttpRequest, path: str) -> HttpResponsePermanentRedirect:
    """308 to where it is now: the method and the query stay."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path, preserve_request=True)
