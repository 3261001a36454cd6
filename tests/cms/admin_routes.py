"""Every route of Wagtail's admin, with an address that names something real where a route takes an argument."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """``name`` as ``reverse`` knows it, or the pattern where it has none; ``arguments`` by name."""

    name: str
    pattern: str
    arguments: tuple[str, ...]


def admin_routes() -> list[Route]:
    """Every pattern below ``/admin/``, with its namespace."""
    routes: dict[str, Route] = {}
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and str(resolver.pattern) == "admin/":
            for route in _walk(resolver, "admin/", ""):
                routes.setdefault(f"{route.name} {route.pattern}", route)
    return list(routes.values())


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = ":".join(filter(None, (namespace, entry.namespace)))
            yield from _walk(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            name = ":".join(filter(None, (namespace, entry.name or "")))
            yield Route(name or pattern, pattern, tuple(entry.pattern.regex.groupindex))
