"""Words on PostgreSQL: compared with LIKE over the folded columns of the listing."""

from collections.abc import Sequence

from catalog.models import Listing
from catalog.search.query import SearchText

from .database import DatabaseEngine, Params
from .tiers import Match, Term


class PostgresqlEngine(DatabaseEngine):
    name = "postgresql"

    def matches(self, text: SearchText, match: Match, params: Params) -> str:
        terms = match.terms(text)
        if not terms:
            return "1 = 0"
        return " AND ".join(_any_of(alternatives, match, params) for alternatives in terms)

    def write_words(self, product_ids: Sequence[int], listings: Sequence[Listing]) -> None:
        """Nothing to do: the words are read where ``refresh_listings`` writes them."""


def _any_of(terms: list[Term], match: Match, params: Params) -> str:
    """Words are letters and digits only, so that no pattern holds a wildcard of its own."""
    found = []
    for term in terms:
        name = f"words{len(params)}"
        params[name] = f"% {term.word} %" if match.whole else f"% {term.word}%"
        found += [f"' ' || l.{column} || ' ' LIKE %({name})s" for column in term.columns]
    return f"({' OR '.join(found)})"
