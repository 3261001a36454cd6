from collections.abc import Sequence

import pytest

from catalog.search.engines.postgresql import PostgresqlEngine
from catalog.search.engines.sqlite import SqliteEngine

from .corpus import Described
from .ranking import RelevanceContract


@pytest.mark.sqlite
class TestSqliteRelevance(RelevanceContract):
    aim = 0.90

    @pytest.fixture
    def engine(self, corpus: Sequence[Described]) -> SqliteEngine:
        return SqliteEngine()


@pytest.mark.postgresql
class TestPostgresqlRelevance(RelevanceContract):
    aim = 0.90

    @pytest.fixture
    def engine(self, corpus: Sequence[Described]) -> PostgresqlEngine:
        return PostgresqlEngine()
