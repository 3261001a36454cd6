"""Things to eat and drink from: bowls, cups, pots. Each stands with the middle of its foot at (x, y)."""

from math import cos, pi, sin

from .canvas import Canvas, Colour, Points, curve, darker, lighter, mix, moved, oval
from .plants import LONG_LEAF, leaf, solid

KRAFT, CLAY, GLASS, CREAM, INDIGO = "#c79a63", "#b5582f", "#dfe9e2", "#f4ead3", "#2f4a63"


def both_sides(right: Points) -> list[tuple[float, float]]:
    """A symmetric outline from its right half, given from the top down."""
    return [*right, *[(-px, py) for px, py in reversed(right)]]


def sheen(c: Canvas, x: float, y: float, width: float, height: float, *, alpha: float = 0.4) -> None:
    """A strip of light down something round, its middle at (x, y)."""
    strip = curve(
        [(-width / 2, -height / 2), (width / 2, -height / 2 + 6), (width / 2, height / 2 - 6), (-width / 2, height / 2)]
    )
    c.soft_shape(moved(strip, x, y), "#ffffff", alpha=alpha, blur=max(2.0, width * 0.22))


def bowl(
    c: Canvas,
    x: float,
    y: float,
    *,
    width: float = 420,
    height: float = 190,
    colour: Colour = CLAY,
    rim: Colour = "",
    inside: Colour = "",
) -> tuple[float, float, float, float]:
    """A bowl seen from a little above. Returns the oval of its mouth (x, y, rx, ry): fill that with something."""
    r, mouth = width / 2, width * 0.15
    top = y - height
    c.shadow(x + 18, y - 4, r * 0.82, 30, alpha=0.5)
    body = both_sides(
        [(r, top), (r * 0.97, top + height * 0.3), (r * 0.78, top + height * 0.66), (r * 0.46, y - 14), (r * 0.44, y)]
    )
    outline = moved(curve_top(body), x, 0)
    c.gradient(outline, lighter(colour, 0.22), darker(colour, 0.38))
    with c.inside(outline):
        for at, tone in enumerate((lighter(colour, 0.55), darker(colour, 0.2))):
            band = [
                (x + px, top + height * (0.24 + at * 0.09) + mouth * 0.9 * (1 - (px / r) ** 2)) for px in steps(-r, r)
            ]
            c.line(band, tone, width=7 - at * 3, alpha=0.65)
        c.soft_shape(
            [(x + r * 0.45, top), (x + r * 1.1, top), (x + r * 1.1, y), (x + r * 0.3, y)], "#1d0d05", alpha=0.3, blur=38
        )
        sheen(c, x - r * 0.6, top + height * 0.42, r * 0.13, height * 0.5, alpha=0.42)
    c.gradient(moved(oval(r, mouth, points=80), x, top), lighter(rim or colour, 0.5), darker(rim or colour, 0.05))
    c.gradient(
        moved(oval(r * 0.94, mouth * 0.88, points=80), x, top + 2),
        darker(inside or colour, 0.5),
        lighter(inside or colour, 0.05),
    )
    return x, top, r * 0.92, mouth * 0.86


def curve_top(points: Points) -> list[tuple[float, float]]:
    """Smooth sides of a symmetric outline, its top and foot left straight."""
    half = len(points) // 2
    return [*curve(points[:half], closed=False), *curve(points[half:], closed=False)]


def heap(
    c: Canvas, mouth: tuple[float, float, float, float], colour: Colour, *, height: float = 70
) -> list[tuple[float, float]]:
    """A smooth heap in a bowl's mouth; returns its outline."""
    x, y, rx, ry = mouth
    top = [
        (-rx, 0),
        (-rx * 0.7, -height * 0.55),
        (-rx * 0.25, -height * 0.96),
        (rx * 0.2, -height),
        (rx * 0.68, -height * 0.58),
        (rx, 0),
    ]
    low = [(rx * cos(at * pi / 24), ry * sin(at * pi / 24)) for at in range(25)]
    outline = moved([*curve(top, closed=False), *low], x, y)
    c.gradient(outline, lighter(colour, 0.28), darker(colour, 0.22))
    return outline


def steps(start: float, end: float) -> list[float]:
    return [start + (end - start) * at / 16 for at in range(17)]


def cup(
    c: Canvas,
    x: float,
    y: float,
    *,
    width: float = 260,
    colour: Colour = CREAM,
    drink: Colour = "#4a2412",
    saucer: bool = True,
    steam: bool = True,
    handle: bool = True,
    trim: Colour = "#1d5138",
) -> None:
    """A cup of something hot."""
    r, height = width / 2, width * 0.62
    top = y - height - (14 if saucer else 0)
    if saucer:
        c.shadow(x + 16, y, r * 1.7, 34, alpha=0.48)
        c.gradient(moved(oval(r * 1.62, 36), x, y - 6), lighter(colour, 0.2), darker(colour, 0.24))
        c.gradient(moved(oval(r * 1.2, 22), x, y - 12), darker(colour, 0.16), lighter(colour, 0.2))
    else:
        c.shadow(x + 16, y - 2, r * 0.9, 26, alpha=0.48)
    if handle:
        c.stroke(
            [
                (x + r * 0.84, top + height * 0.2),
                (x + r * 1.42, top + height * 0.2),
                (x + r * 1.36, top + height * 0.66),
                (x + r * 0.66, top + height * 0.76),
            ],
            darker(colour, 0.16),
            width=width * 0.085,
        )
        c.stroke(
            [
                (x + r * 0.9, top + height * 0.18),
                (x + r * 1.38, top + height * 0.19),
                (x + r * 1.34, top + height * 0.6),
            ],
            lighter(colour, 0.4),
            width=width * 0.03,
            alpha=0.7,
        )
    body = moved(
        curve_top(
            both_sides(
                [(r, top), (r * 0.98, top + height * 0.34), (r * 0.78, top + height * 0.76), (r * 0.46, top + height)]
            )
        ),
        x,
        0,
    )
    c.gradient(body, lighter(colour, 0.2), darker(colour, 0.22))
    with c.inside(body):
        for at, (tone, thick) in enumerate(((trim, 12), ("#c4582f", 4))):
            band = [(x + px, top + height * (0.36 + at * 0.09) + r * 0.2 * (1 - (px / r) ** 2)) for px in steps(-r, r)]
            c.line(band, tone, width=thick, alpha=0.9)
        c.soft_shape(
            [(x + r * 0.4, top), (x + r * 1.1, top), (x + r, y), (x + r * 0.2, y)], "#3a1d08", alpha=0.24, blur=26
        )
        sheen(c, x - r * 0.66, top + height * 0.45, r * 0.13, height * 0.5, alpha=0.6)
    c.gradient(moved(oval(r, r * 0.24, points=80), x, top), lighter(colour, 0.6), darker(colour, 0.1))
    c.gradient(moved(oval(r * 0.92, r * 0.2, points=80), x, top + 3), darker(drink, 0.3), lighter(drink, 0.16))
    c.ring(x, top + 4, r * 0.86, r * 0.18, colour=lighter(drink, 0.45), width=4, alpha=0.6)
    if steam:
        steam_over(c, x, top - 20, size=width / 260)


def steam_over(c: Canvas, x: float, y: float, *, size: float = 1) -> None:
    for dx, tall in ((-46, 130), (6, 180), (56, 120)):
        wisp = [(dx, 0), (dx + 24, -tall * 0.3), (dx - 18, -tall * 0.62), (dx + 16, -tall)]
        line = moved(curve(wisp, closed=False), x, y, size=size)
        band = [*line, *[(px + 15 * size, py + 5) for px, py in reversed(line)]]
        c.soft_shape(band, "#ffffff", alpha=0.62, blur=6 * size)


def phin(c: Canvas, x: float, y: float, *, size: float = 1) -> None:
    """A phin filter over a glass of dripping coffee."""
    r = 105 * size
    top = y - 215 * size
    c.shadow(x + 16, y, r, 24, alpha=0.45)
    glass = moved(
        curve_top(both_sides([(r, top), (r * 0.92, top + 100 * size), (r * 0.8, y - 8), (r * 0.74, y)])), x, 0
    )
    c.gradient(glass, "#eaf0e8", "#b9c8bd")
    with c.inside([(x + (px - x) * 0.9, y - (y - py) * 0.97 - 5) for px, py in glass]):
        c.gradient([(x - r, y - 130 * size), (x + r, y - 130 * size), (x + r, y), (x - r, y)], "#5a2c14", "#1f0d06")
        c.gradient([(x - r, y - 44 * size), (x + r, y - 44 * size), (x + r, y), (x - r, y)], "#f3e2c0", "#e6cc9a")
        c.disc(x, y - 130 * size, r * 0.86, 11 * size, colour="#8a4d24")
    c.line([(x, top - 6), (x, y - 132 * size)], "#3a1a0a", width=5 * size)
    with c.inside(glass):
        sheen(c, x - r * 0.6, y - 110 * size, r * 0.13, 150 * size, alpha=0.7)
    metal = "#b9bfbc"
    for at, (wide, up, tall) in enumerate(((1.5, 6, 14), (0.98, 116, 112), (1.06, 128, 16))):
        body = moved(
            [
                (-r * wide, -up),
                (r * wide, -up),
                (r * (wide - (0.05 if at == 1 else 0)), -up + tall),
                (-r * (wide - (0.05 if at == 1 else 0)), -up + tall),
            ],
            x,
            top,
            size=1,
        )
        c.gradient(
            [(px, top + (py - top) * size) for px, py in body], lighter(metal, 0.55), darker(metal, 0.36), across=True
        )
    c.gradient(moved(oval(r * 1.06, 17 * size), x, top - 128 * size), lighter(metal, 0.7), metal)
    c.disc(x, top - 141 * size, 20 * size, 13 * size, colour=darker(metal, 0.3))
    c.disc(x - 4, top - 144 * size, 10 * size, 6 * size, colour=lighter(metal, 0.7))
    sheen(c, x - r * 0.5, top - 62 * size, r * 0.16, 96 * size, alpha=0.75)


def teapot(c: Canvas, x: float, y: float, *, size: float = 1, colour: Colour = CLAY) -> None:
    def at(points: Points) -> list[tuple[float, float]]:
        return moved(points, x, y, size=size)

    c.shadow(x + 18, y - 2, 170 * size, 32 * size, alpha=0.5)
    c.stroke(at([(120, -210), (238, -220), (262, -120), (150, -62)]), darker(colour, 0.16), width=28 * size)
    c.stroke(at([(124, -216), (232, -226), (256, -150)]), lighter(colour, 0.4), width=8 * size, alpha=0.5)
    spout = curve(
        [(-120, -70), (-196, -100), (-240, -200), (-272, -226), (-246, -236), (-206, -214), (-150, -150), (-110, -130)]
    )
    solid(c, at(spout), colour, light=0.16, dark=0.3)
    body = at(
        curve(
            [
                (-96, -238),
                (0, -250),
                (96, -238),
                (160, -170),
                (164, -90),
                (112, -14),
                (0, 0),
                (-112, -14),
                (-164, -90),
                (-160, -170),
            ]
        )
    )
    solid(c, body, colour, light=0.24, dark=0.4)
    with c.inside(body):
        c.soft_shape(at([(60, -260), (200, -260), (200, 20), (40, 20)]), "#1d0d05", alpha=0.3, blur=34 * size)
        for tone, level in ((lighter(colour, 0.55), -128), (lighter(colour, 0.3), -108)):
            c.line(
                at([(px, level + 34 * (1 - (px / 170) ** 2)) for px in range(-170, 171, 10)]),
                tone,
                width=5 * size,
                alpha=0.6,
            )
        sheen(c, x - 96 * size, y - 150 * size, 22 * size, 120 * size, alpha=0.5)
    c.gradient(moved(oval(100 * size, 20 * size), x, y - 240 * size), lighter(colour, 0.3), darker(colour, 0.2))
    lid = curve([(-84, -246), (-60, -276), (0, -288), (60, -276), (84, -246), (0, -234)])
    solid(c, at(lid), colour, light=0.34, dark=0.2)
    solid(c, moved(oval(19 * size, 17 * size), x, y - 300 * size), colour, light=0.45, dark=0.2)


def small_cup(
    c: Canvas, x: float, y: float, *, size: float = 1, colour: Colour = CREAM, drink: Colour = "#eadfb8"
) -> None:
    """A handleless cup for tea or spirits."""
    cup(c, x, y, width=110 * size, colour=colour, drink=drink, saucer=False, steam=False, handle=False, trim=INDIGO)


def basket_leaves(
    c: Canvas, x: float, y: float, *, count: int = 9, reach: float = 190, colour: Colour = "#4f8a4a"
) -> None:
    """A spread of long leaves that grows upwards from behind something."""
    for at in range(count):
        turn = -90 + (at - (count - 1) / 2) * (150 / count)
        leaf(
            c,
            x + 12 * sin(at * 2.1),
            y,
            size=reach / 220 * c.rng.uniform(0.85, 1.1),
            turn=turn,
            colour=mix(colour, "#2f5f38", c.rng.random() * 0.7),
            form=LONG_LEAF,
        )
