"""The words of the shop, for the engines of the database to find which one a typo meant.

Typo tolerance by a fallback: only where no listing matches a text as it was typed are near words looked for, so an
exact match is never diluted, and never pays. Elasticsearch looks near by itself. A database looks up shapes: the typed
word and all it becomes when one letter is left out (``spelling.shapes``). Two words one letter apart share a shape, so
one indexed query finds every candidate, and ``spelling.is_near`` drops those that are two letters away.

Words are only ever added. What no listing has any more matches nothing, so it does no harm; a shop's words are a few
thousand, whatever its number of products, and of words run together only short ones are kept.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from django.db import connection
from django.db.models import F

from catalog.models import Listing, SearchWord

from .folding import BEGINS
from .spelling import MAX_NEAR, MIN_NEAR, is_near, shapes

MAX_JOINED = 9  # letters of words run together that are kept
BATCH = 1_000
_COLUMNS: Final = (
    "name_folded",
    "producer_folded",
    "place_folded",
    "own_former_place_folded",
    "other_former_place_folded",
    "kind_folded",
)


def words_of(listings: Iterable[Listing]) -> set[str]:
    """The words by which these listings are found and that a typo may have meant."""
    lines = {getattr(listing, column) for listing in listings for column in _COLUMNS}
    joined = {listing.name_joined for listing in listings}
    return _kept(lines, MAX_NEAR) | _kept(joined, MAX_JOINED)


def _kept(lines: Iterable[str], longest: int) -> set[str]:
    # A word of four letters may have been typed for one of three.
    words = {word for line in lines for word in line.split()}
    return {word for word in words if MIN_NEAR - 1 <= len(word) <= longest and not word.startswith(BEGINS)}


def learn_words(words: Collection[str]) -> None:
    """Add what is new of these words. Part of the caller's transaction.

    Rows go in sorted, so that two transactions which learn the same words wait for each other in one direction only.
    """
    ordered = sorted(words)
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        # A word is kept under itself too, whatever its other shapes.
        known = set(SearchWord.objects.filter(shape__in=batch, word=F("shape")).values_list("word", flat=True))
        new = [(shape, word) for word in batch if word not in known for shape in sorted(kept_shapes(word))]
        if new:
            _insert(new)


def _insert(rows: Sequence[tuple[str, str]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO catalog_searchword (shape, word) SELECT * FROM UNNEST(%s::text[], %s::text[])"
                " ON CONFLICT DO NOTHING",
                [[shape for shape, _ in rows], [word for _, word in rows]],
            )
        else:
            cursor.executemany(
                "INSERT INTO catalog_searchword (shape, word) VALUES (%s, %s) ON CONFLICT DO NOTHING", rows
            )


def kept_shapes(word: str) -> set[str]:
    """The shapes under which a word is kept: whoever typed four letters for a word of three left none out."""
    return shapes(word) if len(word) >= MIN_NEAR else {word}


def corrections(words: Sequence[str]) -> dict[str, list[str]]:
    """For each folded word the words of the shop one letter away, in alphabetical order. At most one query."""
    typed = {word: shapes(word) for word in words}
    wanted = set().union(*typed.values())
    if not wanted:
        return {}
    by_shape: defaultdict[str, set[str]] = defaultdict(set)
    for shape, word in SearchWord.objects.filter(shape__in=wanted).values_list("shape", "word"):
        by_shape[shape].add(word)
    return {
        word: sorted(
            {other for shape in of_word for other in by_shape[shape] if other != word and is_near(word, other)}
        )
        for word, of_word in typed.items()
    }
