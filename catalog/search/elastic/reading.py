"""What an index holds, to be compared with what it should hold."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from .client import away_if_it_fails, patient

PAGE = 1_001  # one more than a stretch of ids usually holds, so that there is no second page to ask for


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as an index has it."""

    version: int
    document: Mapping[str, Any]


def stored_between(
    client: Elasticsearch, name: str, *, after: int, upto: int | None
) -> Iterator[list[tuple[int, Stored]]]:
    """The documents with ``after < id <= upto`` in id order, as of the last refresh, in pages. Raises ``IndexAway``."""
    while True:
        page = _page(client, name, after=after, upto=upto)
        yield page
        if len(page) < PAGE:
            return
        after = page[-1][0]


def _page(client: Elasticsearch, name: str, *, after: int, upto: int | None) -> list[tuple[int, Stored]]:
    bounds = {"gt": after} if upto is None else {"gt": after, "lte": upto}
    with away_if_it_fails():
        answer = patient(client).search(
            index=name,
            query={"range": {"id": bounds}},
            sort=[{"id": "asc"}],
            size=PAGE,
            version=True,
            track_total_hits=False,
            allow_partial_search_results=False,
        )
        hits = answer.body["hits"]["hits"]
        return [(hit["sort"][0], Stored(hit["_version"], hit["_source"])) for hit in hits]


def stored_documents(client: Elasticsearch, name: str, product_ids: Collection[int]) -> dict[int, Stored]:
    """Those of the documents that are there at this moment, by product id. Raises ``IndexAway``."""
    if not product_ids:
        return {}
    with away_if_it_fails():
        docs = patient(client).mget(index=name, ids=[str(product_id) for product_id in product_ids]).body["docs"]
        if error := next((doc["error"] for doc in docs if "error" in doc), None):
            raise ValueError(error)
        return {int(doc["_id"]): Stored(doc["_version"], doc["_source"]) for doc in docs if doc["found"]}


def stored_versions(client: Elasticsearch, name: str, product_ids: Collection[int]) -> dict[int, int]:
    """The versions of those of the documents that are there at this moment. Raises ``IndexAway``."""
    if not product_ids:
        return {}
    ids = [str(product_id) for product_id in product_ids]
    with away_if_it_fails():
        docs = patient(client).mget(index=name, ids=ids, source=False).body["docs"]
        return {int(doc["_id"]): doc["_version"] for doc in docs if doc["found"]}
