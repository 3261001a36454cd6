"""What the published schema holds: the public contract, not the content system's own endpoints."""

from collections.abc import Callable
from typing import Any

Endpoint = tuple[str, str, str, Callable[..., Any]]


def public_endpoints(endpoints: list[Endpoint]) -> list[Endpoint]:
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def refused_bodies(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Whatever takes a body refuses one that is too large (413) or no JSON (415), as it refuses a bad one (400)."""
    for path in result["paths"].values():
        for operation in path.values():
            if "requestBody" in operation:
                answers = operation["responses"]
                answers.update({"413": answers["400"], "415": answers["400"]})
                operation["responses"] = dict(sorted(answers.items()))
    return result
