"""The words of a listing as a ``tsvector`` of PostgreSQL, and what must be found among them as a ``tsquery``.

Both are written as literals, the same as the configuration ``simple`` makes of words it leaves alone. Its parser is
kept out: it takes some of our words apart (numbers with letters, letters that the locale of the server does not know),
while a query must be split exactly as the listing was, on every engine.

A folded word stands there by itself, and once more with a mark for each column it is in; words with their accents and
words run together have a mark only. Marks and not weights, since an index keeps no weights: so it answers every tier
of relevance by itself, and PostgreSQL knows how many listings each will be.
"""

from collections.abc import Sequence
from typing import Final

from catalog.models import Listing

from .tiers import Term, Terms

MAX_LETTERS = 500  # of a word; a lexeme has at most 2,046 bytes

# What begins a lexeme of each column; no word begins so. Former names of the province have none: whatever is looked
# for among them is looked for everywhere.
MARKS: Final = {
    "name_folded": "^",
    "own_former_place_folded": "<",
    "producer_folded": "@",
    "place_folded": "#",
    "kind_folded": "%",
    "name_exact": "=",
    "name_joined": "+",
}
_EVERYWHERE: Final = "other_former_place_folded"
_FOLDED: Final = (
    "name_folded",
    "own_former_place_folded",
    "producer_folded",
    "place_folded",
    "kind_folded",
    _EVERYWHERE,
)


def vector_of(listing: Listing) -> str:
    """The ``tsvector`` of a listing."""
    lexemes = {word for column in _FOLDED for word in _words(listing, column)}
    lexemes |= {mark + word for column, mark in MARKS.items() for word in _words(listing, column)}
    return " ".join(f"'{lexeme}'" for lexeme in sorted(lexemes))


def query_of(terms: Terms) -> str:
    """The ``tsquery`` of what must be found."""
    return " & ".join(f"({' | '.join(_operands(demand))})" for demand in terms)


def _operands(demand: Sequence[Term]) -> list[str]:
    found: list[str] = []
    for term in demand:
        columns = [column for column in term.columns if column in MARKS]
        marks = [MARKS[column] for column in columns]
        if _EVERYWHERE in term.columns:
            marks = ["", *(MARKS[column] for column in columns if column not in _FOLDED)]
        found += [f"'{mark}{term.word[:MAX_LETTERS]}'{'' if term.whole else ':*'}" for mark in marks]
    return list(dict.fromkeys(found))


def _words(listing: Listing, column: str) -> list[str]:
    words: list[str] = getattr(listing, column).split()
    return [word[:MAX_LETTERS] for word in words]
