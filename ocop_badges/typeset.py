"""From a Typst template and the words of a paper to its PDF. The same words are the same file."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst

from .pictures import FONTS

Form = Literal["pdf", "png"]

LONGEST = 600  # characters of one text: longer ones are cut, so that a paper is drawn in bounded time
_LONG_WORD = re.compile(r"\S{20}(?=\S)")


@lru_cache(maxsize=32)
def typeset(template: Path, words: str, *, form: Form = "pdf") -> bytes:
    """A paper as one PDF (tagged for screen readers), or its first page as PNG. Tens of milliseconds.

    ``words`` is all that the paper shows, as JSON: the template reads it from ``sys.inputs.words``.
    """
    try:
        return _compiled(template, words, form, standards=["ua-1"] if form == "pdf" else [])
    except typst.TypstError:
        # A character that the fonts lack (an emoji, a Chinese name): a paper with a box in its place is no PDF/UA.
        return _compiled(template, words, form, standards=[])


def fitting(text: str) -> str:
    """A text of people, no longer than ``LONGEST``, in which a word that is too long for a line may be broken."""
    cut = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return _LONG_WORD.sub("\\g<0>\u200b", cut)


def _compiled(template: Path, words: str, form: Form, *, standards: list[Any]) -> bytes:
    compiler = typst.Compiler(template.read_bytes(), font_paths=_fonts(), ignore_system_fonts=True)
    drawn = compiler.compile(
        format=form,
        sys_inputs={"words": words},
        pdf_standards=standards,
        timestamp=0,  # the day of printing is part of the words
    )
    first = drawn[0] if isinstance(drawn, list) else drawn
    if first is None:
        raise RuntimeError(f"{template.name} was written nowhere")
    return first


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])
