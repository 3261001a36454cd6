"""Words on PostgreSQL, looked through in the folded columns of the listing."""

from collections.abc import Sequence

from catalog.models import Listing

from .columns import in_columns
from .database import DatabaseEngine, Params
from .tiers import Terms


class PostgresqlEngine(DatabaseEngine):
    name = "postgresql"

    def matches(self, terms: Terms, params: Params) -> str:
        return in_columns(terms, self.contains, params)

    holds = matches

    def contains(self, text: str, part: str) -> str:
        return f"STRPOS({text}, {part}) > 0"

    def write_words(self, product_ids: Sequence[int], listings: Sequence[Listing]) -> None:
        """Nothing to do: the words are read where ``refresh_listings`` writes them."""
