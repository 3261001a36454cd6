"""Pictures for the home page, stories and gifts: landscapes, and gifts tied up."""

from . import scenes
from .canvas import HEIGHT, WIDTH, Canvas, Colour, curve, darker, lighter, mix, moved, oval
from .harvest import basket
from .kitchen import garlic, meat
from .layout import in_front, strewn
from .nuts_and_coffee import HOLLY
from .packaging import bottle, jar, pouch
from .plants import (
    LONG_LEAF,
    bean,
    berry,
    chili,
    flower,
    kernel,
    leaf,
    nut,
    open_nut,
    passion_fruit,
    pepper_sprig,
    rice_ear,
    slice_of,
    twig,
)
from .vessels import bowl, cup, heap, small_cup, steam_over, teapot

_REDS = ("#a51f1a", "#c3281f", "#8a1a16")
_PEPPERCORNS = ("#4a2a1c", "#6d3f26", "#2f1c14")


def _hills(c: Canvas, light: scenes.Light, *, sun: float, horizon: float = 430, layers: int = 4) -> None:
    c.gradient([(0, 0), (WIDTH, 0), (WIDTH, horizon + 120), (0, horizon + 120)], light.sky, light.horizon)
    c.glow(sun, horizon - 180, 460, lighter(light.sun, 0.5), alpha=0.85)
    c.disc(sun, horizon - 180, 96, colour=lighter(light.sun, 0.3))
    for layer in range(layers):
        base, height = horizon - 20 + layer * 46, 170 - layer * 34
        ridge = [(at * 105 - 60, base - height * c.rng.uniform(0.2, 1)) for at in range(14)]
        colour = mix(light.hills, light.horizon, 0.76 - layer * 0.17)
        line = curve(ridge, closed=False)
        c.gradient([*line, (WIDTH + 120, horizon + 240), (-120, horizon + 240)], colour, lighter(colour, 0.4))


def _mist(c: Canvas, y: float, *, alpha: float = 0.55) -> None:
    band = curve(
        [
            (-100, y),
            (250, y - 18),
            (620, y + 10),
            (980, y - 14),
            (1300, y),
            (1300, y + 40),
            (600, y + 52),
            (-100, y + 36),
        ]
    )
    c.soft_shape(band, "#fffaf0", alpha=alpha, blur=22)


def _tree(c: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """A round orchard tree; its foot stands at (x, y)."""
    c.shadow(x + 12 * size, y, 46 * size, 12 * size, alpha=0.35)
    c.line([(x, y), (x, y - 60 * size)], "#5a3a22", width=10 * size)
    for dx, dy, r in ((-30, -70, 34), (30, -70, 34), (0, -104, 40), (0, -64, 42)):
        c.gradient(
            moved(oval(r * size, r * 0.92 * size, points=28), x + dx * size, y + dy * size),
            lighter(colour, 0.22),
            darker(colour, 0.25),
        )
    for _ in range(9):
        c.disc(
            x + c.rng.uniform(-44, 44) * size,
            y - c.rng.uniform(48, 128) * size,
            6 * size,
            3.4 * size,
            colour=lighter(colour, 0.45),
            alpha=0.7,
        )


def _house(c: Canvas, x: float, y: float, size: float) -> None:
    """A house on stilts under a deep thatched roof."""

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return moved(points, x, y, size=size)

    for px in (-84, -40, 4, 48, 90):
        c.line(at((px, 0), (px, -62)), "#4a2c18", width=9 * size)
    c.gradient(at((-100, -62), (106, -62), (100, -128), (-94, -128)), "#a5713f", "#6d4526")
    for px in (-66, -14, 38):
        c.shape(at((px, -78), (px + 32, -78), (px + 32, -116), (px, -116)), "#3a2114")
    c.gradient(at((-150, -112), (156, -112), (96, -232), (-90, -232)), "#b98a4a", "#7a5428")
    for px in range(-130, 140, 16):
        c.line(at((px * 0.62, -230), (px, -114)), "#5a3a1c", width=2.4 * size, alpha=0.4)
    c.line(at((-94, -232), (100, -232)), "#e0b870", width=9 * size)
    c.line(at((106, 0), (132, -62)), "#6d4526", width=8 * size)


def market(c: Canvas) -> None:
    """The home page: a table full of what the provinces send, hills behind."""
    scenes.table(c, scenes.MORNING, sun=600, peaks=4)
    for x, turn, size in ((950, -2, 0.95), (1000, 8, 0.84), (900, -12, 0.8)):
        rice_ear(c, x, 730, size=size, turn=turn)
    jar(c, 250, 728, width=210, height=330, content="#c98a2a", full=0.9, lid="#23483a")
    bottle(c, 400, 728, width=130, height=420, content="#a84a12", cap="#8f3b1c")
    pouch(c, 900, 735, width=260, height=340, colour="#2f5d50", window="#f6e7c5")
    bean(c, 900, 560, size=0.85, turn=-26)
    basket(c, 630, 745, width=430, height=150)
    for turn in (-150, -120, -64, -34):
        leaf(c, 630, 600, size=1.0, turn=turn, colour="#3a7343", form=HOLLY)
    passion_fruit(c, 530, 566, 64, half=False)
    passion_fruit(c, 730, 566, 62)
    slice_of(c, 630, 530, 66, rind="#e0a030", flesh="#f6c860", ribs=9)
    for x, y in ((470, 606), (590, 604), (660, 596), (800, 606)):
        nut(c, x, y, 42)
    basket(c, 630, 745, width=430, height=150, front=True)
    cup(c, 250, 815, width=160, colour="#f4ead3", drink="#4a2412")
    in_front(
        c, lambda x, y: bean(c, x, y, size=0.66, turn=c.rng.uniform(0, 360)), xs=(400, 450, 490, 420), y=806, spread=18
    )
    chili(c, 700, 812, size=0.66, turn=-4)
    for x in (940, 1000):
        open_nut(c, x, 806, 36)


def tuy_duc_plateau(c: Canvas) -> None:
    """Macadamia rows on red basalt earth."""
    _hills(c, scenes.MORNING, sun=820)
    _mist(c, 470)
    c.gradient([(0, 520), (WIDTH, 500), (WIDTH, HEIGHT), (0, HEIGHT)], "#c4693a", "#7d2f17")
    for at in range(-9, 10):
        c.line([(600 + at * 34, 506), (600 + at * 230, HEIGHT)], "#5f220f", width=5, alpha=0.3)
        c.line([(606 + at * 34, 506), (616 + at * 230, HEIGHT)], "#e59a62", width=3, alpha=0.3)
    for row, y in enumerate((524, 552, 592, 650, 750)):
        size = 0.34 + row * 0.2 + (row == 4) * 0.24
        gap = 74 + row * 46
        for at in range(-8, 9):
            x = 600 + at * gap + (gap / 2 if row % 2 else 0)
            if -60 < x < WIDTH + 60 and not (row > 1 and 400 < x < 800):
                _tree(c, x, y, size, c.rng.choice(["#3a7343", "#2f6339", "#4a8448"]))
    _house(c, 600, 640, 0.9)
    _nuts_from_above(c)


def _nuts_from_above(c: Canvas) -> None:
    """A branch that hangs into the picture, nuts in their green husks on it."""
    twig(c, [(-20, 60), (260, 110), (560, 84), (800, 130)], width=15)
    for x, turn in ((60, 30), (170, -20), (250, 62), (360, 14), (450, 58), (560, 26), (650, 70), (760, 20)):
        leaf(c, x, 96, size=0.82, turn=turn, colour="#3f7f4a", form=HOLLY)
    for x, drop in ((210, 120), (500, 104)):
        twig(c, [(x, 100), (x + 4, 100 + drop)], width=6)
        for at in range(6):
            nut(
                c,
                x + (-1 if at % 2 else 1) * (24 + at % 3 * 8),
                128 + drop * 0.3 + at * 24,
                30,
                colour="#6d9a4a",
                slit=False,
            )


def thai_kitchen(c: Canvas) -> None:
    """Above the hearth hang chillies, garlic and meat; on the table a mortar, rice and what goes into the mortar."""
    scenes.table(c, scenes.NIGHT, sun=860, zoom=1.06)
    c.line([(60, 150), (1140, 138)], "#8a6238", width=18)
    for x in (150, 1050):
        for at in range(9):
            hang = 88 + c.rng.uniform(-16, 16)
            chili(c, x + c.rng.uniform(-26, 26), 176 + at * 17, size=0.5, turn=hang, colour=c.rng.choice(_REDS))
    for x in (270, 940):
        c.line([(x, 146), (x, 330)], "#b98a52", width=5)
        for at in range(5):
            garlic(c, x + (-20 if at % 2 else 20), 220 + at * 28)
    for x in (380, 450, 520, 690, 760, 830):
        meat(c, x, 150, length=c.rng.uniform(190, 240), hung=True)
    for turn in (-158, -132, -48, -22):
        leaf(c, 590, 610, size=1.0, turn=turn, colour="#3f7f4a", form=LONG_LEAF)
    c.stroke([(640, 560), (760, 380)], "#6d4427", width=46)
    c.stroke([(634, 548), (748, 378)], "#c08a55", width=10, alpha=0.6)
    mouth = bowl(c, 590, 745, width=380, height=220, colour="#74766f", inside="#4f524e")
    paste = heap(c, mouth, "#a5502a", height=46)
    with c.inside(paste):
        for _ in range(330):
            place = (c.rng.uniform(405, 775), c.rng.uniform(460, 590))
            c.disc(
                *place,
                c.rng.uniform(3, 7),
                4,
                colour=c.rng.choice([*_REDS, "#e0a04a", "#5a7a36", "#3a1d10"]),
                alpha=0.9,
            )
    rice = heap(c, bowl(c, 900, 755, width=260, height=110, colour="#b98a4a", inside="#efe3c8"), "#efe3c8", height=66)
    with c.inside(rice):
        for _ in range(200):
            grain = moved(
                oval(8, 4, points=12), c.rng.uniform(780, 1020), c.rng.uniform(570, 680), turn=c.rng.uniform(0, 180)
            )
            c.shape(grain, c.rng.choice(["#fffaf0", "#d9c69c"]), alpha=0.8)
    strewn(c, lambda x, y: berry(c, x, y, 11, c.rng.choice(_PEPPERCORNS)), count=26, gap=21, x=330, y=770, reach=78)
    for x, turn in ((470, -8), (640, 6)):
        chili(c, x, 812, size=0.68, turn=turn, colour=_REDS[1])


def dak_song_herbs(c: Canvas) -> None:
    """A pot of herbs before pepper poles and hills in the mist."""
    scenes.table(c, scenes.HIGHLAND, sun=860, peaks=3)
    for x in (120, 240, 980, 1090):
        _pepper_pole(c, x, 620)
    _mist(c, 560, alpha=0.4)
    teapot(c, 560, 735, size=1.18, colour="#8a3f24")
    small_cup(c, 800, 775, size=1.5, drink="#c98a3a")
    steam_over(c, 800, 680, size=0.6)
    small_cup(c, 300, 785, size=1.4, drink="#b9772f")
    for x, turn in ((880, -30), (900, -6), (890, 18)):
        leaf(c, x, 770, size=0.8, turn=turn, colour="#4f8a4a", form=LONG_LEAF)
    for x, y, tone in ((420, 812, "#f4d98a"), (480, 826, "#e88a9a"), (680, 822, "#f4d98a")):
        flower(c, x, y, 32, petals=9, colour=tone)


def _pepper_pole(c: Canvas, x: float, y: float) -> None:
    c.line([(x, y), (x, 210)], "#6d4a2c", width=16)
    for at in range(60):
        py = 220 + at * 6.6
        leaf(
            c,
            x,
            py,
            size=c.rng.uniform(0.26, 0.4),
            turn=c.rng.uniform(20, 160) if at % 2 else c.rng.uniform(-20, 200),
            colour=c.rng.choice(["#2f6b3f", "#3f7f46", "#4f8f4a"]),
            shade=False,
        )
    for at in range(5):
        for n in range(9):
            c.disc(
                x + (-26 if at % 2 else 26) + 3 * (n % 2),
                270 + at * 70 + n * 7,
                5,
                colour=c.rng.choice(["#7f9a3a", "#a9bd55", "#a5281c"]),
            )


def gift_box(c: Canvas, x: float, y: float, *, width: float, height: float, colour: Colour, ribbon: Colour) -> None:
    """An open wooden gift box, its front with a brocade band."""
    r = width / 2
    c.shadow(x + 24, y, r * 1.04, 36, alpha=0.55)
    c.gradient(
        [(x - r, y - height), (x + r, y - height), (x + r, y), (x - r, y)], lighter(colour, 0.2), darker(colour, 0.22)
    )
    for at in range(1, 4):
        level = y - height * at / 4
        c.line([(x - r, level), (x + r, level)], darker(colour, 0.5), width=2.5, alpha=0.35)
    c.shape(
        [
            (x - r, y - height * 0.64),
            (x + r, y - height * 0.64),
            (x + r, y - height * 0.36),
            (x - r, y - height * 0.36),
        ],
        scenes.BAND[0],
    )
    reach = height * 0.12
    with c.inside([(x - r, y - height), (x + r, y - height), (x + r, y), (x - r, y)]):
        for at in range(round(width / 52) + 2):
            px = x - r + at * 52 + 12
            for size, tone in ((1.0, scenes.BAND[1]), (0.5, scenes.BAND[2])):
                step = reach * size
                c.shape(
                    [
                        (px - step * 1.3, y - height / 2),
                        (px, y - height / 2 - step),
                        (px + step * 1.3, y - height / 2),
                        (px, y - height / 2 + step),
                    ],
                    tone,
                )
    c.gradient(
        [
            (x - r - 8, y - height - 10),
            (x + r + 8, y - height - 10),
            (x + r + 8, y - height + 14),
            (x - r - 8, y - height + 14),
        ],
        lighter(colour, 0.42),
        colour,
    )
    c.gradient(
        [(x - 24, y - height - 10), (x + 24, y - height - 10), (x + 24, y), (x - 24, y)],
        lighter(ribbon, 0.15),
        darker(ribbon, 0.15),
    )
    for side in (-1, 1):
        loop = [(0, 0), (side * 50, -62), (side * 116, -58), (side * 104, -6), (side * 40, 10)]
        c.gradient(moved(curve(loop), x, y - height + 10), lighter(ribbon, 0.25), darker(ribbon, 0.2))
        hole = [(side * 26, -12), (side * 56, -42), (side * 92, -40), (side * 84, -14)]
        c.shape(moved(curve(hole), x, y - height + 10), darker(ribbon, 0.5), alpha=0.75)
        tail = [(side * 6, 0), (side * 60, 64), (side * 46, 84), (side * 2, 22)]
        c.gradient(moved(tail, x, y - height + 10), ribbon, darker(ribbon, 0.25))
    c.disc(x, y - height + 6, 24, 20, colour=lighter(ribbon, 0.2))


def plateau_gift(c: Canvas) -> None:
    """Macadamia, pepper, cashew and dried fruit in one box."""
    scenes.table(c, scenes.MORNING, sun=860, peaks=4)
    jar(c, 420, 640, width=180, height=290, content="#e9d2a4", full=0.9, lid="#b98a3c", mark="#97391a")
    pouch(c, 610, 640, width=220, height=330, colour="#2f5d50", window="#f6e7c5")
    open_nut(c, 610, 470, 28)
    jar(c, 800, 640, width=180, height=280, content="#6d8a35", full=0.9, lid="#23483a", mark="#4f7a36")
    for turn in (-170, -146, -34, -10):
        leaf(c, 610, 590, size=1.1, turn=turn, colour="#3a7343", form=HOLLY)
    gift_box(c, 610, 760, width=640, height=190, colour="#b0743f", ribbon="#b5301f")
    for x, y in ((180, 790), (236, 812), (1010, 800)):
        nut(c, x, y, 38)
    kernel(c, 290, 826, 28)
    slice_of(c, 960, 828, 36, rind="#e0a030", flesh="#f6c860", ribs=9)


def northwest_gift(c: Canvas) -> None:
    """Coffee, spice, rice and a pot of herbs from two ends of the mountains."""
    scenes.table(c, scenes.DUSK, sun=330, peaks=4)
    for x, turn in ((850, 2), (900, 12)):
        rice_ear(c, x, 640, size=0.8, turn=turn)
    pouch(c, 420, 640, width=220, height=320, colour="#6b2a1c", window="#f6e7c5")
    bean(c, 420, 474, size=0.72, turn=-24)
    pouch(c, 604, 640, width=170, height=360, colour="#2f5d50", window="#f4d98a")
    flower(c, 604, 452, 26, petals=9, colour="#f4d98a")
    jar(c, 770, 640, width=190, height=280, content="#a5402a", full=0.9, lid="#23344a", mark="#97391a")
    gift_box(c, 600, 760, width=620, height=190, colour="#7d4a2a", ribbon="#e0a030")
    chili(c, 170, 812, size=0.66, turn=-8)
    in_front(
        c, lambda x, y: bean(c, x, y, size=0.7, turn=c.rng.uniform(0, 360)), xs=(960, 1010, 1050, 300), y=806, spread=20
    )
    pepper_sprig(c, 200, 846, size=0.5, turn=-6)
