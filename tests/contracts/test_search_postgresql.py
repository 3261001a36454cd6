import pytest

from catalog.search.engines.postgresql import PostgresqlEngine

from .pages import PagesContract
from .words import WordsContract


@pytest.mark.postgresql
class TestPostgresqlEngine(WordsContract, PagesContract):
    @pytest.fixture
    def engine(self) -> PostgresqlEngine:
        return PostgresqlEngine()
