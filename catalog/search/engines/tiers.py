"""How well a listing matches a text: the tiers of relevance, the same in every engine.

All words must match. Within a tier the shorter name comes first, then the older product. Where no listing at all
matches a text as it was typed, words one letter away count too: a second ladder, tried only then.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from catalog.search.query import SearchText
from catalog.search.spelling import may_have_typo, spellings

MIN_JOINED = 4  # letters of a word that may stand for two

Corrections = Mapping[str, Sequence[str]]  # a word with a typo → the words of the shop one letter away


class Term(NamedTuple):
    """A word, or the beginning of one, in any of some columns of a listing.

    ``whole``: not only the beginning; ``near``: a whole word one letter away will do as well.
    """

    columns: tuple[str, ...]
    word: str
    whole: bool = False
    near: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """In which columns every word must be found, and how.

    ``whole`` words or prefixes; with their accents or folded; ``loose``: a word may also be found in another spelling,
    run together with its neighbour, or stand for two adjacent words of the name; ``near``: with a typo.
    """

    columns: tuple[str, ...]
    whole: bool = False
    accented: bool = False
    loose: bool = False
    near: bool = False

    def terms(self, text: SearchText) -> list[list[Term]]:
        """For each word of the text, the terms of which one must be found. Empty: nothing can match."""
        words = text.accented if self.accented else text.folded
        if not self.loose:
            return [[self._term(word)] for word in dict.fromkeys(words)]
        alternatives: list[list[Term]] = []
        for at, word in enumerate(words):
            terms = [term for spelled in (word, *spellings(word)) for term in self._one(spelled)]
            pairs = _joined(words[at - 1], word) if at > 0 else []
            pairs += _joined(word, words[at + 1]) if at + 1 < len(words) else []
            terms += [self._pair(pair) for pair in pairs]
            distinct = list(dict.fromkeys(terms))
            if distinct not in alternatives:
                alternatives.append(distinct)
        return alternatives

    def _term(self, word: str, *more_columns: str) -> Term:
        return Term((*self.columns, *more_columns), word, whole=self.whole, near=self.near and may_have_typo(word))

    def _one(self, word: str) -> list[Term]:
        return [self._term(word, "name_joined") if len(word) >= MIN_JOINED else self._term(word)]

    def _pair(self, pair: str) -> Term:
        return self._term(pair, "name_joined") if self.near else self._term(pair)


def _joined(one: str, other: str) -> list[str]:
    """Two words run together, in every spelling of either."""
    pairs = [one + other, *spellings(one + other)]
    pairs += [one + spelled for spelled in spellings(other)] + [spelled + other for spelled in spellings(one)]
    return list(dict.fromkeys(pairs))


_NAME = ("name_folded",)
_OWN = (*_NAME, "own_former_place_folded")
_NEAR_BY = (*_OWN, "producer_folded", "place_folded", "kind_folded")
_ALL = (*_NEAR_BY, "other_former_place_folded")

IN_NAME: Final = Match(_NAME, loose=True)


@dataclass(frozen=True, slots=True)
class Ladder:
    """What counts as found, and how that is ranked: tiers from ``first_tier`` on, the best first.

    Whatever matches ``anywhere`` and no tier comes after them all.
    """

    anywhere: Match
    tiers: tuple[Match, ...]
    first_tier: int


EXACTLY: Final = Ladder(
    anywhere=Match(_ALL, loose=True),
    tiers=(
        Match(("name_exact",), accented=True, whole=True),
        Match(("name_exact",), accented=True),
        Match(_NAME, whole=True),
        Match(_NAME),
        Match(_OWN),
        IN_NAME,
        Match(_NEAR_BY),
        Match(_ALL),
    ),
    first_tier=0,
)
NEARLY: Final = Ladder(
    anywhere=Match(_ALL, loose=True, near=True),
    tiers=(Match(_NAME, loose=True, near=True), Match(_NEAR_BY, loose=True, near=True)),
    first_tier=100,
)


def near_words(match: Match, text: SearchText) -> list[str]:
    """The words of a text that may have a typo, each once: what an engine needs corrections of."""
    terms = (term for alternatives in match.terms(text) for term in alternatives)
    return list(dict.fromkeys(term.word for term in terms if term.near))


def corrected(alternatives: Sequence[Term], corrections: Corrections) -> list[Term]:
    """The terms with each typo's corrections beside it, for an engine that does not look near by itself."""
    found: list[Term] = []
    for term in alternatives:
        found.append(term._replace(near=False))
        if term.near:
            found += [Term(term.columns, word, whole=True) for word in corrections.get(term.word, ())]
    return found


def by_words(
    text: SearchText,
    match: Match,
    contains: Callable[[str, str], str],
    params: dict[str, Any],
    corrections: Corrections,
) -> str:
    """A condition on a listing ``l`` that looks its words through, one by one.

    ``contains(text, part)`` is the database's own way to say that; words are letters and digits, so no ``part`` holds
    anything it could take for an operator.
    """
    terms = match.terms(text)
    if not terms:
        return "1 = 0"
    return " AND ".join(
        f"({' OR '.join(_found(term, contains, params) for term in corrected(alternatives, corrections))})"
        for alternatives in terms
    )


def _found(term: Term, contains: Callable[[str, str], str], params: dict[str, Any]) -> str:
    part = f" {term.word}{' ' if term.whole else ''}"
    name = next((name for name, value in params.items() if value == part), f"part{len(params)}")
    params[name] = part
    return " OR ".join(contains(f"' ' || l.{column} || ' '", f"%({name})s") for column in term.columns)
