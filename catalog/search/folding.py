"""The one way text is made comparable, for every engine, key and slug."""

import re
import unicodedata
from functools import lru_cache

_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"})
_COMMON_MARKS = re.compile("[\u0300-\u036f]+")
_WORDS = re.compile(r"[^\W_]+")

BEGINS = "»"  # stands before a word that a name begins with; no letter, so no word typed has it

# The older spelling sets the tone on the first vowel of oa, oe and uy, the newer one on the second.
_NEW_PLACEMENT = {
    old: new
    for olds, news in (("òa óa ỏa õa ọa", "oà oá oả oã oạ"), ("òe óe ỏe õe ọe", "oè oé oẻ oẽ oẹ"),
                       ("ùy úy ủy ũy ụy", "uỳ uý uỷ uỹ uỵ"))
    for old, new in zip(olds.split(), news.split(), strict=True)
}  # fmt: skip
_OLD_TONE_PLACEMENT = re.compile("|".join(_NEW_PLACEMENT))


def fold(text: str) -> str:
    """Lower case without accents: NFD, marks stripped, đ→d, lowered. ``fold(fold(x)) == fold(x)``."""
    text = text.translate(_LETTERS_WITHOUT_DECOMPOSITION).lower()
    if text.isascii():
        return text
    text = _COMMON_MARKS.sub("", unicodedata.normalize("NFD", text))
    if text.isascii():  # all Vietnamese is by now
        return text
    return "".join(c for c in text if not unicodedata.category(c).startswith("M"))


def normalise(text: str) -> str:
    """Lower case with its accents, in one composed form: what an accent-exact match compares."""
    return unicodedata.normalize("NFC", text).lower()


def words(text: str) -> list[str]:
    """The words of a text: runs of letters and digits; all else separates."""
    return _WORDS.findall(text)


def folded_words(text: str) -> list[str]:
    """The words of a text without case and accents."""
    return words(fold(text))


def accented_words(text: str) -> list[str]:
    """The words of a text with their accents, however the tone is placed: hòa and hoà are one word."""
    return words(_OLD_TONE_PLACEMENT.sub(lambda found: _NEW_PLACEMENT[found[0]], normalise(text)))


# Vietnamese alphabetical order: a letter with its own sign follows every word that goes on with the plain letter.
_SIGNED_LETTERS = {
    "ă": "a{", "â": "a|", "đ": "d{", "ê": "e{", "ô": "o{", "ơ": "o|", "ư": "u{",
}  # fmt: skip
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_VOWEL_SIGNS = {"\u0306", "\u0302", "\u031b"}


def sort_key(text: str) -> bytes:
    """A key whose byte order is the Vietnamese alphabet's: letters first, then tones (ngang huyền hỏi ngã sắc nặng)."""
    letters: list[str] = []
    tones: list[str] = []
    for word in words(normalise(text)):
        for char in word:
            letter, tone = _letter_and_tone(char)
            letters.append(letter)
            tones.append(tone)
        letters.append(" ")
    return ("".join(letters).strip() + "\x01" + "".join(tones)).encode()


@lru_cache(maxsize=1024)
def _letter_and_tone(char: str) -> tuple[str, str]:
    plain = unicodedata.normalize("NFD", char)
    signs = "".join(c for c in plain[1:] if c in _VOWEL_SIGNS)
    letter = unicodedata.normalize("NFC", plain[0] + signs)
    return _SIGNED_LETTERS.get(letter, letter), next((_TONES[c] for c in plain[1:] if c in _TONES), "0")
