"""Pictures of sauces, spices, rice, vermicelli, meat and spirit."""

from math import cos, pi, sin

from . import scenes
from .canvas import Canvas, Colour, curve, darker, lighter, mix, moved, oval
from .layout import ringed, strewn
from .packaging import bottle, flask, jar
from .plants import (
    LONG_LEAF,
    berry,
    chili,
    leaf,
    rice_ear,
)
from .vessels import INDIGO, bowl, heap, small_cup


def fish(c: Canvas, x: float, y: float, *, size: float = 1, turn: float = 0, colour: Colour = "#8fa9b3") -> None:
    """A small silver fish that looks to the left."""

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return moved(points, x, y, size=size, turn=turn)

    c.shape(at((88, 0), (138, -30), (126, 0), (138, 30)), darker(colour, 0.25))
    body = moved(
        curve([(-110, 0), (-70, -24), (0, -32), (70, -16), (98, 0), (70, 14), (0, 26), (-70, 18)]),
        x,
        y,
        size=size,
        turn=turn,
    )
    c.soft_shape([(px + 4, py + 10) for px, py in body], "#2a1608", alpha=0.3, blur=5)
    c.gradient(body, darker(colour, 0.28), "#f3f4ea")
    c.stroke(at((-60, -3), (0, -8), (90, -1)), "#f6e7b5", width=4 * size, alpha=0.8)
    c.disc(*at((-84, -5))[0], 7 * size, colour="#fdf6e0")
    c.disc(*at((-84, -5))[0], 4 * size, colour="#1d1a18")


def anchovy_sauce(c: Canvas) -> None:
    scenes.table(c, scenes.SEA, sun=860)
    jar(c, 470, 735, width=270, height=390, content="#8a4a3a", full=0.9, lid="#c4472a", mark="#2f5a73")
    mouth = bowl(c, 800, 742, width=280, height=92, colour=INDIGO, inside="#7d3a2a", rim="#e8eee8")
    c.gradient(moved(oval(mouth[2], mouth[3]), mouth[0], mouth[1] + 4), "#a5604a", "#7a382a")
    for dx, tone in (
        (-60, "#c3281f"),
        (20, "#c3281f"),
        (60, "#f4e6c0"),
        (-14, "#f4e6c0"),
        (-90, "#7d9a3f"),
        (90, "#c3281f"),
    ):
        c.disc(mouth[0] + dx, mouth[1] + c.rng.uniform(-8, 14), 13, 8, colour=tone)
    for x, y, turn in ((300, 792, 6), (620, 800, -5), (700, 826, 4)):
        fish(c, x, y, size=0.78, turn=turn)
    chili(c, 880, 808, size=0.6, turn=-6)


def fish_sauce(c: Canvas) -> None:
    scenes.table(c, scenes.SEA, sun=320)
    barrel(c, 800, 735)
    bottle(c, 480, 738, width=170, height=500, content="#a84a12", label="#fdf5df", mark="#8f3b1c", cap="#8f3b1c")
    small_cup(c, 630, 775, size=1.2, drink="#b8641c")
    for x, y, turn in ((320, 800, -4), (420, 826, 6), (760, 812, 3)):
        fish(c, x, y, size=0.8, turn=turn)


def barrel(c: Canvas, x: float, y: float) -> None:
    wood = "#9a6233"
    body = moved(
        [
            *curve([(-150, -330), (-182, -170), (-150, 0)], closed=False),
            *curve([(150, 0), (182, -170), (150, -330)], closed=False),
        ],
        x,
        y,
    )
    c.shadow(x + 20, y, 180, 34, alpha=0.5)
    c.gradient(body, lighter(wood, 0.2), darker(wood, 0.3), across=True)
    with c.inside(body):
        for at in range(-4, 5):
            line = curve([(at * 34, -330), (at * 41, -170), (at * 34, 0)], closed=False)
            c.line(moved(line, x, y), darker(wood, 0.6), width=3, alpha=0.5)
        for level in (-290, -210, -96, -26):
            hoop = [(px, level + 20 * (1 - (px / 180) ** 2)) for px in range(-184, 185, 8)]
            c.line(moved(hoop, x, y), "#c79a4a", width=15)
            c.line(moved([(px, py - 4) for px, py in hoop], x, y), "#f0d48a", width=3, alpha=0.7)
    c.gradient(moved(oval(150, 26), x, y - 330), lighter(wood, 0.3), darker(wood, 0.1))
    c.gradient(moved(oval(132, 20), x, y - 329), "#4a2412", "#a05a1c")


def rice_spirit(c: Canvas) -> None:
    scenes.table(c, scenes.NIGHT, sun=330)
    for x, turn, size in ((770, -6, 0.92), (830, 4, 0.8), (720, -14, 0.72)):
        rice_ear(c, x, 730, size=size, turn=turn)
    flask(c, 560, 738, size=1.22)
    small_cup(c, 350, 770, size=1.3, drink="#f3efdc")
    small_cup(c, 770, 782, size=1.3, drink="#f3efdc")


def cham_cheo(c: Canvas) -> None:
    """The Thái dip: roasted chilli, mắc khén, herbs, pounded together."""
    scenes.tray(c, "#2f3a4f")
    for turn in (150, 172, 196):
        leaf(c, 440, 420, size=0.95, turn=turn, colour="#3f7f4a", form=LONG_LEAF)
    for x, y, turn in ((640, 210, 24), (690, 180, 10), (600, 250, 44)):
        chili(c, x, y, size=0.9, turn=turn, colour=c.rng.choice(["#a51f1a", "#c3281f", "#8a1a16"]))
    for x, y in ((330, 620), (400, 690), (300, 540)):
        garlic(c, x, y)
    strewn(
        c,
        lambda x, y: berry(c, x, y, 13, c.rng.choice(["#4a2a1c", "#6d3f26", "#2f1c14"])),
        count=40,
        gap=25,
        x=790,
        y=640,
        reach=105,
    )
    leaf(c, 760, 700, size=0.6, turn=160, colour="#5a7a3a")
    mortar(c, 600, 450)


def garlic(c: Canvas, x: float, y: float) -> None:
    body = moved(curve([(-44, 16), (-40, -22), (-10, -44), (0, -66), (10, -44), (40, -22), (44, 16), (0, 40)]), x, y)
    c.soft_shape([(px + 6, py + 12) for px, py in body], "#2a1608", alpha=0.32, blur=6)
    c.gradient(body, "#fdf8ee", "#d9c3b8")
    for at in (-22, 0, 22):
        c.stroke([(x + at * 0.3, y - 44), (x + at, y - 6), (x + at * 0.7, y + 30)], "#b58a9a", width=2.4, alpha=0.6)


def mortar(c: Canvas, x: float, y: float) -> None:
    """A stone mortar from above with the dip in it, the pestle across."""
    c.shadow(x + 20, y + 30, 190, 184, alpha=0.55)
    c.gradient(moved(oval(186, 182, points=90), x, y), "#8d8f88", "#4f524e")
    for _ in range(160):
        turn = c.rng.uniform(0, 2 * pi)
        c.disc(
            x + 172 * cos(turn),
            y + 168 * sin(turn),
            c.rng.uniform(1.5, 4),
            colour=c.rng.choice(["#b9bab2", "#3f423f"]),
            alpha=0.6,
        )
    c.gradient(moved(oval(154, 150, points=90), x, y), "#3a3c39", "#6d706a")
    c.gradient(moved(oval(142, 138, points=90), x, y + 4), "#7a3a1e", "#a5562a")
    with c.inside(moved(oval(142, 138, points=90), x, y + 4)):
        for _ in range(420):
            turn, far = c.rng.uniform(0, 2 * pi), 140 * c.rng.random() ** 0.5
            tone = c.rng.choice(["#c3281f", "#8a1a16", "#e0a04a", "#5a7a36", "#3a1d10", "#d9703a", "#7d9a46"])
            c.disc(
                x + far * cos(turn),
                y + far * sin(turn),
                c.rng.uniform(3, 7.5),
                c.rng.uniform(2.5, 5),
                colour=tone,
                alpha=0.9,
            )
    pestle = [(x + 20, y + 30), (x + 60, y - 6), (x + 236, y - 214), (x + 276, y - 246)]
    c.stroke([(px + 14, py + 22) for px, py in pestle], "#1d0d05", width=50, alpha=0.3)
    c.stroke(pestle, "#6d4427", width=52)
    c.stroke([(px - 9, py - 7) for px, py in pestle], "#c08a55", width=13, alpha=0.6)


def vermicelli_nests(c: Canvas, *, colour: Colour = "#d9cfb4", ground: Colour = "#97391a") -> None:
    scenes.tray(c, ground)

    def nest(x: float, y: float, r: float) -> None:
        c.shadow(x + 10, y + 16, r, r * 0.96, alpha=0.4)
        c.gradient(moved(oval(r, r * 0.96), x, y), lighter(colour, 0.3), darker(colour, 0.14))
        for at in range(64):
            ring = r * c.rng.uniform(0.2, 0.98)
            start = c.rng.uniform(0, 2 * pi)
            dx, dy = c.rng.uniform(-0.06, 0.06) * r, c.rng.uniform(-0.06, 0.06) * r
            arc = [
                (x + dx + ring * cos(start + t * 0.26), y + dy + ring * 0.96 * sin(start + t * 0.26)) for t in range(12)
            ]
            c.line(
                arc, (lighter(colour, 0.75), darker(colour, 0.3), lighter(colour, 0.35))[at % 3], width=3.2, alpha=0.85
            )
        c.disc(x, y, r * 0.16, colour=darker(colour, 0.35), alpha=0.4)

    ringed(lambda x, y, turn: nest(x, y, 112), count=5, reach=226, start=-90)
    nest(600, 450, 112)


def vermicelli_bundles(c: Canvas) -> None:
    """Glassy strands hung up to dry behind, tied in bundles in front."""
    scenes.table(c, scenes.HIGHLAND, sun=600, zoom=1)
    for x in (150, 1050):
        c.line([(x, 120), (x, 640)], "#7d5a36", width=16)
    c.line([(110, 170), (1090, 170)], "#96703f", width=18)
    tone = "#cfc6b2"
    for at in range(150):
        top = 180 + at * 5.7
        length = 330 + 16 * sin(at * 0.9) + c.rng.uniform(-12, 12)
        c.line(
            [(top, 164), (top + c.rng.uniform(-5, 5), 164 + length)],
            mix(tone, c.rng.choice(["#f3efe2", "#9d937c"]), 0.5),
            width=4,
            alpha=0.85,
        )
    c.line([(110, 162), (1090, 162)], "#c49a62", width=5)
    for x, y in ((400, 690), (800, 690), (600, 760)):
        bundle(c, x, y)


def bundle(c: Canvas, x: float, y: float) -> None:
    c.shadow(x, y + 52, 200, 28, alpha=0.5)
    for at in range(64):
        py = y + 52 * sin(at * 2.4)
        tone = mix("#d5cbb5", c.rng.choice(["#f6f1e4", "#a59a82"]), 0.55)
        c.stroke(
            [(x - 180 + c.rng.uniform(-10, 10), py), (x, y + (py - y) * 0.7), (x + 180 + c.rng.uniform(-10, 10), py)],
            tone,
            width=5,
        )
    for dx in (-8, 0, 8):
        c.line([(x + dx * 1.4, y - 40), (x + dx * 1.4, y + 42)], "#c4472a" if dx else "#e8805a", width=9)


def upland_rice(c: Canvas) -> None:
    scenes.table(c, scenes.MORNING, sun=330, peaks=4)
    for x, turn, size in ((700, -4, 1.0), (760, 6, 0.9), (640, -14, 0.84), (820, 12, 0.78)):
        rice_ear(c, x, 730, size=size, turn=turn)
    mouth = bowl(c, 490, 740, width=480, height=160, colour=INDIGO, inside="#e8dcc0", rim="#f4ead3")
    mound = heap(c, mouth, "#efe3c8", height=128)
    with c.inside(mound):
        for _ in range(520):
            place = (c.rng.uniform(265, 715), c.rng.uniform(440, 650))
            grain = moved(oval(9, 4, points=12), *place, turn=c.rng.uniform(0, 180))
            c.shape(grain, c.rng.choice(["#fffaf0", "#d9c69c", "#f6edd8", "#c9b283"]), alpha=0.85)
    for _ in range(60):
        grain = moved(
            oval(10, 4.4, points=12), c.rng.uniform(620, 900), c.rng.uniform(770, 830), turn=c.rng.uniform(0, 180)
        )
        c.shape(grain, c.rng.choice(["#fffaf0", "#e6d6b0"]))


def dried_buffalo(c: Canvas) -> None:
    scenes.table(c, scenes.NIGHT, sun=860, zoom=1)
    c.line([(140, 190), (1060, 176)], "#8a6238", width=18)
    for at in range(11):
        x = 200 + at * 80
        meat(c, x, 186 - at * 1.2, length=c.rng.uniform(220, 290), hung=True)
    plate = moved(oval(300, 62, points=90), 600, 742)
    c.shadow(620, 752, 300, 54, alpha=0.5)
    c.gradient(plate, "#f4ead3", "#cbb78d")
    c.gradient(moved(oval(264, 48, points=90), 600, 738), "#d9c8a0", "#f4ead3")
    for at in range(9):
        meat(c, 420 + at * 44, 724 + c.rng.uniform(-10, 22), length=130, hung=False)
    chili(c, 820, 806, size=0.62, turn=-8)
    for x, y in ((300, 806), (352, 818)):
        garlic(c, x, y)


def meat(c: Canvas, x: float, y: float, *, length: float, hung: bool) -> None:
    """A strip of smoked meat, its fibres along it."""
    half = c.rng.uniform(17, 24)
    form = curve(
        [
            (0, -half * 0.7),
            (length * 0.3, -half),
            (length * 0.75, -half * 0.8),
            (length, -4),
            (length * 0.96, 8),
            (length * 0.6, half),
            (length * 0.2, half * 0.8),
        ]
    )
    turn = 90 + c.rng.uniform(-3, 3) if hung else c.rng.uniform(-40, 40)
    body = moved(form, x, y, turn=turn)
    c.shape([(px + 7, py + 6) for px, py in body], "#140a06", alpha=0.3)
    c.gradient(body, "#8a3f2a", "#4a1d14")
    with c.inside(body):
        for at in range(-4, 5):
            grain = moved(
                [(0, at * 5), (length * 0.5, at * 5 + c.rng.uniform(-5, 5)), (length, at * 4)], x, y, turn=turn
            )
            c.stroke(grain, c.rng.choice(["#c4704a", "#2f120c", "#a55538"]), width=2.6, alpha=0.6)
