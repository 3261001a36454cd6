"""The search as the rest of the shop sees it."""

from .engines import database_engine
from .query import Hits, ListingQuery, Suggestion

MAX_SUGGESTIONS = 10


def search(query: ListingQuery) -> Hits:
    """A page of listings. Raises ``ocop_badges.cursors.BadCursor`` for a cursor that no page handed out."""
    return database_engine().search(query)


def suggest(text: str, *, lang: str) -> list[Suggestion]:
    """Names that begin with what was typed so far, at most ten, the best first."""
    return database_engine().suggest(text, lang=lang, limit=MAX_SUGGESTIONS)
