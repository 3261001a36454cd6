import pytest

from catalog.search.engines import ranking
from catalog.search.engines.postgresql import PostgresqlEngine

from .pages import PagesContract
from .words import WordsContract


@pytest.mark.postgresql
class TestPostgresqlEngine(WordsContract, PagesContract):
    counts_in = ("catalog.search.engines.database",)

    @pytest.fixture
    def engine(self) -> PostgresqlEngine:
        return PostgresqlEngine()


@pytest.mark.postgresql
class TestPostgresqlEngineWithManyHits(WordsContract, PagesContract):
    """The way of a text with thousands of hits, which finds the same."""

    counts_in = ("catalog.search.engines.database",)

    @pytest.fixture
    def engine(self, monkeypatch: pytest.MonkeyPatch) -> PostgresqlEngine:
        monkeypatch.setattr(ranking, "MANY", 0)
        return PostgresqlEngine()
