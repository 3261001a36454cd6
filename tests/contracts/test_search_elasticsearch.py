import pytest

from catalog.search.elastic.engine import ElasticsearchEngine
from catalog.search.query import Hits, ListingQuery, Suggestion
from tests.elastic_fixtures import elastic, elastic_server, sync

from .pages import PagesContract
from .words import WordsContract

__all__ = ["elastic", "elastic_server"]


class SyncedEngine(ElasticsearchEngine):
    """The engine, its index told of every change before it is asked."""

    def search(self, query: ListingQuery) -> Hits:
        sync()
        return super().search(query)

    def suggest(self, text: str, *, lang: str, limit: int) -> list[Suggestion]:
        sync()
        return super().suggest(text, lang=lang, limit=limit)


@pytest.mark.elasticsearch
@pytest.mark.usefixtures("elastic")
class TestElasticsearchEngine(WordsContract, PagesContract):
    counts_in = ("catalog.search.elastic.queries", "catalog.search.elastic.answers")

    @pytest.fixture
    def engine(self) -> SyncedEngine:
        return SyncedEngine()
