"""Typed claims of stars: "OCOP 4 sao" written by hand goes on claiming after the certificate ended.

Names, descriptions, stories and bundles are searched for them when saved, in import reports and by the command
``lint_claims``. Editors write a live token instead (``ocop_badges.tokens``): it shows the stars of the day or nothing.
A claim is the word OCOP and a number of stars that belong together; a four-star hotel is none, nor is "sản phẩm OCOP".
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CODE = "typed-claim"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim found: ``text[start:end]`` of the text as given."""

    start: int
    end: int
    text: str


def find_claims(text: str) -> list[Claim]:
    """Every typed claim of stars in a text, plain or HTML, whatever its case, accents, normal form or spaces."""
    comparable, origins = _comparable(text)
    return [
        Claim(start, end, text[start:end])
        for match in _CLAIM.finditer(comparable)
        for start, end in [(origins[match.start()][0], origins[match.end() - 1][1])]
    ]


def claimed_stars(text: str) -> int | None:
    """How many stars the first claim in a text claims; None where it holds none. A year ("năm") is no five stars."""
    comparable, _origins = _comparable(text)
    claim = _CLAIM.search(comparable)
    if claim is None:
        return None
    stars = claim["after"] or claim["before"]
    if number := _NUMBER_FIRST.match(stars) or _NUMBER_LAST.search(stars):
        return _VALUES.get(number[0]) or int(number[0])
    return len(_ANY_SIGN.findall(stars))


def refuse_claims(text: str) -> None:
    """A validator: raises ``ValidationError`` with the code ``typed-claim`` where the text claims stars."""
    if claims := find_claims(text):
        raise ValidationError(
            _(
                "“%(claim)s” would go on claiming stars after the certificate ends. Leave it out: the stars are shown "
                "by themselves while they are valid, and in a text the token [[ocop:product id]] shows them."
            ),
            code=CODE,
            params={"claim": claims[0].text},
        )


# --- where stored texts are ----------------------------------------------

StoredText = tuple[str, str]  # where it stands, for a person to find it; the text

_sources: dict[str, Callable[[], Iterable[StoredText]]] = {}


def register_source(name: str, iterate: Callable[[], Iterable[StoredText]]) -> None:
    """Let ``lint_claims`` search the texts of an app: ``iterate()`` yields pairs (where it stands, text)."""
    _sources[name] = iterate


def stored_claims() -> Iterator[tuple[str, str, Claim]]:
    """Every claim in a stored text: (source, where it stands, claim)."""
    for name, iterate in _sources.items():
        for where, text in iterate():
            for claim in find_claims(text):
                yield name, where, claim


# --- how a claim is written ----------------------------------------------

_NUMBER = r"(?:0?[1-5]|mot|hai|ba|bon|tu|nam|one|two|three|four|five)"
_VALUES = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5}
_VALUES |= {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_SIGN = "[★☆⭐✩✪✫✬✭✮✯✰⚝🌟]"
_GAP = r"[ \-–—_/|:()\"'“”‘’«»+#•·]*+"  # what may stand between two words that belong together
_STARS = rf"""(?:
    (?<![0-9a-z.,]) {_NUMBER} {_GAP} (?:ngoi{_GAP})?(?:sao|stars?|starred)(?![a-z])   # 4 sao, bốn sao, 4-star
  | (?<![0-9a-z.,]) {_NUMBER} {_GAP} (?:{_SIGN}|\*)                                   # 4★, 4 ⭐, 4*
  | {_SIGN} {_GAP} {_NUMBER} (?![0-9a-z])                                             # ★4
  | (?<!{_SIGN}) (?<!{_SIGN}\ ) {_SIGN} (?:\ ?{_SIGN})++                              # ★★★★
  | (?<!\*) (?:\*\ ?){{3,5}} (?!\*)                                                   # ****
  | hang {_GAP} (?:sao{_GAP})? {_NUMBER} (?![0-9a-z])                                 # hạng 4
)"""
_STARS_AFTER = _STARS.replace("(?<![0-9a-z.,])", "(?<![0-9.,])")  # ocop4sao
_OCOP = r"(?<![a-z0-9]) [o0][.\-]?\ ?c[.\-]?\ ?[o0][.\-]?\ ?p (?![a-z])"
_OCOP_AFTER = r"[o0][.\-]?\ ?c[.\-]?\ ?[o0][.\-]?\ ?p (?![a-z])"
_LINK = r"""(?:
    dat|duoc|la|chuan|tieu|hang|loai|muc|cap|xep|phan|danh|gia|cong|nhan|chung|tinh|quoc|trung|uong|san|pham|cua|theo
  | chuong|trinh|nam|hien|nay|voi|huyen|thanh|pho|tp
  | certified|certificate|certification|rated|rating|ranked|rank|grade|graded|level|product|products|standard
  | national|provincial|programme|program|award|awarded|with|of|the|an|a|at|as|is|are|in|by
  | [0-9]{4}
)(?![a-z0-9])"""
_CLAIM = re.compile(
    rf"""
    {_OCOP} {_GAP} ,?\ ? (?:{_LINK} {_GAP}){{0,6}} (?P<after>{_STARS_AFTER})
  | (?P<before>{_STARS}) {_GAP} (?:{_LINK} {_GAP}){{0,6}} {_OCOP_AFTER}
    """,
    re.VERBOSE,
)

_NUMBER_FIRST, _NUMBER_LAST = re.compile(_NUMBER), re.compile(rf"{_NUMBER}\Z")
_ANY_SIGN = re.compile(rf"{_SIGN}|\*")

# Tokens show the stars of the day and are no claim; tags and entities are how rich text is stored.
_PIECE = re.compile(
    r"(?P<token>\[\[ocop:[^\]]{0,40}\]\])"
    r"|(?P<block></?(?:p|div|li|ul|ol|h[1-6]|br|hr|table|tr|td|th|blockquote|section)\b[^<>]{0,2000}>)"
    r"|(?P<tag></?[a-z][^<>]{0,2000}>)"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});)",
    re.IGNORECASE,
)
_LOOKALIKES = str.maketrans({"đ": "d", "ð": "d", "о": "o", "с": "c", "р": "p"})  # the last three are Cyrillic
_BREAK = "\n"  # nothing that belongs together spans it


def _comparable(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text folded for matching, and for each of its characters where in the text it comes from."""
    characters: list[str] = []
    origins: list[tuple[int, int]] = []

    def put(piece: str, start: int, end: int) -> None:
        for character in piece:
            if character == " " and characters and characters[-1] == " ":
                continue
            characters.append(character)
            origins.append((start, end))

    position = 0
    for match in _PIECE.finditer(text):
        _put_plain(text, position, match.start(), put)
        position = match.end()
        if match["token"] or match["block"]:
            put(_BREAK, match.start(), match.end())
        elif match["entity"]:
            put(_fold(html.unescape(match["entity"])), match.start(), match.end())
    _put_plain(text, position, len(text), put)
    return "".join(characters), origins


def _put_plain(text: str, start: int, end: int, put: Callable[[str, int, int], None]) -> None:
    for position in range(start, end):
        character = text[position]
        if character == "\n" and text[position - 1 : position] == "\n":
            put(_BREAK, position, position + 1)
        elif character.isascii() and character.isalnum():
            put(character.lower(), position, position + 1)
        else:
            put(_fold(character), position, position + 1)


def _fold(piece: str) -> str:
    """Lower case, compatibility forms resolved, accents and invisible characters dropped, every space one space."""
    folded = []
    for character in unicodedata.normalize("NFKD", piece).lower().translate(_LOOKALIKES):
        category = unicodedata.category(character)
        if character.isspace() or category == "Zs":
            folded.append(" ")
        elif category[0] != "M" and category not in ("Cf", "Cc"):
            folded.append(character)
    return "".join(folded)
