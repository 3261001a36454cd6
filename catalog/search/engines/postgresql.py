"""Words on PostgreSQL, looked through in the folded columns of the listing."""

from collections.abc import Sequence

from catalog.models import Listing
from catalog.search.query import SearchText

from .database import DatabaseEngine, Params
from .tiers import Corrections, Match, by_words


class PostgresqlEngine(DatabaseEngine):
    name = "postgresql"

    def matches(self, text: SearchText, match: Match, corrections: Corrections, params: Params) -> str:
        return by_words(text, match, self.contains, params, corrections)

    def contains(self, text: str, part: str) -> str:
        return f"STRPOS({text}, {part}) > 0"

    def write_words(self, product_ids: Sequence[int], listings: Sequence[Listing]) -> None:
        """Nothing to do: the words are read where ``refresh_listings`` writes them."""
