"""From the words of a paper, as JSON, to its PDF. The same words are the same file."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

import typst

from ocop_badges.pictures import FONTS

LONGEST = 600  # characters of one text: longer ones are cut, so that a paper is drawn in bounded time
_FOLDER = Path(__file__).parent
_LONG_WORD = re.compile(r"\S{20}(?=\S)")


@lru_cache(maxsize=16)
def draw(kind: Literal["slip", "receipt"], words: str, *, form: Literal["pdf", "png"] = "pdf") -> bytes:
    """A paper as one PDF (tagged for screen readers), or its first page as PNG. Tens of milliseconds."""
    compiler = typst.Compiler((_FOLDER / f"{kind}.typ").read_bytes(), font_paths=_fonts(), ignore_system_fonts=True)
    drawn = compiler.compile(
        format=form,
        sys_inputs={"paper": words},
        pdf_standards=["ua-1"] if form == "pdf" else [],
        timestamp=0,  # the day of printing is part of the text
    )
    first = drawn[0] if isinstance(drawn, list) else drawn
    if first is None:
        raise RuntimeError("the paper was written nowhere")
    return first


def fitting(text: str) -> str:
    """A text of people, no longer than ``LONGEST``, in which a word that is too long for a line may be broken."""
    cut = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return _LONG_WORD.sub("\\g<0>\u200b", cut)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])
