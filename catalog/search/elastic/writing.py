"""Documents on their way into indices."""

from collections.abc import Mapping, Sequence
from json import dumps
from typing import Any

from elasticsearch import Elasticsearch

from .client import IndexAway, away_if_it_fails, patient
from .documents import load_documents
from .indices import writes_alias

__all__ = ["IndexAway", "send_documents", "write_documents"]

_DONE = range(200, 300)
_NEWER_IS_THERE = 409
_REFUSED = 400  # the document's own fault: any other failure is the server's or the index's


def write_documents(*, client: Elasticsearch, indices: Sequence[str], versions: Mapping[int, int]) -> dict[int, str]:
    """Bring products to these versions, or newer, in every index. Returns product id → reason of those refused.

    ``versions`` were read before this call, so what is loaded now is at least as new. Products that are not listed are
    deleted, which refuses older writes for ``GC_DELETES``. A version that is there already counts as written.
    Raises ``IndexAway``: anything may or may not have been written, and all of it may be sent again.
    """
    return send_documents(client=client, indices=indices, versions=versions, documents=load_documents(versions))


def send_documents(
    *,
    client: Elasticsearch,
    indices: Sequence[str],
    versions: Mapping[int, int],
    documents: Mapping[int, Mapping[str, Any]],
) -> dict[int, str]:
    """The same with documents at hand; it does not touch the database."""
    if not indices:
        raise IndexAway("There is no index to write to; search_rebuild makes one.")
    if not versions:
        return {}
    targets = [writes_alias(name) for name in indices]
    lines: list[Any] = []  # strings, which go out as they are
    for product_id, version in versions.items():
        document = documents.get(product_id)
        body = None if document is None else dumps(document, ensure_ascii=False, separators=(",", ":"))
        for target in targets:
            about = f'{{"_index":"{target}","_id":"{product_id}","version":{version},"version_type":"external_gte"}}'
            if body is None:
                lines.append(f'{{"delete":{about}}}')
            else:
                lines += (f'{{"index":{about}}}', body)
    with away_if_it_fails():
        items = patient(client).bulk(operations=lines, require_alias=True).body["items"]
        if len(items) != len(versions) * len(targets):
            raise ValueError("another answer")
        outcomes = [outcome for item in items for outcome in item.values()]
        return _refusals(outcomes)


def _refusals(outcomes: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Raises ``IndexAway`` where it was not the document that an item failed by."""
    refused: dict[int, str] = {}
    for outcome in outcomes:
        status = outcome["status"]
        if status in _DONE or status == _NEWER_IS_THERE or outcome.get("result") == "not_found":
            continue
        reason = _reason(outcome["error"])
        if status != _REFUSED:
            raise IndexAway(f"Elasticsearch answered {status} for a document: {reason}"[:500])
        refused[int(outcome["_id"])] = reason
    return refused


def _reason(error: Mapping[str, Any]) -> str:
    """What Elasticsearch says, the cause included: it alone names the field."""
    said = f"{error['type']}: {error['reason']}"
    cause = error.get("caused_by")
    return said if cause is None else f"{said} ({cause['type']}: {cause['reason']})"
