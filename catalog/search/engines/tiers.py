"""How well a listing matches a text: the tiers of relevance, the same in every engine.

All words must match. Within a tier the shorter name comes first, then the older product. Where no listing at all
matches a text as it was typed, words one letter away count too: a second ladder, tried only then.

A Vietnamese name says first what a thing is (*gạo nếp* is rice, *rượu gạo* a spirit), so a name that begins with what
was typed comes before one that holds it. Accents count where any were typed. Only the last word may be unfinished
without being taken for less.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from catalog.search.folding import BEGINS
from catalog.search.query import SearchText
from catalog.search.spelling import is_near, may_have_typo, spellings

MIN_JOINED = 4  # letters of a word that may stand for two

Terms = Sequence[Sequence["Term"]]  # of each inner sequence one must be found
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

    ``prefixes``: which words may go on after what was typed: ``last`` is the one somebody may be typing still.
    ``accented``: with the accents typed; nothing matches where none were.
    ``plain``: nothing matches where accents were typed.
    ``spelled``: another spelling will do as well.
    ``together``: the words follow one another in the name.
    ``begins``: the first word is the first of a text in that column (``catalog.search.folding.BEGINS``).
    ``loose``: a word may also be run together with its neighbour, or stand for adjacent words of the name.
    ``near``: a word may have a typo.
    """

    columns: tuple[str, ...]
    prefixes: Literal["none", "last", "all"] = "none"
    accented: bool = False
    plain: bool = False
    spelled: bool = False
    together: bool = False
    begins: str = ""
    loose: bool = False
    near: bool = False

    def terms(self, text: SearchText) -> Terms:
        """What must be found, for each word and each demand on them. Empty: nothing can match."""
        fits = not (text.has_accents if self.plain else self.accented and not text.has_accents)
        if not fits or not text.folded:
            return []
        words = text.accented if self.accented else text.folded
        demands = [self._word(words, at) for at in range(len(words))]
        if self.together:
            demands += [self._pair(text.folded, at) for at in range(1, len(text.folded))]
        if self.begins:
            demands.append(self._first(text.folded))
        return list(dict.fromkeys(demands))

    def _word(self, words: Sequence[str], at: int) -> tuple[Term, ...]:
        word, whole = words[at], self._is_whole(words, at)
        terms = [Term(self._columns(word), word, whole, self._is_near(word))]
        terms += [Term(self._columns(spelled), spelled, whole) for spelled in self._spellings(word)]
        if self.loose:
            pairs = _joined(words[at - 1], word) if at > 0 else []
            pairs += _joined(word, words[at + 1]) if at + 1 < len(words) else []
            terms += [Term(self.columns, pair, whole) for pair in pairs]
        return tuple(dict.fromkeys(terms))

    def _pair(self, words: Sequence[str], at: int) -> tuple[Term, ...]:
        one, other, whole = words[at - 1], words[at], self._is_whole(words, at)
        near = self._is_near(one) or self._is_near(other)
        terms = [Term(_JOINED, one + other, whole, near)]
        if self.spelled:
            terms += [Term(_JOINED, pair, whole) for pair in _joined(one, other)]
        return tuple(dict.fromkeys(terms))

    def _first(self, words: Sequence[str]) -> tuple[Term, ...]:
        word, whole = words[0], self._is_whole(words, 0)
        terms = [Term((self.begins,), BEGINS + word, whole, self._is_near(word))]
        terms += [Term((self.begins,), BEGINS + spelled, whole) for spelled in self._spellings(word)]
        if self.loose and len(words) > 1:
            whole = self._is_whole(words, 1)
            terms += [Term((self.begins,), BEGINS + pair, whole) for pair in _joined(word, words[1])]
        return tuple(dict.fromkeys(terms))

    def _is_whole(self, words: Sequence[str], at: int) -> bool:
        return self.prefixes == "none" or (self.prefixes == "last" and at < len(words) - 1)

    def _is_near(self, word: str) -> bool:
        return self.near and may_have_typo(word)

    def _spellings(self, word: str) -> tuple[str, ...]:
        return spellings(word) if self.spelled else ()

    def _columns(self, word: str) -> tuple[str, ...]:
        return (*self.columns, *_JOINED) if self.loose and len(word) >= MIN_JOINED else self.columns


def _joined(one: str, other: str) -> list[str]:
    """Two words run together, in every spelling of either."""
    pairs = [one + other, *spellings(one + other)]
    pairs += [one + spelled for spelled in spellings(other)] + [spelled + other for spelled in spellings(one)]
    return list(dict.fromkeys(pairs))


@dataclass(frozen=True, slots=True)
class Ladder:
    """What counts as found, and how that is ranked: tiers from ``first_tier`` on, the best first.

    Whatever matches ``anywhere`` and no tier comes after them all. A tier may have no terms for a text: it is empty.
    """

    anywhere: Match
    tiers: tuple[Match, ...]
    first_tier: int

    @property
    def last_tier(self) -> int:
        """That of whatever matches ``anywhere`` only."""
        return self.first_tier + len(self.tiers)


_JOINED: Final = ("name_joined",)
_EXACT: Final = ("name_exact",)
_NAME: Final = ("name_folded",)
_KIND: Final = ("kind_folded",)
_PRODUCER: Final = ("producer_folded",)
_PLACE: Final = ("place_folded",)
_OWN_FORMER: Final = ("own_former_place_folded",)
_OWN: Final = (*_NAME, *_OWN_FORMER)
_NEAR_BY: Final = (*_OWN, *_PRODUCER, *_PLACE, *_KIND)
_ALL: Final = (*_NEAR_BY, "other_former_place_folded")
_BEGINS: Final = "name_joined"

IN_NAME: Final = Match(_NAME, prefixes="all", spelled=True, loose=True)

EXACTLY: Final = Ladder(
    anywhere=Match(_ALL, prefixes="all", spelled=True, loose=True),
    tiers=(
        Match(_EXACT, accented=True, together=True, begins=_BEGINS),
        Match(_EXACT, prefixes="last", accented=True, together=True, begins=_BEGINS),
        Match(_NAME, plain=True, together=True, begins=_BEGINS),
        Match(_KIND, begins="kind_folded"),
        Match(_EXACT, accented=True, together=True),
        Match(_NAME, together=True, begins=_BEGINS),
        Match(_NAME, together=True),
        Match(_NAME, prefixes="last", together=True, begins=_BEGINS),
        Match(_NAME, spelled=True, together=True, loose=True, begins=_BEGINS),
        Match(_NAME, spelled=True, together=True),
        Match(_NAME, prefixes="last", together=True),
        Match(_OWN_FORMER, spelled=True),
        Match(_KIND),
        Match(_PLACE, spelled=True),
        Match(_PRODUCER),
        Match(_EXACT, accented=True),
        Match(_NAME),
        Match(_OWN, begins=_BEGINS),
        Match(_NEAR_BY, begins=_BEGINS),
        Match(_NAME, prefixes="all"),
        Match(_OWN),
        Match(_NEAR_BY, spelled=True),
        IN_NAME,
        Match(_OWN, prefixes="all"),
        Match(_NEAR_BY, prefixes="all"),
    ),
    first_tier=0,
)
NEARLY: Final = Ladder(
    anywhere=Match(_ALL, prefixes="all", spelled=True, loose=True, near=True),
    tiers=(
        Match(_NAME, prefixes="last", together=True, begins=_BEGINS, near=True),
        Match(_NAME, prefixes="last", together=True, near=True),
        Match(_NAME, prefixes="all", spelled=True, loose=True, near=True),
        Match(_NEAR_BY, begins=_BEGINS, near=True),
        Match(_NEAR_BY, prefixes="all", spelled=True, loose=True, near=True),
    ),
    first_tier=100,
)


def near_words(text: SearchText) -> list[str]:
    """The words of a text that may have a typo, each once: what an engine needs corrections of."""
    return [word for word in dict.fromkeys(text.folded) if may_have_typo(word)]


def corrected(alternatives: Sequence[Term], text: SearchText, corrections: Corrections) -> list[Term]:
    """The terms with each typo's corrections beside it, for an engine that does not look near by itself."""
    found: list[Term] = []
    for term in alternatives:
        found.append(term._replace(near=False))
        if term.near:
            found += [Term(term.columns, word, whole=True) for word in _corrections_of(term.word, text, corrections)]
    return list(dict.fromkeys(found))


def _corrections_of(word: str, text: SearchText, corrections: Corrections) -> list[str]:
    if word.startswith(BEGINS):
        return [BEGINS + other for other in corrections.get(word.removeprefix(BEGINS), ())]
    pairs = [
        a + b
        for one, other in pairwise(text.folded)
        if one + other == word
        for a in (one, *corrections.get(one, ()))
        for b in (other, *corrections.get(other, ()))
    ]
    return [*corrections.get(word, ()), *(pair for pair in pairs if pair != word and is_near(pair, word))]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as a ladder reads it."""

    text: SearchText
    ladder: Ladder
    corrections: Corrections = field(default_factory=dict)

    def terms(self, match: Match) -> Terms:
        """What must be found, corrections among it."""
        return [corrected(alternatives, self.text, self.corrections) for alternatives in match.terms(self.text)]

    @property
    def anywhere(self) -> Terms:
        return self.terms(self.ladder.anywhere)

    def tiers(self) -> Iterator[tuple[int, Terms]]:
        """The tiers that something can be in, the best first."""
        for tier, match in enumerate(self.ladder.tiers, self.ladder.first_tier):
            if terms := self.terms(match):
                yield tier, terms
