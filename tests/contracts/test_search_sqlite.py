import pytest

from catalog.search.engines.sqlite import SqliteEngine

from .search import SearchContract


class TestSqliteEngine(SearchContract):
    @pytest.fixture
    def engine(self) -> SqliteEngine:
        return SqliteEngine()
