"""The badge as a picture: one layout in units, drawn as SVG or as PNG.

The design is this project's own and shares nothing with the programme's official logo: a green tile with a sun over
terraced fields, the product's name, its stars, and the last day on which they hold. An operator who holds the right
to the official artwork puts 3.png, 4.png and 5.png into ``OCOP_BADGE_ARTWORK_DIR``; it then takes the tile's place.

From 64 px of height on the badge is a card of three lines, below it one line.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from .markup import MAX_STARS, written

MIN_SIZE, MAX_SIZE, DEFAULT_SIZE = 32, 512, 96  # px of height
CARD_FROM = 64
VERSION = 1  # raised with every change of the drawing: it is part of the ETag

FONTS = Path(__file__).parent / "fonts"
REGULAR, SEMIBOLD = "BeVietnamPro-Regular.ttf", "BeVietnamPro-SemiBold.ttf"

INK, MUTED, GOLD, EMPTY = "#14291c", "#4a5d51", "#d98a00", "#e3ddcb"
PAPER, EDGE, LEAF, FIELD, MEADOW, SUN = "#fffdf6", "#c9d6c5", "#14532d", "#2f855a", "#63ad78", "#f6c453"

# The tile: ellipses from back to front, as shares of its side: centre, radii, colour.
EMBLEM = (
    (0.5, 0.40, 0.235, 0.235, SUN),
    (0.16, 1.02, 0.72, 0.44, MEADOW),
    (0.16, 1.10, 0.62, 0.36, FIELD),
    (0.86, 1.06, 0.64, 0.40, PAPER),
    (0.86, 1.10, 0.64, 0.40, MEADOW),
    (0.86, 1.20, 0.60, 0.38, PAPER),
    (0.86, 1.24, 0.60, 0.38, FIELD),
)

WORDS = {
    "vi": {"label": "OCOP {} sao", "until": "Có giá trị đến hết {}", "to": "đến {}"},
    "en": {"label": "OCOP {} stars", "until": "Valid until {}", "to": "until {}"},
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a badge says. ``lang`` is ``vi`` or ``en``."""

    name: str
    stars: int
    valid_until: date
    lang: str

    @property
    def label(self) -> str:
        return WORDS[self.lang]["label"].format(self.stars)

    @property
    def until(self) -> str:
        return WORDS[self.lang]["until"].format(written(self.valid_until, self.lang))

    @property
    def to(self) -> str:
        return WORDS[self.lang]["to"].format(written(self.valid_until, self.lang))

    @property
    def sentence(self) -> str:
        """All of it, for those who do not see the picture."""
        return f"{self.name}: {self.label}, {self.to}"


@dataclass(frozen=True, slots=True)
class TextRun:
    """A line of text; ``y`` is its baseline, ``width`` what it measures in our font."""

    text: str
    x: float
    y: float
    size: float
    width: float
    font: str
    colour: str


@dataclass(frozen=True, slots=True)
class Star:
    """A star in a square box with its upper left corner at x, y."""

    x: float
    y: float
    box: float
    filled: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands, in units; the picture is ``width`` × ``height`` of them."""

    width: float
    height: float
    radius: float
    texts: tuple[TextRun, ...]
    stars: tuple[Star, ...]


def size_from(text: str | None) -> int:
    """The height asked for, within bounds; the default for what is no number."""
    if text is None or not text.isascii() or not text.isdigit():
        return DEFAULT_SIZE
    return max(MIN_SIZE, min(MAX_SIZE, int(text[:6])))


def layout_of(shown: Shown, size: int) -> Layout:
    """The card, or for less than 64 px of height the line."""
    return _card(shown) if size >= CARD_FROM else _line(shown)


def _card(shown: Shown) -> Layout:
    height, left, right = 100.0, 114.0, 18.0
    name = _run(shown.name, left, 35, 23, SEMIBOLD, INK, limit=340)
    stars = _stars(shown.stars, left - 1, 44.5, 22, 3)
    label = _run(shown.label, stars[-1].x + 22 + 9, 62, 18, SEMIBOLD, INK)
    until = _run(shown.until, left, 86, 15.5, REGULAR, MUTED)
    end = max(run.x + run.width for run in (name, label, until))
    return Layout(round(end + right), height, 14, (name, label, until), stars)


def _line(shown: Shown) -> Layout:
    height, left, right = 32.0, 39.0, 9.0
    stars = _stars(shown.stars, left, 9, 14, 1.5)
    name = _run(shown.name, stars[-1].x + 14 + 7, 20.8, 13.5, SEMIBOLD, INK, limit=190)
    to = _run(shown.to, name.x + name.width + 8, 20.8, 12.5, REGULAR, MUTED)
    return Layout(round(to.x + to.width + right), height, 6, (name, to), stars)


def _stars(count: int, x: float, y: float, box: float, gap: float) -> tuple[Star, ...]:
    return tuple(Star(x + (box + gap) * n, y, box, n < count) for n in range(MAX_STARS))


def _run(text: str, x: float, y: float, size: float, font: str, colour: str, limit: float | None = None) -> TextRun:
    text = printable(text)
    if limit is not None:
        text = _fitted(text, font, size, limit)
    return TextRun(text, x, y, size, round(text_width(text, font, size), 2), font, colour)


def _fitted(text: str, font: str, size: float, limit: float) -> str:
    """The text, cut with an ellipsis where it is wider than ``limit``."""
    if text_width(text, font, size) <= limit:
        return text
    shortest, longest = 0, min(len(text), 200)
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if text_width(_cut(text, middle), font, size) <= limit:
            shortest = middle
        else:
            longest = middle - 1
    return _cut(text, shortest)


def _cut(text: str, length: int) -> str:
    return text[:length].rstrip(" ,;:-–(") + "…"


def text_width(text: str, font: str, size: float) -> float:
    return font_of(font, 100).getlength(text) * size / 100


@lru_cache(maxsize=32)
def font_of(name: str, size: float) -> ImageFont.FreeTypeFont:
    # The basic engine gives the same widths on every machine, with or without raqm.
    return ImageFont.truetype(FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def printable(text: str) -> str:
    """Composed letters, for the font has those, and single spaces; nothing that an XML document may not hold."""
    composed = unicodedata.normalize("NFC", text)
    kept = (c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn", "Co") else " " for c in composed)
    return " ".join("".join(kept).split())
