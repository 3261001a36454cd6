"""Full text on SQLite: the FTS5 table ``catalog_listing_words``, made by a migration of this app."""
# ruff: noqa: S608 - only fixed text is pasted into SQL

from collections.abc import Sequence

from django.db import connection

from catalog.models import Listing

from .database import DatabaseEngine, Params
from .tiers import Term, Terms

_COLUMNS = (
    "name_exact",
    "name_folded",
    "name_joined",
    "own_former_place_folded",
    "producer_folded",
    "place_folded",
    "kind_folded",
    "other_former_place_folded",
)
_DELETE = "DELETE FROM catalog_listing_words WHERE rowid = %s"
_INSERT = f"INSERT INTO catalog_listing_words (rowid, {', '.join(_COLUMNS)}) VALUES (%s{', %s' * len(_COLUMNS)})"


class SqliteEngine(DatabaseEngine):
    name = "sqlite"
    counts_tables_at_once = True

    def matches(self, alternatives: Sequence[Terms], params: Params) -> str:
        name = f"words{len(params)}"
        params[name] = " OR ".join(f"({' AND '.join(map(_any_of, terms))})" for terms in alternatives)
        return f"l.product_id IN (SELECT rowid FROM catalog_listing_words WHERE catalog_listing_words MATCH %({name})s)"

    def write_words(self, product_ids: Sequence[int], listings: Sequence[Listing]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(_DELETE, [(product_id,) for product_id in product_ids])
            cursor.executemany(
                _INSERT, [(listing.pk, *(getattr(listing, column) for column in _COLUMNS)) for listing in listings]
            )


def _any_of(demand: Sequence[Term]) -> str:
    """An FTS5 expression. Words hold no quotes, and are quoted, so that none is ever an operator."""
    return "(" + " OR ".join(_found(term) for term in demand) + ")"


def _found(term: Term) -> str:
    return f'{{{" ".join(term.columns)}}} : "{term.word}"{"" if term.whole else " *"}'
