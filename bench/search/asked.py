"""What is asked of every engine, and what we aim at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bench.scenarios import LIST, TEXTS, filtered

# One letter of a word too many, too few, wrong, or swapped with its neighbour; as typed, nothing matches.
TYPOS = (
    "cà phee", "nuoc mamm", "thit trau gac bepp", "tinh dau quee", "maccxa", "gaoo nep", "mien donng", "buoii da xanh",
    "mat onng", "hat dieuu", "ruouu can", "dong trugn ha thao",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """Paths asked in turn, each for a page of 24.

    ``share``: the aim for PostgreSQL, of the requests a second of a bare view; None where there is none to compare
    with. ``is_same``: whether that view answers the same bytes. ``growth``: what the time may grow by from the
    smallest catalogue to the largest; None: by less than the catalogue does.
    """

    name: str
    paths: tuple[str, ...]
    share: float | None = None
    is_same: bool = True
    growth: float | None = None


FLAT = 1.5


def questions(samples: Mapping[str, Any]) -> list[Question]:
    """``samples`` is what ``bench.search.samples`` says of a catalogue."""
    return [
        Question("list, newest", (LIST,), share=0.5, growth=FLAT),
        Question("list, half way down", (f"{LIST}?{urlencode({'cursor': samples['half_way']})}",), 0.5, growth=FLAT),
        Question("list, `-stars`", (f"{LIST}?ordering=-stars",), share=0.5, growth=FLAT),
        Question("list, filters and facets", tuple(filtered(samples["provinces"])), share=0.5),
        Question("list, text", _texts(TEXTS), share=1.0, is_same=False),
        Question("list, text with a typo", _texts(TYPOS)),
    ]


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{LIST}?{urlencode({'q': text})}" for text in texts)
