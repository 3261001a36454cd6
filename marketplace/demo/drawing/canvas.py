"""A small drawing board over Pillow: smooth shapes, gradients, soft shadows. 1200 × 900, drawn larger, then reduced."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1200, 900
SCALE = 1.6  # drawn this much larger: Pillow does not smooth edges itself
STEPS = 7  # straight pieces between two points of a curve

Point = tuple[float, float]
Points = Sequence[Point]
Colour = str  # "#rrggbb"
RGB = tuple[int, int, int]


def rgb(colour: Colour) -> RGB:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(one: Colour, other: Colour, part: float) -> Colour:
    """``one`` with so much of ``other`` in it: 0 is all ``one``, 1 all ``other``."""
    return "#" + "".join(
        f"{max(0, min(255, round(a + (b - a) * part))):02x}" for a, b in zip(rgb(one), rgb(other), strict=True)
    )


def lighter(colour: Colour, part: float) -> Colour:
    return mix(colour, "#fff8e6", part)


def darker(colour: Colour, part: float) -> Colour:
    return mix(colour, "#2a1608", part)


def curve(points: Points, *, closed: bool = True) -> list[Point]:
    """A smooth line through all the points (Catmull–Rom)."""
    count = len(points)
    drawn: list[Point] = []
    for at in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (points[(at + step) % count] for step in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[max(0, min(count - 1, at + step))] for step in (-1, 0, 1, 2))
        for step in range(STEPS):
            t = step / STEPS
            u, v = t * t, t * t * t
            drawn.append(
                (
                    0.5
                    * (
                        2 * b[0]
                        + (c[0] - a[0]) * t
                        + (2 * a[0] - 5 * b[0] + 4 * c[0] - d[0]) * u
                        + (3 * b[0] - a[0] - 3 * c[0] + d[0]) * v
                    ),
                    0.5
                    * (
                        2 * b[1]
                        + (c[1] - a[1]) * t
                        + (2 * a[1] - 5 * b[1] + 4 * c[1] - d[1]) * u
                        + (3 * b[1] - a[1] - 3 * c[1] + d[1]) * v
                    ),
                )
            )
    if not closed:
        drawn.append(points[-1])
    return drawn


def oval(rx: float, ry: float, *, points: int = 56) -> list[Point]:
    return [(rx * cos(2 * pi * at / points), ry * sin(2 * pi * at / points)) for at in range(points)]


def moved(points: Points, x: float = 0, y: float = 0, *, size: float = 1, turn: float = 0) -> list[Point]:
    """The points scaled, turned (degrees, clockwise) and then put at (x, y)."""
    c, s = cos(turn * pi / 180) * size, sin(turn * pi / 180) * size
    return [(x + px * c - py * s, y + px * s + py * c) for px, py in points]


class Canvas:
    """Coordinates are those of the finished picture. The same seed draws the same picture."""

    def __init__(self, seed: str, background: Colour = "#f6ecd6") -> None:
        self.rng = Random(seed)  # noqa: S311 - a drawing, not a secret
        self._image = Image.new("RGB", (round(WIDTH * SCALE), round(HEIGHT * SCALE)), rgb(background))
        self._draw = ImageDraw.Draw(self._image, "RGBA")
        self._origin = (0, 0)
        self._view = (1.0, WIDTH / 2, HEIGHT / 2)

    # --- plain shapes ----------------------------------------------------

    def shape(self, points: Points, colour: Colour, *, alpha: float = 1) -> None:
        self._draw.polygon(self._pixels(points), fill=(*rgb(colour), round(255 * alpha)))

    def blob(self, points: Points, colour: Colour, *, alpha: float = 1) -> None:
        """The smooth shape through the points."""
        self.shape(curve(points), colour, alpha=alpha)

    def disc(self, x: float, y: float, rx: float, ry: float | None = None, *, colour: Colour, alpha: float = 1) -> None:
        self.shape(moved(oval(rx, rx if ry is None else ry), x, y), colour, alpha=alpha)

    def ring(self, x: float, y: float, rx: float, ry: float, *, colour: Colour, width: float, alpha: float = 1) -> None:
        line = moved(oval(rx, ry, points=90), x, y)
        self.line([*line, line[0], line[1]], colour, width=width, alpha=alpha)

    def line(self, points: Points, colour: Colour, *, width: float, alpha: float = 1, round_ends: bool = False) -> None:
        pixels = self._pixels(points)
        thick, opacity = max(1, round(width * SCALE)), round(255 * alpha)
        if len(pixels) == 2 and not round_ends:
            self._draw.line(pixels, fill=(*rgb(colour), opacity), width=thick)
            return
        box = _box(pixels, self._image.size, margin=thick)
        if box is None:
            return
        # By way of a mask: the pieces of a see-through line would show where they overlap.
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        pen = ImageDraw.Draw(mask)
        pixels = [(x - box[0], y - box[1]) for x, y in pixels]
        pen.line(pixels, fill=opacity, width=thick, joint="curve")
        if round_ends:
            for x, y in (pixels[0], pixels[-1]):
                pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=opacity)
        self._image.paste(rgb(colour), box[:2], mask)

    def stroke(self, points: Points, colour: Colour, *, width: float, alpha: float = 1) -> None:
        """A smooth line through the points, with round ends."""
        self.line(curve(points, closed=False), colour, width=width, alpha=alpha, round_ends=True)

    # --- light and shade -------------------------------------------------

    def gradient(self, points: Points, start: Colour, end: Colour, *, across: bool = False) -> None:
        """A shape filled from ``start`` at its top to ``end`` at its foot; ``across``: from left to right."""
        pixels = self._pixels(points)
        box = _box(pixels, self._image.size)
        if box is None:
            return
        size = (box[2] - box[0], box[3] - box[1])
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).polygon([(x - box[0], y - box[1]) for x, y in pixels], fill=255)
        self._image.paste(_gradient(size, start, end, across=across), box[:2], mask)

    def shadow(
        self, x: float, y: float, rx: float, ry: float, *, alpha: float = 0.35, colour: Colour = "#3a1d08"
    ) -> None:
        """A soft round shadow on the table."""
        self._soft(moved(oval(rx, ry), x, y), colour, alpha=alpha, blur=min(rx, ry) * 0.45)

    def soft_shape(self, points: Points, colour: Colour, *, alpha: float, blur: float) -> None:
        self._soft(points, colour, alpha=alpha, blur=blur)

    def glow(self, x: float, y: float, radius: float, colour: Colour, *, alpha: float = 0.6) -> None:
        """Light that fades outwards."""
        side = round(2 * radius * SCALE)
        # Pillow's ramp has 180 at the middle of its edges.
        light = Image.radial_gradient("L").point(lambda value: round(max(0, 1 - value / 178) ** 1.4 * 255 * alpha))
        corner = self._pixels([(x - radius, y - radius)])[0]
        mask = light.resize((side, side), Image.Resampling.BILINEAR)
        self._image.paste(rgb(colour), (round(corner[0]), round(corner[1])), mask)

    @contextmanager
    def inside(self, points: Points) -> Iterator[None]:
        """What is drawn in the block shows only inside the shape."""
        pixels = self._pixels(points)
        box = _box(pixels, self._image.size)
        if box is None:
            yield
            return
        outer, outer_draw, outer_origin = self._image, self._draw, self._origin
        self._image = outer.crop(box)
        self._draw = ImageDraw.Draw(self._image, "RGBA")
        self._origin = (outer_origin[0] + box[0], outer_origin[1] + box[1])
        yield
        mask = Image.new("L", self._image.size)
        ImageDraw.Draw(mask).polygon([(x - box[0], y - box[1]) for x, y in pixels], fill=255)
        outer.paste(self._image, box[:2], mask)
        self._image, self._draw, self._origin = outer, outer_draw, outer_origin

    # --- the finished picture --------------------------------------------

    def look(self, *, zoom: float, x: float = WIDTH / 2, y: float = HEIGHT / 2) -> None:
        """Show what is around (x, y) larger in the finished picture."""
        self._view = (zoom, x, y)

    def jpeg(self) -> bytes:
        """The finished picture, with the faint tooth of paper."""
        zoom, x, y = self._view
        wide, tall = WIDTH * SCALE / zoom, HEIGHT * SCALE / zoom
        left = min(max(0, x * SCALE - wide / 2), WIDTH * SCALE - wide)
        top = min(max(0, y * SCALE - tall / 2), HEIGHT * SCALE - tall)
        picture = self._image.resize(
            (WIDTH, HEIGHT), Image.Resampling.HAMMING, box=(left, top, left + wide, top + tall)
        )
        size = (WIDTH // 3, HEIGHT // 3)
        noise = Image.frombytes("L", size, self.rng.randbytes(size[0] * size[1])).filter(ImageFilter.GaussianBlur(1))
        tooth = noise.point(lambda value: 255 - abs(value - 128) // 9).resize(picture.size, Image.Resampling.BILINEAR)
        output = BytesIO()
        ImageChops.multiply(picture, Image.merge("RGB", (tooth, tooth, tooth))).save(
            output, "JPEG", quality=95, subsampling=0
        )
        return output.getvalue()

    def _soft(self, points: Points, colour: Colour, *, alpha: float, blur: float) -> None:
        pixels = self._pixels(points)
        reach = round(blur * SCALE * 2.5) + 8
        left, top = min(x for x, _ in pixels) - reach, min(y for _, y in pixels) - reach
        right, bottom = max(x for x, _ in pixels) + reach, max(y for _, y in pixels) + reach
        coarse = 8
        size = (max(2, round((right - left) / coarse)), max(2, round((bottom - top) / coarse)))
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).polygon(
            [((x - left) / coarse, (y - top) / coarse) for x, y in pixels], fill=round(255 * alpha)
        )
        mask = mask.filter(ImageFilter.GaussianBlur(blur * SCALE / coarse))
        mask = mask.resize((size[0] * coarse, size[1] * coarse), Image.Resampling.BILINEAR)
        self._image.paste(rgb(colour), (round(left), round(top)), mask)

    def _pixels(self, points: Points) -> list[Point]:
        left, top = self._origin
        return [(x * SCALE - left, y * SCALE - top) for x, y in points]


def _box(pixels: Points, size: tuple[int, int], *, margin: int = 0) -> tuple[int, int, int, int] | None:
    """The pixels' bounding box inside a picture of this size; None where nothing of it is."""
    left, top = (max(0, int(min(values)) - margin) for values in zip(*pixels, strict=True))
    right, bottom = (
        min(limit, int(max(values)) + 1 + margin) for limit, values in zip(size, zip(*pixels, strict=True), strict=True)
    )
    return (left, top, right, bottom) if right > left and bottom > top else None


def _gradient(size: tuple[int, int], start: Colour, end: Colour, *, across: bool) -> Image.Image:
    """A ramp of colours: made one pixel wide, then drawn out, which is many times faster than the whole."""
    one, other = rgb(start), rgb(end)
    steps = max(2, min(256, size[0 if across else 1]))
    colours = bytes(
        round(a + (b - a) * at / (steps - 1)) for at in range(steps) for a, b in zip(one, other, strict=True)
    )
    ramp = Image.frombytes("RGB", (1, steps), colours)
    if across:
        return (
            ramp.transpose(Image.Transpose.ROTATE_90)
            .resize((size[0], 1), Image.Resampling.BILINEAR)
            .resize(size, Image.Resampling.NEAREST)
        )
    return ramp.resize((1, size[1]), Image.Resampling.BILINEAR).resize(size, Image.Resampling.NEAREST)
