"""The badge as SVG. Every text carries its measured width, so that another font still fits."""

import base64
from xml.sax.saxutils import escape, quoteattr

from . import artwork
from .markup import STAR_PATH
from .pictures import (
    EDGE,
    EMBLEM,
    EMPTY,
    GOLD,
    LEAF,
    PAPER,
    SEMIBOLD,
    Layout,
    Shown,
    Star,
    TextRun,
    layout_of,
    printable,
)

EMPTY_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" viewBox="0 0 1 1"/>'
_FAMILIES = "'Be Vietnam Pro','Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"


def draw(shown: Shown, size: int) -> str:
    """The badge, ``size`` px high."""
    layout = layout_of(shown, size)
    width = round(layout.width * size / layout.height)
    sentence = printable(shown.sentence)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{size}" '
        f'viewBox="0 0 {_n(layout.width)} {_n(layout.height)}" role="img" aria-label={quoteattr(sentence)}>'
        f"<title>{escape(sentence)}</title>"
        f'<clipPath id="c"><rect width="{_n(layout.width)}" height="{_n(layout.height)}" rx="{_n(layout.radius)}"/>'
        f'</clipPath><g clip-path="url(#c)"><path fill="{PAPER}" d="M0 0h{_n(layout.width)}v{_n(layout.height)}H0z"/>'
        f"{_emblem(layout, shown.stars)}</g>"
        f'<rect x=".5" y=".5" width="{_n(layout.width - 1)}" height="{_n(layout.height - 1)}" '
        f'rx="{_n(layout.radius - 0.5)}" fill="none" stroke="{EDGE}"/>'
        f"{''.join(map(_star, layout.stars))}"
        f'<g font-family="{_FAMILIES}">{"".join(map(_text, layout.texts))}</g></svg>'
    )


def _emblem(layout: Layout, stars: int) -> str:
    side = layout.height
    if picture := artwork.png_of(stars):
        data = base64.b64encode(picture).decode()
        inset = side * 0.06
        return (
            f'<image x="{_n(inset)}" y="{_n(inset)}" width="{_n(side - 2 * inset)}" height="{_n(side - 2 * inset)}" '
            f'href="data:image/png;base64,{data}"/>'
        )
    ellipses = "".join(
        f'<ellipse cx="{_n(cx * side)}" cy="{_n(cy * side)}" '
        f'rx="{_n(rx * side)}" ry="{_n(ry * side)}" fill="{colour}"/>'
        for cx, cy, rx, ry, colour in EMBLEM
    )
    return (
        f'<clipPath id="t"><path d="M0 0h{_n(side)}v{_n(side)}H0z"/></clipPath>'
        f'<g clip-path="url(#t)"><path fill="{LEAF}" d="M0 0h{_n(side)}v{_n(side)}H0z"/>{ellipses}</g>'
    )


def _star(star: Star) -> str:
    colour = GOLD if star.filled else EMPTY
    return (
        f'<path d="{STAR_PATH}" transform="translate({_n(star.x)} {_n(star.y)}) scale({_n(star.box / 20)})" '
        f'fill="{colour}" stroke="{colour}" stroke-width="1.6" stroke-linejoin="round"/>'
    )


def _text(run: TextRun) -> str:
    weight = ' font-weight="600"' if run.font == SEMIBOLD else ""
    return (
        f'<text x="{_n(run.x)}" y="{_n(run.y)}" font-size="{_n(run.size)}"{weight} fill="{run.colour}" '
        f'textLength="{_n(run.width)}" lengthAdjust="spacingAndGlyphs">{escape(run.text)}</text>'
    )


def _n(number: float) -> str:
    return f"{round(number, 3):g}"
