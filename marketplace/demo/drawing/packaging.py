"""Things that goods are sold in: jars, bottles, bags, flasks. Each stands with the middle of its foot at (x, y)."""

from .canvas import Canvas, Colour, curve, darker, lighter, mix, moved, oval
from .plants import leaf, solid
from .vessels import CREAM, GLASS, KRAFT, both_sides, curve_top, sheen, steps


def jar(
    c: Canvas,
    x: float,
    y: float,
    *,
    width: float = 230,
    height: float = 330,
    content: Colour = "#a4622c",
    full: float = 0.84,
    lid: Colour = "#8f3b1c",
    label: Colour = CREAM,
    mark: Colour = "#1d5138",
) -> list[tuple[float, float]]:
    """A glass jar with a screw lid and a plain label. Returns the outline of its inside."""
    r = width / 2
    c.shadow(x + 22, y - 2, r * 1.0, 28, alpha=0.5)
    neck = y - height + 46
    body = curve_top(
        both_sides(
            [(r * 0.72, neck), (r * 0.98, neck + 44), (r, neck + 90), (r, y - 40), (r * 0.9, y - 6), (r * 0.8, y)]
        )
    )
    outline = moved(body, x, 0)
    c.gradient(outline, lighter(GLASS, 0.2), mix(GLASS, "#7d9b92", 0.4))
    inner = [(x + (px - x) * 0.92, y - (y - py) * 0.965 - 5) for px, py in outline]
    level = y - (height - 60) * full
    with c.inside(inner):
        c.gradient(
            [(x - r, level), (x + r, level), (x + r, y), (x - r, y)], lighter(content, 0.12), darker(content, 0.28)
        )
        c.disc(x, level, r * 0.92, 13, colour=lighter(content, 0.32))
    _label(c, x, y - height * 0.36, r, height * 0.36, label=label, mark=mark)
    with c.inside(outline):
        sheen(c, x - r * 0.74, y - height * 0.42, r * 0.12, height * 0.62, alpha=0.62)
        c.soft_shape(
            [(x + r * 0.7, neck), (x + r, neck), (x + r, y), (x + r * 0.72, y)], "#1d2a22", alpha=0.24, blur=14
        )
    cap = moved([(-r * 0.78, neck - 52), (r * 0.78, neck - 52), (r * 0.8, neck + 4), (-r * 0.8, neck + 4)], x, 0)
    c.gradient(cap, lighter(lid, 0.12), darker(lid, 0.2), across=True)
    c.gradient(moved(oval(r * 0.78, 14), x, neck - 52), lighter(lid, 0.42), lighter(lid, 0.12))
    c.gradient(moved(oval(r * 0.8, 12), x, neck + 4), darker(lid, 0.25), darker(lid, 0.3))
    for at in range(-7, 8):
        c.line([(x + r * 0.105 * at, neck - 38), (x + r * 0.105 * at, neck + 2)], darker(lid, 0.5), width=2, alpha=0.35)
    sheen(c, x - r * 0.46, neck - 24, r * 0.16, 46, alpha=0.4)
    return inner


def _label(c: Canvas, x: float, y: float, r: float, height: float, *, label: Colour, mark: Colour) -> None:
    """A paper label round a jar or bottle: a band, a sprig, two lines; no word, since it is nobody's brand."""
    sag = r * 0.09
    top = [(x + px, y - height / 2 + sag * (1 - (px / r) ** 2)) for px in steps(-r, r)]
    foot = [(x + px, y + height / 2 + sag * (1 - (px / r) ** 2)) for px in reversed(steps(-r, r))]
    paper = [*top, *foot]
    c.gradient(paper, label, darker(label, 0.1))
    with c.inside(paper):
        for edge in (-0.42, 0.42):
            rule = [(x + px, y + height * edge + sag * (1 - (px / r) ** 2)) for px in steps(-r, r)]
            c.line(rule, mark, width=5)
        size = height / 190
        leaf(c, x, y + height * 0.14, size=0.42 * size, turn=-90, colour=mark, shade=False)
        leaf(c, x, y + height * 0.16, size=0.36 * size, turn=-150, colour=lighter(mark, 0.15), shade=False)
        leaf(c, x, y + height * 0.16, size=0.36 * size, turn=-30, colour=lighter(mark, 0.15), shade=False)
        for at, wide in enumerate((0.42, 0.28)):
            c.line(
                [(x - r * wide, y + height * (0.25 + at * 0.08)), (x + r * wide, y + height * (0.25 + at * 0.08))],
                mark,
                width=4,
                alpha=0.55,
            )
        c.soft_shape(
            [
                (x + r * 0.6, y - height),
                (x + r * 1.2, y - height),
                (x + r * 1.2, y + height),
                (x + r * 0.6, y + height),
            ],
            "#3a1d08",
            alpha=0.22,
            blur=r * 0.16,
        )


def bottle(
    c: Canvas,
    x: float,
    y: float,
    *,
    width: float = 150,
    height: float = 440,
    content: Colour = "#8a3b12",
    cap: Colour = "#c79a4a",
    label: Colour = CREAM,
    mark: Colour = "#97391a",
    glass: Colour = "#cfdcd2",
) -> None:
    r = width / 2
    c.shadow(x + 20, y - 2, r * 1.1, 24, alpha=0.5)
    top = y - height
    right = [
        (r * 0.3, top + 30),
        (r * 0.32, top + height * 0.2),
        (r * 0.5, top + height * 0.29),
        (r * 0.96, top + height * 0.38),
        (r, top + height * 0.46),
        (r, y - 26),
        (r * 0.92, y),
    ]
    outline = moved(curve_top(both_sides(right)), x, 0)
    c.gradient(outline, glass, darker(glass, 0.2))
    with c.inside([(x + (px - x) * 0.9, y - (y - py) * 0.98 - 4) for px, py in outline]):
        level = top + height * 0.17
        c.gradient(
            [(x - r, level), (x + r, level), (x + r, y), (x - r, y)], lighter(content, 0.2), darker(content, 0.25)
        )
        c.disc(x, level, r * 0.3, 5, colour=lighter(content, 0.5))
        c.glow(x + r * 0.3, y - height * 0.3, r * 1.3, lighter(content, 0.5), alpha=0.45)
    _label(c, x, y - height * 0.27, r, height * 0.3, label=label, mark=mark)
    with c.inside(outline):
        sheen(c, x - r * 0.66, y - height * 0.32, r * 0.16, height * 0.52, alpha=0.6)
    c.gradient(
        moved([(-r * 0.36, top), (r * 0.36, top), (r * 0.38, top + 54), (-r * 0.38, top + 54)], x, 0),
        lighter(cap, 0.3),
        darker(cap, 0.3),
        across=True,
    )
    c.disc(x, top, r * 0.36, 7, colour=lighter(cap, 0.4))


def pouch(
    c: Canvas,
    x: float,
    y: float,
    *,
    width: float = 300,
    height: float = 400,
    colour: Colour = KRAFT,
    label: Colour = CREAM,
    mark: Colour = "#97391a",
    window: Colour = "",
) -> tuple[float, float]:
    """A stand-up bag with a folded top. Returns the middle of its label."""
    r = width / 2
    top = y - height
    c.shadow(x + 24, y - 4, r * 1.02, 30, alpha=0.5)
    body = [
        (-r * 0.92, top),
        (r * 0.92, top),
        (r * 0.95, top + height * 0.2),
        (r, top + height * 0.6),
        (r * 0.98, y - 18),
        (r * 0.6, y),
        (-r * 0.6, y),
        (-r * 0.98, y - 18),
        (-r, top + height * 0.6),
        (-r * 0.95, top + height * 0.2),
    ]
    outline = moved(body, x, 0)
    c.gradient(outline, lighter(colour, 0.14), darker(colour, 0.24))
    with c.inside(outline):
        c.gradient(
            moved([(-r, top), (r, top), (r, top + 44), (-r, top + 44)], x, 0),
            darker(colour, 0.12),
            darker(colour, 0.02),
        )
        c.line([(x - r, top + 46), (x + r, top + 46)], darker(colour, 0.5), width=3, alpha=0.5)
        c.line([(x - r, top + 22), (x + r, top + 22)], lighter(colour, 0.5), width=2, alpha=0.5)
        c.soft_shape(
            [(x + r * 0.55, top), (x + r * 1.2, top), (x + r * 1.2, y), (x + r * 0.45, y)],
            "#1d0d05",
            alpha=0.26,
            blur=30,
        )
        c.soft_shape(
            moved([(-r * 0.8, top + 70), (-r * 0.62, top + 70), (-r * 0.7, y - 30), (-r * 0.84, y - 30)], x, 0),
            "#ffffff",
            alpha=0.3,
            blur=8,
        )
        for side in (-1, 1):
            fold = curve(
                [(side * r * 0.98, y - 20), (side * r * 0.62, y - 60), (side * r * 0.2, y - 34), (0, y - 28)],
                closed=False,
            )
            c.line(moved(fold, x, 0), darker(colour, 0.5), width=3, alpha=0.3)
    middle = top + height * 0.5
    wide, tall = r * 0.66, height * 0.25
    c.gradient(
        moved([(-wide, middle - tall), (wide, middle - tall), (wide, middle + tall), (-wide, middle + tall)], x, 0),
        label,
        darker(label, 0.08),
    )
    for edge in (-1, 1):
        c.line([(x - wide, middle + edge * tall * 0.9), (x + wide, middle + edge * tall * 0.9)], mark, width=6)
    if window:
        c.disc(x, middle - tall * 0.12, wide * 0.62, colour=mark)
        c.disc(x, middle - tall * 0.12, wide * 0.56, colour=window)
    for at, part in enumerate((0.5, 0.34)):
        c.line(
            [
                (x - wide * part, middle + tall * (0.62 + at * 0.13)),
                (x + wide * part, middle + tall * (0.62 + at * 0.13)),
            ],
            mark,
            width=5,
            alpha=0.5,
        )
    return x, middle - tall * 0.12


def flask(c: Canvas, x: float, y: float, *, size: float = 1, colour: Colour = "#4b5a4a") -> None:
    """A glazed earthen flask with a cloth tied over its mouth."""
    body = moved(
        curve(
            [
                (-34, -300),
                (34, -300),
                (44, -252),
                (110, -190),
                (128, -96),
                (96, -14),
                (0, 0),
                (-96, -14),
                (-128, -96),
                (-110, -190),
                (-44, -252),
            ]
        ),
        x,
        y,
        size=size,
    )
    c.shadow(x + 20, y - 2, 130 * size, 28, alpha=0.5)
    solid(c, body, colour, light=0.3, dark=0.42)
    with c.inside(body):
        drip = curve(
            [
                (-130, -210),
                (-90, -130),
                (-60, -160),
                (-20, -96),
                (20, -150),
                (60, -110),
                (100, -170),
                (130, -210),
                (60, -320),
                (-60, -320),
            ]
        )
        c.shape(moved(drip, x, y, size=size), lighter(colour, 0.5), alpha=0.4)
        c.soft_shape(
            moved([(50, -300), (150, -300), (150, 0), (30, 0)], x, y, size=size), "#0d0805", alpha=0.36, blur=28
        )
        sheen(c, x - 74 * size, y - 130 * size, 20 * size, 120 * size, alpha=0.6)
    c.gradient(
        moved(curve([(-52, -296), (-44, -350), (0, -362), (44, -350), (52, -296), (0, -284)]), x, y, size=size),
        "#c4472a",
        "#8a2a17",
    )
    c.stroke(moved([(-48, -296), (0, -286), (48, -296)], x, y, size=size), "#f0d9a4", width=9 * size)
