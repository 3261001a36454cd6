"""Where things stand or lie: a table before hills, and a woven tray seen from above."""

from dataclasses import dataclass
from math import cos, pi, sin

from .canvas import HEIGHT, WIDTH, Canvas, Colour, curve, darker, lighter, mix, moved, oval

TABLE_TOP = 610  # where the table begins; things stand with their foot at about 700
BAND = ("#1d5138", "#f0b64a", "#c4582f", "#fbf7ee")  # the brocade of the shop


@dataclass(frozen=True, slots=True)
class Light:
    """The colours of a scene: the sky above and at the horizon, the hills, the table, the cloth on it."""

    sky: Colour = "#f7dfae"
    horizon: Colour = "#fdf3da"
    hills: Colour = "#5d8a5a"
    table: Colour = "#a8693a"
    cloth: Colour = "#f3e6cb"
    sun: Colour = "#f6b54c"


MORNING = Light()
HIGHLAND = Light(sky="#bfdcd2", horizon="#f7f0d9", hills="#3f7a5a", table="#96603a", cloth="#f4ead2", sun="#fdeebb")
DUSK = Light(sky="#e9a56b", horizon="#fbe0b1", hills="#7d5a55", table="#7c452a", cloth="#f2dfbf", sun="#e2683a")
SEA = Light(sky="#bfe0e3", horizon="#fbf1d6", hills="#5d9aa3", table="#b98a58", cloth="#eef1e2", sun="#fbd480")
NIGHT = Light(sky="#2d3f58", horizon="#c9906a", hills="#2a3d49", table="#5a3422", cloth="#e9d8b8", sun="#f7e3b0")


def table(c: Canvas, light: Light, *, sun: float = 820, peaks: int = 5, zoom: float = 1.18) -> None:
    """A wooden table with a brocade runner; behind it hills in the haze and a low sun."""
    c.look(zoom=zoom, y=560)
    wall = [(0, 0), (WIDTH, 0), (WIDTH, TABLE_TOP + 10), (0, TABLE_TOP + 10)]
    c.gradient(wall, light.sky, light.horizon)
    c.glow(sun, 270, 430, lighter(light.sun, 0.55), alpha=0.75)
    c.disc(sun, 270, 118, colour=lighter(light.sun, 0.25))
    for layer in range(3):
        haze = (0.72, 0.5, 0.22)[layer]
        base, height = 470 + layer * 58, 150 - layer * 30
        ridge = [
            (x * WIDTH / peaks / 2 - 60, base - height * c.rng.uniform(0.15, 1) * (1 if x % 2 else 0.45))
            for x in range(peaks * 2 + 3)
        ]
        line = curve(ridge, closed=False)
        hill = [*line, (WIDTH + 100, TABLE_TOP + 20), (-100, TABLE_TOP + 20)]
        colour = mix(light.hills, light.horizon, haze)
        c.gradient(hill, lighter(colour, 0.08), lighter(colour, 0.42))
        if layer == 2:
            _terraces(c, line, hill, colour)
    _planks(c, light)
    _runner(c, light)


def tray(c: Canvas, ground: Colour, *, weave: Colour = "#d9b071", leaves: Colour = "#20432c") -> None:
    """A round bamboo tray on a plain cloth, seen from above, leaf shadows across."""
    everything = [(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)]
    c.gradient(everything, lighter(ground, 0.22), darker(ground, 0.1))
    for thread in range(0, WIDTH + HEIGHT, 26):
        c.line([(thread, 0), (thread - HEIGHT, HEIGHT)], lighter(ground, 0.5), width=1.2, alpha=0.12)
    _fringe(c, ground)
    x, y = 600, 450
    c.shadow(x + 22, y + 34, 418, 414, alpha=0.42)
    c.gradient(moved(oval(420, 414, points=120), x, y), lighter(weave, 0.3), darker(weave, 0.32))
    c.ring(x, y, 408, 402, colour=darker(weave, 0.5), width=3, alpha=0.5)
    c.ring(x, y, 398, 392, colour=lighter(weave, 0.5), width=5, alpha=0.6)
    for at in range(72):
        turn = at * pi / 36
        c.line(
            [(x + 392 * cos(turn), y + 386 * sin(turn)), (x + 416 * cos(turn + 0.05), y + 410 * sin(turn + 0.05))],
            darker(weave, 0.55),
            width=3,
            alpha=0.5,
        )
    floor = moved(oval(382, 376, points=120), x, y)
    c.soft_shape(floor, "#3a1d08", alpha=0.3, blur=8)
    c.gradient(moved(oval(378, 372, points=120), x, y), darker(weave, 0.06), lighter(weave, 0.34))
    with c.inside(moved(oval(378, 372, points=120), x, y)):
        _weave(c, weave, x, y)
        c.ring(x, y, 374, 368, colour=darker(weave, 0.6), width=16, alpha=0.16)
        c.ring(x, y, 358, 352, colour=darker(weave, 0.6), width=18, alpha=0.08)
    for turn, px, py, size in ((-28, 60, 30, 1.5), (24, 1150, 850, 1.7)):
        _leaf_shadow(c, px, py, size=size, turn=turn, colour=leaves)


def _terraces(c: Canvas, ridge: list[tuple[float, float]], hill: list[tuple[float, float]], colour: Colour) -> None:
    with c.inside(hill):
        for step in range(1, 7):
            down = [(x, y + step * 17 + 5 * sin(x / 90 + step)) for x, y in ridge]
            c.line(down, lighter(colour, 0.75), width=2.2, alpha=0.35)


def _planks(c: Canvas, light: Light) -> None:
    top = [(0, TABLE_TOP), (WIDTH, TABLE_TOP), (WIDTH, HEIGHT), (0, HEIGHT)]
    c.soft_shape(
        [(0, TABLE_TOP - 8), (WIDTH, TABLE_TOP - 8), (WIDTH, TABLE_TOP), (0, TABLE_TOP)], "#3a1d08", alpha=0.45, blur=7
    )
    c.gradient(top, lighter(light.table, 0.24), darker(light.table, 0.22))
    for grain in range(46):
        x, y = c.rng.uniform(-100, WIDTH), c.rng.uniform(TABLE_TOP + 8, HEIGHT)
        length = c.rng.uniform(120, 420)
        c.line(
            [(x, y), (x + length, y + c.rng.uniform(-2, 2))],
            darker(light.table, 0.5) if grain % 3 else lighter(light.table, 0.5),
            width=1.6,
            alpha=0.2,
        )
    for y in (TABLE_TOP + 74, TABLE_TOP + 172):
        c.line([(0, y), (WIDTH, y)], darker(light.table, 0.6), width=2.5, alpha=0.4)
        c.line([(0, y + 3), (WIDTH, y + 3)], lighter(light.table, 0.6), width=1.5, alpha=0.3)
    c.line([(0, TABLE_TOP + 1), (WIDTH, TABLE_TOP + 1)], lighter(light.table, 0.6), width=3, alpha=0.6)


def _runner(c: Canvas, light: Light) -> None:
    """The cloth lies towards the viewer: wider at its near edge, a brocade band along it."""
    near, far = 800, 640
    cloth = [(150, far), (1050, far), (1160, near), (40, near)]
    c.soft_shape([(x, y + 8) for x, y in cloth], "#2a1206", alpha=0.4, blur=7)
    c.gradient(cloth, darker(light.cloth, 0.08), lighter(light.cloth, 0.4))
    with c.inside(cloth):
        for y in range(far, near, 7):
            c.line([(0, y), (WIDTH, y)], darker(light.cloth, 0.5), width=1, alpha=0.09)
        top, foot = 752, 790
        c.shape([(0, top), (WIDTH, top), (WIDTH, foot), (0, foot)], BAND[0])
        c.line([(0, top - 7), (WIDTH, top - 7)], BAND[2], width=4)
        half = (foot - top) / 2
        for at in range(-1, 22):
            x = at * 58 + 20
            for dx, colour, size in ((0, BAND[1], 1.0), (0, BAND[2], 0.5), (29, BAND[3], 0.42)):
                reach = half * 0.9 * size
                px, py = x + dx, top + half
                c.shape([(px - reach * 1.3, py), (px, py - reach), (px + reach * 1.3, py), (px, py + reach)], colour)
    for x in range(46, 1160, 13):
        c.line([(x, near - 1), (x + c.rng.uniform(-3, 3), near + 20)], light.cloth, width=2.6, alpha=0.95)


def _fringe(c: Canvas, ground: Colour) -> None:
    """A brocade band down both sides of the cloth."""
    for left in (34, WIDTH - 74):
        c.shape([(left, 0), (left + 40, 0), (left + 40, HEIGHT), (left, HEIGHT)], mix(ground, BAND[0], 0.75))
        for at in range(24):
            y = at * 40 + 16
            for size, colour in ((1.0, BAND[1]), (0.5, BAND[2])):
                reach = 15 * size
                px = left + 20
                c.shape(
                    [(px - reach, y), (px, y - reach * 1.2), (px + reach, y), (px, y + reach * 1.2)],
                    mix(ground, colour, 0.8),
                )


def _weave(c: Canvas, weave: Colour, x: float, y: float) -> None:
    """Bamboo strips over and under each other."""
    step = 34
    for row, top in enumerate(range(-380, 380, step)):
        for column, left in enumerate(range(-380, 380, step)):
            if left * left + top * top > 410 * 410:
                continue
            over = (row + column) % 2
            px, py = x + left, y + top
            tone = lighter(weave, 0.28) if over else darker(weave, 0.16)
            c.shape(
                [(px + 1, py + 1), (px + step - 1, py + 1), (px + step - 1, py + step - 1), (px + 1, py + step - 1)],
                tone,
                alpha=0.5,
            )
            for part in (0.33, 0.66):
                ends = (
                    [(px + 2, py + step * part), (px + step - 2, py + step * part)]
                    if over
                    else [(px + step * part, py + 2), (px + step * part, py + step - 2)]
                )
                c.line(ends, darker(weave, 0.5), width=1.1, alpha=0.28)


def _leaf_shadow(c: Canvas, x: float, y: float, *, size: float, turn: float, colour: Colour) -> None:
    for at in range(7):
        fan = turn + (at - 3) * 21
        blade = [(0, 0), (70, -16), (190, -13), (270, 0), (190, 13), (70, 16)]
        facing = fan + (0 if x < WIDTH / 2 else 180)
        c.soft_shape(moved(curve(blade), x, y, size=size, turn=facing + 20), colour, alpha=0.15, blur=5)
