"""Things that grow: beans, nuts, leaves, fruit, roots, mushrooms. Each stands with its middle at (x, y)."""

from math import cos, pi, sin

from .canvas import Canvas, Colour, Points, curve, darker, lighter, mix, moved, oval

LEAF = [(0, 0), (40, -26), (95, -34), (150, -22), (200, 0), (150, 22), (95, 34), (40, 26)]
LONG_LEAF = [(0, 0), (60, -15), (130, -18), (200, -8), (240, 0), (200, 8), (130, 18), (60, 15)]


def solid(c: Canvas, points: Points, colour: Colour, *, light: float = 0.3, dark: float = 0.3) -> None:
    """A body lit from above."""
    c.gradient(points, lighter(colour, light), darker(colour, dark))


def leaf(
    c: Canvas,
    x: float,
    y: float,
    *,
    size: float = 1,
    turn: float = 0,
    colour: Colour = "#3d7a45",
    form: Points = LEAF,
    shade: bool = True,
) -> None:
    """A leaf that begins at (x, y) and points to the right before it is turned."""
    outline = moved(curve(form), x, y, size=size, turn=turn)
    if shade:
        c.soft_shape([(px + 6, py + 10) for px, py in outline], "#2a1608", alpha=0.28, blur=6)
    half = curve(form)[: len(form) * 7 // 2 + 1]
    c.gradient(outline, lighter(colour, 0.16), darker(colour, 0.2))
    c.shape(moved(half, x, y, size=size, turn=turn), lighter(colour, 0.35), alpha=0.4)
    length = max(px for px, _ in form)
    width = max(py for _, py in form)
    c.line(
        moved([(0, 0), (length * 0.96, 0)], x, y, size=size, turn=turn),
        lighter(colour, 0.55),
        width=2.4 * size + 0.6,
        alpha=0.9,
    )
    for at in range(1, 6):
        px = length * at / 7
        for side in (-1, 1):
            rib = [(px, 0), (px + length * 0.1, side * width * 0.66)]
            c.line(moved(rib, x, y, size=size, turn=turn), lighter(colour, 0.5), width=1.4, alpha=0.5)


def twig(c: Canvas, points: Points, *, colour: Colour = "#6d4a2c", width: float = 8) -> None:
    c.stroke([(x + 4, y + 8) for x, y in points], "#2a1608", width=width, alpha=0.18)
    c.stroke(points, colour, width=width)
    c.stroke([(x - 1, y - 2) for x, y in points], lighter(colour, 0.4), width=width * 0.3, alpha=0.6)


BEAN = [(-46, 0), (-34, -24), (0, -33), (34, -24), (46, 0), (34, 24), (0, 33), (-34, 24)]


def bean(c: Canvas, x: float, y: float, *, size: float = 1, turn: float = 0, colour: Colour = "#5b2f18") -> None:
    """A roasted coffee bean."""
    outline = moved(curve(BEAN), x, y, size=size, turn=turn)
    c.shape([(px + 5 * size, py + 9 * size) for px, py in outline], "#1d0d05", alpha=0.3)
    solid(c, outline, colour, light=0.22, dark=0.4)
    c.shape(
        moved(curve([(-34, -8), (0, -26), (28, -20), (4, -16)]), x, y, size=size, turn=turn),
        lighter(colour, 0.6),
        alpha=0.28,
    )
    crease = curve([(-40, 3), (-16, -5), (12, 7), (40, -2)], closed=False)
    c.line(moved(crease, x, y, size=size, turn=turn), darker(colour, 0.65), width=5.5 * size)
    c.line(moved(crease, x, y - 2.5 * size, size=size, turn=turn), lighter(colour, 0.35), width=1.6 * size, alpha=0.6)


def berry(c: Canvas, x: float, y: float, r: float, colour: Colour, *, eye: bool = True) -> None:
    """A round fruit with a shine: coffee cherries, pepper, berries."""
    c.disc(x + r * 0.15, y + r * 0.25, r, colour="#1d0d05", alpha=0.25)
    solid(c, moved(oval(r, r, points=36), x, y), colour, light=0.28, dark=0.34)
    c.disc(x - r * 0.32, y - r * 0.38, r * 0.26, r * 0.18, colour="#ffffff", alpha=0.5)
    if eye:
        c.disc(x + r * 0.2, y + r * 0.35, r * 0.13, colour=darker(colour, 0.6), alpha=0.8)


def coffee_branch(c: Canvas, x: float, y: float, *, size: float = 1, turn: float = 0, ripe: bool = True) -> None:
    """Leaves in pairs and clusters of cherries along a twig that runs right from (x, y)."""

    def at(px: float, py: float) -> tuple[float, float]:
        return moved([(px, py)], x, y, size=size, turn=turn)[0]

    for px, side in ((60, -1), (70, 1), (250, -1), (265, 1), (420, -1), (430, 1)):
        leaf(c, *at(px, 0), size=size * 1.15, turn=turn + side * 48, colour="#2f6b3f")
    twig(c, [at(0, 0), at(150, -10), at(320, 6), at(470, 0)], width=9 * size)
    leaf(c, *at(465, 0), size=size, turn=turn + 8, colour="#3f7f46")
    reds = ("#b3261e", "#c8382a", "#8f1d1d") if ripe else ("#b3261e", "#d98f2f", "#7d9a3f")
    for middle in (120, 215, 320, 400):
        for n in range(6):
            place = at(middle + 26 * cos(n * pi / 3) + c.rng.uniform(-5, 5), 26 * sin(n * pi / 3))
            berry(c, *place, 23 * size, c.rng.choice(reds))


def nut(
    c: Canvas, x: float, y: float, r: float, *, colour: Colour = "#8a5630", slit: bool = True, turn: float = 0
) -> None:
    """A macadamia in its shell, sawn a little so that it can be opened."""
    c.disc(x + r * 0.12, y + r * 0.24, r * 1.02, colour="#1d0d05", alpha=0.28)
    body = moved(oval(r, r * 0.97, points=40), x, y)
    solid(c, body, colour, light=0.34, dark=0.42)
    with c.inside(body):
        for _ in range(7):
            px, py = x + c.rng.uniform(-r, r) * 0.8, y + c.rng.uniform(-r, r) * 0.8
            c.disc(px, py, r * 0.05, colour=darker(colour, 0.5), alpha=0.35)
        c.disc(x - r * 0.32, y - r * 0.42, r * 0.36, r * 0.22, colour="#fff3da", alpha=0.34)
        if slit:
            cut = moved(
                curve([(-0.86, 0.1), (-0.3, 0.3), (0.35, 0.3), (0.88, 0.06)], closed=False), x, y, size=r, turn=turn
            )
            c.line(cut, "#f1ddb2", width=r * 0.11)
            c.line(cut, "#4a2812", width=r * 0.05)
    c.disc(*moved([(0.1, -0.8)], x, y, size=r, turn=turn)[0], r * 0.1, r * 0.07, colour=lighter(colour, 0.6), alpha=0.8)


def open_nut(c: Canvas, x: float, y: float, r: float, *, turn: float = 0) -> None:
    """Half a macadamia shell with the kernel in it."""
    c.disc(x + r * 0.12, y + r * 0.24, r * 1.03, colour="#1d0d05", alpha=0.3)
    solid(c, moved(oval(r, r * 0.97), x, y), "#7a4826", light=0.3, dark=0.4)
    c.gradient(moved(oval(r * 0.86, r * 0.83), x, y), "#5a3016", "#9a6a3c")
    kernel(c, x + r * 0.02, y - r * 0.03, r * 0.72)


def kernel(c: Canvas, x: float, y: float, r: float) -> None:
    """A macadamia kernel, ivory and round."""
    c.disc(x + r * 0.1, y + r * 0.2, r, colour="#3a1d08", alpha=0.28)
    body = moved(oval(r, r * 0.94, points=40), x, y)
    c.gradient(body, "#fffaf0", "#e0c190")
    with c.inside(body):
        c.glow(x + r * 0.45, y + r * 0.6, r * 0.95, "#b98345", alpha=0.4)
    c.disc(x - r * 0.3, y - r * 0.4, r * 0.3, r * 0.18, colour="#ffffff", alpha=0.8)


CASHEW = [
    (-52, 18),
    (-58, -14),
    (-34, -40),
    (6, -44),
    (44, -28),
    (58, 4),
    (46, 22),
    (24, 14),
    (2, -2),
    (-18, 2),
    (-26, 20),
    (-40, 30),
]


def cashew(c: Canvas, x: float, y: float, *, size: float = 1, turn: float = 0, colour: Colour = "#e6b873") -> None:
    outline = moved(curve(CASHEW), x, y, size=size, turn=turn)
    c.shape([(px + 5 * size, py + 9 * size) for px, py in outline], "#3a1d08", alpha=0.26)
    c.gradient(outline, lighter(colour, 0.5), darker(colour, 0.18))
    c.line(
        moved(curve([(-44, 0), (-28, -24), (4, -32), (38, -20)], closed=False), x, y, size=size, turn=turn),
        "#fff8e6",
        width=5 * size,
        alpha=0.55,
    )
    for _ in range(6):
        px, py = c.rng.uniform(-40, 40), c.rng.uniform(-34, -14)
        c.disc(*moved([(px, py)], x, y, size=size, turn=turn)[0], 1.8 * size, colour="#ffffff", alpha=0.9)


def pepper_sprig(
    c: Canvas, x: float, y: float, *, size: float = 1, turn: float = 0, colour: Colour = "#7f9a3a"
) -> None:
    """A spike of green peppercorns that hangs right from (x, y)."""
    line = curve([(0, 0), (90, 12), (200, 8), (300, 26)], closed=False)
    c.line(moved(line, x, y, size=size, turn=turn), "#5c7a34", width=6 * size)
    for at in range(46):
        px = 28 + at * 6
        py = 12 + 26 * sin(at * 2.4) + c.rng.uniform(-4, 4)
        berry(
            c,
            *moved([(px, py)], x, y, size=size, turn=turn)[0],
            14.5 * size,
            mix(colour, c.rng.choice(["#a9bd55", "#55702a", "#8fae4a"]), 0.5),
            eye=False,
        )


def shiitake(c: Canvas, x: float, y: float, *, size: float = 1, colour: Colour = "#7a4a2a", tilt: float = 0) -> None:
    """A mushroom seen a little from above, its cap crackled."""
    stem = [(-26, 10), (-22, 90), (-30, 140), (30, 140), (24, 90), (28, 10)]
    c.gradient(moved(curve(stem), x, y, size=size, turn=tilt), "#f6e8cb", "#c9a878")
    gills = curve([(-128, 20), (-60, 52), (0, 60), (60, 52), (128, 20), (0, 4)])
    c.gradient(moved(gills, x, y, size=size, turn=tilt), "#e8cf9f", "#c49a64")
    cap = curve(
        [(-140, 18), (-118, -48), (-60, -92), (0, -104), (60, -92), (118, -48), (140, 18), (70, 34), (0, 38), (-70, 34)]
    )
    outline = moved(cap, x, y, size=size, turn=tilt)
    c.gradient(outline, lighter(colour, 0.26), darker(colour, 0.3))
    with c.inside(outline):
        for _ in range(18):
            px, py = c.rng.uniform(-100, 100), c.rng.uniform(-85, 15)
            spread = c.rng.uniform(8, 17)
            crack = [(px - spread, py), (px - 3, py - 5), (px + spread, py + 2), (px + 3, py + 7)]
            c.shape(moved(crack, x, y, size=size, turn=tilt), "#f0dab0", alpha=0.62)
        c.shape(
            moved(curve([(-110, -20), (-60, -80), (10, -92), (-40, -56)]), x, y, size=size, turn=tilt),
            "#fff2d8",
            alpha=0.2,
        )
    c.line(
        moved(curve([(-138, 20), (-70, 36), (0, 40), (70, 36), (138, 20)], closed=False), x, y, size=size, turn=tilt),
        "#f3dfb6",
        width=5 * size,
        alpha=0.85,
    )


def reishi(c: Canvas, x: float, y: float, *, size: float = 1) -> None:
    """A lingzhi: a varnished fan, darker at its root, pale at its rim."""
    stem = curve([(-16, 30), (-30, 150), (-14, 190), (22, 190), (10, 120), (22, 30)])
    c.gradient(moved(stem, x, y, size=size), "#8a3a1e", "#3f160c")
    for at, tone in enumerate(("#f3d9a6", "#e29a4a", "#c75f2a", "#a63d1e", "#84291a")):
        r = 1 - at * 0.17
        fan = curve(
            [(-150, 34), (-136, -40), (-70, -88), (10, -100), (92, -80), (146, -30), (150, 34), (60, 54), (-60, 54)]
        )
        c.gradient(moved(fan, x, y + at * 7 * size, size=size * r), lighter(tone, 0.15), darker(tone, 0.12))
    c.shape(moved(curve([(-84, -26), (-20, -66), (50, -62), (-10, -40)]), x, y, size=size), "#fff2d8", alpha=0.3)


def strand(
    c: Canvas, x: float, y: float, *, length: float, turn: float, colour: Colour = "#e8872a", width: float = 9
) -> None:
    """A strand of cordyceps, thicker and lighter at its tip."""
    bend = c.rng.uniform(-16, 16)
    line = [(0, 0), (length * 0.35, bend), (length * 0.7, -bend * 0.6), (length, 0)]
    points = moved(line, x, y, turn=turn)
    c.stroke([(px + 3, py + 6) for px, py in points], "#3a1d08", width=width, alpha=0.16)
    c.stroke(points, darker(colour, 0.1), width=width)
    c.stroke([(px - 1, py - 2) for px, py in points], lighter(colour, 0.4), width=width * 0.35, alpha=0.75)
    tip = points[-1]
    c.disc(*tip, width * 0.85, colour=lighter(colour, 0.22))


def chili(c: Canvas, x: float, y: float, *, size: float = 1, turn: float = 0, colour: Colour = "#c3281f") -> None:
    body = curve([(0, -20), (60, -24), (130, -14), (205, 14), (236, 36), (190, 26), (120, 22), (50, 22), (0, 18)])
    outline = moved(body, x, y, size=size, turn=turn)
    c.soft_shape([(px + 5, py + 11) for px, py in outline], "#2a1608", alpha=0.35, blur=5)
    c.gradient(outline, lighter(colour, 0.18), darker(colour, 0.3))
    c.stroke(moved([(20, -8), (80, -12), (140, -2)], x, y, size=size, turn=turn), "#ffe3d0", width=6 * size, alpha=0.6)
    c.stroke(moved([(-52, -16), (-26, -8), (0, 0)], x, y, size=size, turn=turn), "#4f7a36", width=8 * size)
    c.shape(moved(curve([(-12, -16), (8, -22), (18, 0), (8, 20), (-12, 14)]), x, y, size=size, turn=turn), "#5c8a3e")


def turmeric(c: Canvas, x: float, y: float, *, size: float = 1, turn: float = 0, cut: bool = True) -> None:
    """A hand of turmeric; its cut end shows why it is grown."""
    fingers = [
        [(-20, 20), (-60, 90), (-44, 126), (-14, 118), (20, 40)],
        [(60, 20), (110, 86), (140, 96), (152, 66), (110, 0)],
        [(30, -20), (70, -92), (100, -98), (108, -70), (80, -10)],
    ]
    colour = "#c98a3a"
    for finger in fingers:
        solid(c, moved(curve(finger), x, y, size=size, turn=turn), colour, dark=0.28)
    body = moved(
        curve([(-130, -6), (-96, -46), (-10, -52), (90, -40), (150, -14), (146, 26), (80, 48), (-20, 50), (-110, 36)]),
        x,
        y,
        size=size,
        turn=turn,
    )
    c.soft_shape([(px + 6, py + 14) for px, py in body], "#2a1608", alpha=0.3, blur=8)
    solid(c, body, colour, light=0.3, dark=0.3)
    with c.inside(body):
        for at in range(-5, 7):
            px = at * 26
            c.line(
                moved(curve([(px, -60), (px + 12, 0), (px, 60)], closed=False), x, y, size=size, turn=turn),
                darker(colour, 0.4),
                width=3 * size,
                alpha=0.5,
            )
    if cut:
        face = moved([(-122, 12)], x, y, size=size, turn=turn)[0]
        c.disc(*face, 36 * size, 42 * size, colour="#9a5c1e")
        c.disc(*face, 31 * size, 37 * size, colour="#f29a1f")
        c.disc(*face, 17 * size, 21 * size, colour="#ffbe45")


def slice_of(
    c: Canvas, x: float, y: float, r: float, *, rind: Colour, flesh: Colour, seeds: Colour = "", ribs: int = 0
) -> None:
    """A slice of fruit, dried thin."""
    c.disc(x + r * 0.08, y + r * 0.14, r, colour="#3a1d08", alpha=0.25)
    edge = [
        (r * (1 + 0.035 * sin(at * 1.7)) * cos(at * pi / 24), r * (1 + 0.035 * cos(at * 2.3)) * sin(at * pi / 24))
        for at in range(48)
    ]
    c.gradient(moved(edge, x, y), lighter(rind, 0.15), darker(rind, 0.2))
    c.gradient(moved(edge, x, y, size=0.86), lighter(flesh, 0.4), darker(flesh, 0.06))
    for at in range(ribs):
        turn = at * 2 * pi / ribs
        wedge = curve([(0.12, 0), (0.7, -0.2), (0.78, 0), (0.7, 0.2)])
        c.shape(moved(wedge, x, y, size=r, turn=turn * 180 / pi), lighter(flesh, 0.5), alpha=0.55)
    if seeds:
        for _ in range(round(r * 0.6)):
            turn, reach = c.rng.uniform(0, 2 * pi), r * 0.78 * c.rng.random() ** 0.5
            c.disc(x + reach * cos(turn), y + reach * sin(turn), max(1.6, r * 0.028), colour=seeds)


def passion_fruit(c: Canvas, x: float, y: float, r: float, *, half: bool = True) -> None:
    c.shadow(x + r * 0.1, y + r * 0.5, r * 1.0, r * 0.75, alpha=0.4)
    solid(c, moved(oval(r, r * 0.97), x, y), "#5d2440", light=0.3, dark=0.35)
    if not half:
        c.disc(x - r * 0.34, y - r * 0.4, r * 0.3, r * 0.18, colour="#ffe9f2", alpha=0.4)
        return
    c.disc(x, y, r * 0.88, r * 0.85, colour="#f3dfd2")
    c.gradient(moved(oval(r * 0.74, r * 0.71), x, y), "#f7b733", "#d97a12")
    for _ in range(26):
        turn, reach = c.rng.uniform(0, 2 * pi), r * 0.62 * c.rng.random() ** 0.5
        px, py = x + reach * cos(turn), y + reach * sin(turn) * 0.96
        c.disc(px, py, r * 0.12, r * 0.1, colour="#ffd25e", alpha=0.85)
        c.disc(px, py, r * 0.055, r * 0.07, colour="#2a160c")
    c.disc(x - r * 0.25, y - r * 0.35, r * 0.22, r * 0.1, colour="#fffbe8", alpha=0.5)


def mulberry(c: Canvas, x: float, y: float, *, size: float = 1, turn: float = 0) -> None:
    c.stroke(moved([(-62, 0), (-100, -14)], x, y, size=size, turn=turn), "#6d8a3e", width=7 * size)
    for row in range(9):
        px = -52 + row * 14
        wide = 34 * sin(pi * (row + 1.2) / 10.5)
        for at in range(5):
            py = wide * (at - 2) / 2
            berry(
                c,
                *moved([(px + c.rng.uniform(-3, 3), py)], x, y, size=size, turn=turn)[0],
                12.5 * size,
                c.rng.choice(["#3a1030", "#55163c", "#6d1f45", "#2b0c28"]),
                eye=False,
            )


def rice_ear(c: Canvas, x: float, y: float, *, size: float = 1, turn: float = 0, colour: Colour = "#d9a441") -> None:
    """A panicle that bows to the right from its stalk at (x, y)."""
    spine = curve([(0, 0), (60, -150), (150, -270), (270, -320), (370, -290)], closed=False)
    c.line(moved(spine, x, y, size=size, turn=turn), darker(colour, 0.2), width=5 * size)
    for at, (px, py) in enumerate(spine[8:]):
        for side in (-1, 1):
            droop = 25 + at * 3.6
            grain = [(0, 0), (16, -9), (36, -6), (46, 2), (34, 8), (14, 8)]
            tip = moved(curve(grain), px, py, turn=droop * side + (-30 if side < 0 else 20))
            c.gradient(moved(tip, x, y, size=size, turn=turn), lighter(colour, 0.35), darker(colour, 0.25))


def artichoke(c: Canvas, x: float, y: float, *, size: float = 1) -> None:
    """A bud of scales, the lowest widest, green running into violet."""
    c.gradient(moved(curve([(-24, 90), (-20, 210), (24, 210), (26, 90)]), x, y, size=size), "#7d9a52", "#4d6b35")
    scale = curve([(-46, 26), (-40, -30), (0, -78), (40, -30), (46, 26), (0, 46)])
    for row in range(6, -1, -1):
        level = 6 - row
        count = max(1, 6 - abs(3 - level)) if row else 1
        for at in range(count):
            px = (at - (count - 1) / 2) * 46
            py = -88 + level * 34
            tone = mix("#84a35a", "#7d5a86", max(0, 0.75 - level * 0.12))
            body = moved(scale, x + px * size, y + py * size, size=size * 1.12, turn=px * 0.22)
            c.gradient(body, lighter(mix(tone, "#8a5a86", 0.25), 0.25), darker(tone, 0.22))
            c.line([*body, body[0]], darker(tone, 0.4), width=2, alpha=0.45)


def noni(c: Canvas, x: float, y: float, *, size: float = 1, turn: float = 0) -> None:
    body = moved(
        curve([(-92, 0), (-76, -52), (-10, -70), (66, -54), (98, 0), (70, 54), (-6, 70), (-76, 52)]),
        x,
        y,
        size=size,
        turn=turn,
    )
    c.soft_shape([(px + 8, py + 18) for px, py in body], "#2a1608", alpha=0.35, blur=9)
    c.gradient(body, "#d5dd94", "#8fa24c")
    with c.inside(body):
        for row in range(-3, 4):
            for column in range(-4, 5):
                px, py = column * 27 + (13 if row % 2 else 0), row * 23
                c.disc(
                    *moved([(px, py)], x, y, size=size, turn=turn)[0], 11 * size, 9 * size, colour="#f1f0bc", alpha=0.55
                )
                c.disc(*moved([(px, py + 1)], x, y, size=size, turn=turn)[0], 4 * size, colour="#7a7f3a", alpha=0.8)


def flower(
    c: Canvas, x: float, y: float, r: float, *, petals: int = 8, colour: Colour = "#f4d35e", heart: Colour = "#b5651d"
) -> None:
    c.shadow(x + 3, y + 8, r * 0.85, r * 0.85, alpha=0.2)
    petal = curve([(0.1, 0), (0.5, -0.26), (0.95, -0.14), (1, 0), (0.95, 0.14), (0.5, 0.26)])
    for at in range(petals):
        body = moved(petal, x, y, size=r, turn=at * 360 / petals)
        c.gradient(body, lighter(colour, 0.3), darker(colour, 0.08))
        c.line([*body, body[0]], darker(colour, 0.25), width=1.2, alpha=0.5)
    solid(c, moved(oval(r * 0.3, r * 0.3), x, y), heart)
