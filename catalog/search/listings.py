"""The search as the rest of the shop sees it: Elasticsearch where there is one and it answers, else the database."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from .breaker import Breaker, EngineAway
from .elastic.client import is_configured
from .elastic.engine import ElasticsearchEngine
from .engines import database_engine
from .query import Hits, ListingQuery, Suggestion

MAX_SUGGESTIONS = 10

Answer = TypeVar("Answer")

_elasticsearch = ElasticsearchEngine()
_breaker = Breaker("Elasticsearch")  # one a process


class Engine(Protocol):
    """What every engine can do. Both raise ``EngineAway`` where it cannot just now."""

    @property
    def name(self) -> str: ...

    def search(self, query: ListingQuery) -> Hits: ...

    def suggest(self, text: str, *, lang: str, limit: int) -> list[Suggestion]: ...


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Names that begin so, the best first, and the engine that found them."""

    engine: str
    found: list[Suggestion]


def search(query: ListingQuery) -> Hits:
    """A page of listings. Raises ``ocop_badges.cursors.BadCursor`` for a cursor that no page handed out."""
    return _ask(lambda engine: engine.search(query))


def suggest(text: str, *, lang: str) -> Suggestions:
    """Names that begin with what was typed so far, at most ten."""
    return _ask(lambda engine: Suggestions(engine.name, engine.suggest(text, lang=lang, limit=MAX_SUGGESTIONS)))


def elasticsearch_is_left_alone() -> bool:
    """Whether the database answers in this process for now, as Elasticsearch failed."""
    return _breaker.is_open


def _ask(question: Callable[[Engine], Answer]) -> Answer:
    if is_configured():
        try:
            return _breaker.call(lambda: question(_elasticsearch))
        except EngineAway:  # the breaker has told the log
            pass
    return question(database_engine())
