"""Words that are meant when another one is typed: other spellings, and words one letter away.

Words are folded (``catalog.search.folding``). Two things are told apart. *Spellings* are habits of writing Vietnamese,
as good as the word itself and always looked for. *Near* words are typos, looked for only where nothing matches as it
was typed (``catalog.search.engines.tiers``).
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

MIN_NEAR = 4  # letters of a word that may have a typo
MAX_NEAR = 24  # letters; nobody's word is longer, and each letter costs a row of the vocabulary
MAX_SPELLINGS = 3  # of one word, itself aside

# Each says: what matches may be written so. Old and informal spellings beside those of today's dictionaries:
# cà fê – cà phê, mắc ka – mắc ca, mì – mỳ, Đắc Lắc – Đắk Lắk, bazan – badan, hủ tíu – hủ tiếu.
_RULES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile("f"), "ph"),
    (re.compile("ph"), "f"),
    (re.compile("^k(?=[aou])"), "c"),
    (re.compile("^c(?=[aou])"), "k"),
    (re.compile("^(h|k|l|m|s|t|qu)y$"), r"\1i"),
    (re.compile("^(h|k|l|m|s|t|qu)i$"), r"\1y"),
    (re.compile("(?<=[ao])k$"), "c"),
    (re.compile("(?<=[ao])c$"), "k"),
    (re.compile("z"), "d"),
    (re.compile("iu$"), "ieu"),
)

# What sellers are called on packs and in registers.
ABBREVIATIONS: Final = {
    "htx": "hop tac xa",
    "tht": "to hop tac",
    "cty": "cong ty",
    "hkd": "ho kinh doanh",
    "cssx": "co so san xuat",
}


@lru_cache(maxsize=4096)
def spellings(word: str) -> tuple[str, ...]:
    """Other ways to write a folded word, at most three, the most usual first: ``fe`` → ``phe``."""
    found = [word]
    for spelled in found:  # grows while it is walked: kafe → cafe → caphe
        if len(found) > MAX_SPELLINGS:
            break
        found += [other for other in _respelled(spelled) if other not in found]
    return tuple(found[1 : MAX_SPELLINGS + 1])


def _respelled(word: str) -> Iterator[str]:
    for pattern, replacement in _RULES:
        other = pattern.sub(replacement, word)
        if other != word:
            yield other


def abbreviations(words: str) -> list[str]:
    """Of a line of folded words, the abbreviations it spells out, and in full those it uses."""
    line = f" {words} "
    found = []
    for short, full in ABBREVIATIONS.items():
        if f" {full} " in line:
            found.append(short)
        elif f" {short} " in line:
            found.append(full)
    return found


def may_have_typo(word: str) -> bool:
    """Whether a word is long enough for a letter of it to be wrong, and short enough to be looked up so."""
    return MIN_NEAR <= len(word) <= MAX_NEAR


def shapes(word: str) -> set[str]:
    """The word and all it becomes when one letter is left out. Words one letter apart share one at least."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def is_near(one: str, other: str) -> bool:
    """Whether one letter left out, put in, replaced, or swapped with its neighbour makes one word of the other."""
    if one == other:
        return True
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    return one[at + 1 :] == other[at + 1 :] or (
        one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    )
