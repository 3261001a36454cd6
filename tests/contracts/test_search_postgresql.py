import pytest

from catalog.search.engines.postgresql import PostgresqlEngine

from .search import SearchContract


@pytest.mark.postgresql
class TestPostgresqlEngine(SearchContract):
    @pytest.fixture
    def engine(self) -> PostgresqlEngine:
        return PostgresqlEngine()
