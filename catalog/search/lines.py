"""The lines of words by which a listing is found: folded, separated by spaces."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from .folding import BEGINS, folded_words
from .spelling import abbreviations

MAX_TRIPLE = 8  # letters of three words that may be typed as one


@lru_cache(maxsize=4096)  # places, kinds and producers come again and again
def folded_line(*texts: str | None) -> str:
    """The words of some texts."""
    return " ".join(word for text in texts if text for word in folded_words(text))


@lru_cache(maxsize=4096)
def seller_line(name: str) -> str:
    """The words of a producer's name and of its abbreviations: ``hop tac xa bich thao htx``."""
    words = folded_line(name)
    return " ".join([words, *abbreviations(words)])


@lru_cache(maxsize=4096)
def kind_line(names: tuple[str, ...], names_en: tuple[str, ...]) -> str:
    """The words of names of kinds, the first of each Vietnamese one once more and marked: ``»ruou ruou trang``."""
    marked = [f"{BEGINS}{words.split(' ', 1)[0]} {words}" for name in names if (words := folded_line(name))]
    return " ".join([*marked, folded_line(*names_en)]).strip()


def joined_line(*names: str) -> str:
    """Adjacent words of each name run together, and what it begins with, marked: ``»ca »caphe caphe pherin``.

    Three short words are run together as well: *sô cô la* is one word to many.
    """
    return " ".join(joined for name in names for joined in _joined_words(folded_words(name)))


def _joined_words(words: Sequence[str]) -> list[str]:
    pairs = [one + two for one, two in pairwise(words)]
    triples = ["".join(words[at : at + 3]) for at in range(len(words) - 2)]
    beginnings = [*words[:1], *pairs[:1], *_short(triples[:1])]
    return [*(BEGINS + word for word in beginnings), *pairs, *_short(triples)]


def _short(triples: Sequence[str]) -> list[str]:
    return [triple for triple in triples if len(triple) <= MAX_TRIPLE]
