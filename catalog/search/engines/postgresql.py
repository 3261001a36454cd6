"""Full text on PostgreSQL: the column ``words`` of a listing, with an index of its lexemes (``lexemes``)."""

from collections.abc import Sequence

from catalog.models import Listing

from .database import DatabaseEngine, Params
from .lexemes import query_of, vector_of
from .tiers import Terms


class PostgresqlEngine(DatabaseEngine):
    name = "postgresql"
    tries_tiers = True

    def matches(self, alternatives: Sequence[Terms], params: Params) -> str:
        name = f"words{len(params)}"
        params[name] = " | ".join(f"({query_of(terms)})" for terms in alternatives)
        return f"l.words @@ %({name})s::tsquery"

    def column_of_words(self, listing: Listing) -> str:
        return vector_of(listing)

    def write_words(self, product_ids: Sequence[int], listings: Sequence[Listing]) -> None:
        """Nothing to do: the words stand in the listing."""
