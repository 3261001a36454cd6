"""From the words of a paper, as JSON, to its PDF. The same words are the same file."""

from pathlib import Path
from typing import Literal

from ocop_badges.typeset import Form, typeset

_FOLDER = Path(__file__).parent


def draw(kind: Literal["slip", "receipt"], words: str, *, form: Form = "pdf") -> bytes:
    """A paper as one PDF (tagged for screen readers), or its first page as PNG. Tens of milliseconds."""
    return typeset(_FOLDER / f"{kind}.typ", words, form=form)
