import pytest

from catalog.search.engines.sqlite import SqliteEngine

from .pages import PagesContract
from .words import WordsContract


@pytest.mark.sqlite
class TestSqliteEngine(WordsContract, PagesContract):
    counts_in = ("catalog.search.engines.database",)

    @pytest.fixture
    def engine(self) -> SqliteEngine:
        return SqliteEngine()
