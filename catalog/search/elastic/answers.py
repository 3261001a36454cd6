"""What Elasticsearch answered, believed only as a whole.

Whatever stands at its address may be restarting, overloaded, half of it gone, or a proxy with a page of its own. An
answer with anything missing is none: the database knows better.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.conf import settings
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from catalog.search.breaker import EngineAway
from catalog.search.query import MAX_COUNT, Relation

from .client import client
from .indices import live_alias
from .orderings import SortValue
from .queries import Body


@dataclass(frozen=True, slots=True)
class Answer:
    """``hits`` are the sort values of each; ``total`` is 0 where it was not asked."""

    total: int
    relation: Relation
    hits: list[list[SortValue]]
    aggregations: Mapping[str, Any]


class Deadline:
    """Until when a search waits, however many requests it makes: ``ELASTICSEARCH_TIMEOUT`` seconds from now."""

    def __init__(self) -> None:
        self._ends_at: float = monotonic() + settings.ELASTICSEARCH_TIMEOUT
        self._is_begun = False

    def client(self) -> Elasticsearch:
        """The client with the time that is left. Raises ``EngineAway`` when there is none."""
        if not self._is_begun:
            self._is_begun = True
            return client()  # whose time-out is just that
        left = self._ends_at - monotonic()
        if left <= 0:
            raise EngineAway("Elasticsearch took too long.")
        return client().options(request_timeout=left)


def ask(bodies: Sequence[Body], deadline: Deadline) -> list[Answer]:
    """Ask the live index several things at once. Raises ``EngineAway`` unless it answered all, in time and in full."""
    about = {"index": live_alias(), "allow_partial_search_results": False}
    # The same words each time, since Elasticsearch keeps answers by what was asked.
    limit = {"timeout": f"{int(settings.ELASTICSEARCH_TIMEOUT * 1000)}ms"}
    try:
        answer = deadline.client().msearch(searches=[line for body in bodies for line in (about, body | limit)]).body
    except ApiError as error:
        raise EngineAway(f"Elasticsearch answered {error.meta.status}: {error.message}"[:500]) from error
    except TransportError as error:
        raise EngineAway(f"Elasticsearch does not answer: {error.message}"[:500]) from error
    except (RecursionError, ValueError) as error:
        raise EngineAway(f"Elasticsearch cannot be asked: {error}"[:500]) from error
    try:
        return [_read(one, body) for one, body in zip(answer["responses"], bodies, strict=True)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise EngineAway(f"The answer is not one of Elasticsearch: {str(answer)[:200]}") from error


def _read(answer: Any, asked: Body) -> Answer:
    """Raises one of several errors where an answer is not what was asked for."""
    if "error" in answer:
        raise EngineAway(f"Elasticsearch answered {answer['status']}: {answer['error']['type']}")
    shards = answer["_shards"]
    if answer["timed_out"] is not False or shards["failed"] != 0 or shards["successful"] != shards["total"]:
        raise EngineAway(f"Elasticsearch answered in part: {shards}"[:500])
    if shards["total"] < 1:
        raise ValueError("nobody answered")
    hits = [hit["sort"] for hit in answer["hits"]["hits"]] if asked["size"] else []
    if len(hits) > asked["size"] or any(not isinstance(values, list) for values in hits):
        raise ValueError("other hits")
    total, relation = _total(answer["hits"]) if asked["track_total_hits"] else (0, "eq")
    return Answer(total, relation, hits, answer["aggregations"] if "aggs" in asked else {})


def _total(hits: Mapping[str, Any]) -> tuple[int, Relation]:
    value, relation = hits["total"]["value"], hits["total"]["relation"]
    if type(value) is not int or value < 0 or relation not in ("eq", "gte"):
        raise ValueError("no total")
    return min(value, MAX_COUNT), relation
