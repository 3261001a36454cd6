"""The badge as PNG: the same layout as the SVG, drawn by Pillow with the fonts of this project."""

from functools import lru_cache
from io import BytesIO
from math import ceil

from PIL import Image, ImageDraw

from . import artwork
from .markup import STAR_POINTS
from .pictures import EDGE, EMBLEM, EMPTY, GOLD, LEAF, PAPER, Layout, Shown, TextRun, font_of, layout_of


@lru_cache(maxsize=128)
def draw(shown: Shown, size: int, artwork_version: int) -> bytes:
    """The badge, ``size`` px high. What is drawn depends on the arguments alone, so it may be kept."""
    layout = layout_of(shown, size)
    scale = size / layout.height
    width = round(layout.width * scale)
    picture = Image.new("RGB", (width, size), PAPER)
    picture.paste(_tile(shown.stars, size, artwork_version), (0, 0))
    for star in layout.stars:
        box = round(star.box * scale)
        picture.paste(GOLD if star.filled else EMPTY, (round(star.x * scale), round(star.y * scale)), _star(box))
    for run in layout.texts:
        _write(picture, run, scale)
    return _finished(picture, layout, scale)


def _write(picture: Image.Image, run: TextRun, scale: float) -> None:
    """A line of text, drawn larger and made smaller: fonts round their advances to whole pixels, which adds up."""
    fine = 4 if run.size * scale < 32 else 1
    font = font_of(run.font, run.size * scale * fine)
    if fine == 1:
        ImageDraw.Draw(picture).text((run.x * scale, run.y * scale), run.text, run.colour, font, anchor="ls")
        return
    left, base = round(run.x * scale), round(run.y * scale)
    above, below = ceil(run.size * scale * 1.2), ceil(run.size * scale * 0.4)
    mask = Image.new("L", ((ceil(run.width * scale) + 4) * fine, (above + below) * fine))
    ImageDraw.Draw(mask).text((0, above * fine), run.text, 255, font, anchor="ls")
    mask = mask.resize((mask.width // fine, mask.height // fine), Image.Resampling.LANCZOS)
    picture.paste(run.colour, (left, base - above), mask)


def _finished(picture: Image.Image, layout: Layout, scale: float) -> bytes:
    """With its edge drawn and its corners cut, as a PNG of few colours."""
    line = max(1, round(scale))
    outer = _rounded(picture.width, picture.height, layout.radius * scale)
    inner = Image.new("L", picture.size)
    inner.paste(
        _rounded(picture.width - 2 * line, picture.height - 2 * line, max(1, layout.radius * scale - line)),
        (line, line),
    )
    framed = Image.new("RGB", picture.size, EDGE)
    framed.paste(picture, (0, 0), inner)
    framed.putalpha(outer)
    out = BytesIO()
    framed.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _rounded(width: int, height: int, radius: float) -> Image.Image:
    """A mask of a rectangle with smooth round corners; only the corners are drawn larger."""
    mask = Image.new("L", (width, height), 255)
    side = max(1, min(round(radius), width // 2, height // 2))
    circle = Image.new("L", (side * 8, side * 8))
    ImageDraw.Draw(circle).ellipse((0, 0, side * 8 - 1, side * 8 - 1), fill=255)
    circle = circle.resize((side * 2, side * 2), Image.Resampling.LANCZOS)
    for x, left in ((0, 0), (width - side, side)):
        for y, top in ((0, 0), (height - side, side)):
            mask.paste(circle.crop((left, top, left + side, top + side)), (x, y))
    return mask


@lru_cache(maxsize=32)
def _star(box: int) -> Image.Image:
    fine = 8
    mask = Image.new("L", (box * fine, box * fine))
    pen = ImageDraw.Draw(mask)
    unit = box * fine / 20
    points = [(x * unit, y * unit) for x, y in STAR_POINTS]
    pen.polygon(points, fill=255)
    stroke = 1.6 * unit
    pen.line([*points, points[0]], fill=255, width=max(1, round(stroke)))
    for x, y in points:
        pen.ellipse((x - stroke / 2, y - stroke / 2, x + stroke / 2, y + stroke / 2), fill=255)
    return mask.resize((box, box), Image.Resampling.LANCZOS)


@lru_cache(maxsize=16)
def _tile(stars: int, size: int, artwork_version: int) -> Image.Image:
    if official := artwork.png_of(stars):
        tile = Image.new("RGB", (size, size), PAPER)
        inset = round(size * 0.06)
        with Image.open(BytesIO(official)) as source:
            picture = source.resize((size - 2 * inset, size - 2 * inset), Image.Resampling.LANCZOS)
        tile.paste(picture, (inset, inset), picture)
        return tile
    fine = 4 if size <= 128 else 2
    side = size * fine
    tile = Image.new("RGB", (side, side), LEAF)
    pen = ImageDraw.Draw(tile)
    for cx, cy, rx, ry, colour in EMBLEM:
        pen.ellipse(
            ((cx - rx) * side, (cy - ry) * side, (cx + rx) * side, (cy + ry) * side),
            fill=colour,
        )
    return tile.resize((size, size), Image.Resampling.LANCZOS)


def _empty() -> bytes:
    out = BytesIO()
    Image.new("LA", (1, 1), (0, 0)).save(out, "PNG")
    return out.getvalue()


EMPTY_PNG = _empty()  # 1 × 1, fully transparent
