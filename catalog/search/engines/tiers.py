"""How well a listing matches a text: the tiers of relevance, the same in every engine of the database.

All words must match. Within a tier the shorter name comes first, then the older product.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from catalog.search.query import SearchText

MIN_JOINED = 4  # letters of a word that may stand for two


class Term(NamedTuple):
    """A word, or the beginning of one, in any of some columns of a listing."""

    columns: tuple[str, ...]
    word: str


@dataclass(frozen=True, slots=True)
class Match:
    """In which columns every word must be found, and how.

    ``whole`` words or prefixes; with their accents or folded; ``joined``: a word may also be found run together with
    its neighbour, or stand for two adjacent words of the name.
    """

    columns: tuple[str, ...]
    whole: bool = False
    accented: bool = False
    joined: bool = False

    def terms(self, text: SearchText) -> list[list[Term]]:
        """For each word of the text, the terms of which one must be found. Empty: nothing can match."""
        words = text.accented if self.accented else text.folded
        if not self.joined:
            return [[Term(self.columns, word)] for word in dict.fromkeys(words)]
        alternatives: list[list[Term]] = []
        for at, word in enumerate(words):
            terms = [Term(self.columns, word)]
            if len(word) >= MIN_JOINED:
                terms.append(Term(("name_joined",), word))
            if at > 0:
                terms.append(Term(self.columns, words[at - 1] + word))
            if at + 1 < len(words):
                terms.append(Term(self.columns, word + words[at + 1]))
            if terms not in alternatives:
                alternatives.append(terms)
        return alternatives


_NAME = ("name_folded",)
_OWN = (*_NAME, "own_former_place_folded")
_NEAR = (*_OWN, "producer_folded", "place_folded", "kind_folded")
_ALL = (*_NEAR, "other_former_place_folded")

IN_NAME: Final = Match(_NAME, joined=True)
ANYWHERE: Final = Match(_ALL, joined=True)
# The best first; whatever matches ANYWHERE and none of these comes after them.
TIERS: Final = (
    Match(("name_exact",), accented=True, whole=True),
    Match(("name_exact",), accented=True),
    Match(_NAME, whole=True),
    Match(_NAME),
    Match(_OWN),
    IN_NAME,
    Match(_NEAR),
    Match(_ALL),
)


def by_words(text: SearchText, match: Match, contains: Callable[[str, str], str], params: dict[str, Any]) -> str:
    """A condition on a listing ``l`` that looks its words through, one by one.

    ``contains(text, part)`` is the database's own way to say that; words are letters and digits, so no ``part`` holds
    anything it could take for an operator.
    """
    terms = match.terms(text)
    if not terms:
        return "1 = 0"
    end = " " if match.whole else ""
    return " AND ".join(
        f"({' OR '.join(_found(term, end, contains, params) for term in alternatives)})" for alternatives in terms
    )


def _found(term: Term, end: str, contains: Callable[[str, str], str], params: dict[str, Any]) -> str:
    part = f" {term.word}{end}"
    name = next((name for name, value in params.items() if value == part), f"part{len(params)}")
    params[name] = part
    return " OR ".join(contains(f"' ' || l.{column} || ' '", f"%({name})s") for column in term.columns)
