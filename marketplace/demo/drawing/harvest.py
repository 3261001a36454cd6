"""Pictures of fruit, vegetables and mushrooms, fresh and dried."""

from math import cos, pi, sin

from . import scenes
from .canvas import Canvas, Colour, curve, darker, lighter, moved, oval
from .layout import heaped, in_front, strewn
from .packaging import jar, pouch
from .plants import (
    berry,
    leaf,
    mulberry,
    passion_fruit,
    pepper_sprig,
    shiitake,
    slice_of,
)
from .vessels import bowl


def green_pepper(c: Canvas) -> None:
    scenes.table(c, scenes.HIGHLAND, sun=860)
    jar(c, 430, 735, width=230, height=320, content="#6d8a35", full=0.9, lid="#23483a", mark="#4f7a36")
    for turn in (-150, -112, -74, -36):
        leaf(c, 700, 690, size=1.1, turn=turn, colour="#2f6b3f")
    for x, y, turn in ((560, 700, 8), (640, 640, 20), (600, 770, -4)):
        pepper_sprig(c, x, y, size=1.18, turn=turn)
    in_front(c, lambda x, y: berry(c, x, y, 15, "#7f9a3a", eye=False), xs=(260, 300, 340, 400, 470, 960, 990), y=800)


def dried_fruit(c: Canvas) -> None:
    scenes.tray(c, "#b5582f")

    def put(x: float, y: float) -> None:
        match c.rng.randrange(5):
            case 0:
                slice_of(c, x, y, 62, rind="#d14a7a", flesh="#fbeef2", seeds="#2a1a1a")
            case 1:
                slice_of(c, x, y, 58, rind="#e0a030", flesh="#f6c860", ribs=9)
            case 2:
                slice_of(c, x, y, 52, rind="#8fb04a", flesh="#e3eab5", seeds="#2a2a16")
            case 3:
                slice_of(c, x, y, 50, rind="#c4472a", flesh="#f08a5a", ribs=7)
            case _:
                strip = curve([(-70, -12), (-20, -26), (60, -16), (76, 6), (20, 20), (-60, 18)])
                body = moved(strip, x, y, turn=c.rng.uniform(0, 180))
                c.shape([(px + 4, py + 9) for px, py in body], "#3a1d08", alpha=0.25)
                c.gradient(body, "#f7cf6a", "#dd9a2a")

    strewn(c, put, count=46, gap=92, reach=316)


def fresh_shiitake(c: Canvas) -> None:
    scenes.table(c, scenes.HIGHLAND, sun=330)
    basket(c, 600, 738, width=560, height=170)
    for x, y, size, tilt in (
        (420, 520, 0.95, -14),
        (780, 520, 0.95, 14),
        (600, 470, 1.15, 0),
        (500, 570, 0.85, -8),
        (700, 572, 0.85, 10),
    ):
        shiitake(c, x, y, size=size, tilt=tilt, colour=c.rng.choice(["#7a4a2a", "#8a5630"]))
    basket(c, 600, 738, width=560, height=170, front=True)
    for x, y, size, tilt in ((280, 762, 0.5, -20), (930, 764, 0.55, 12)):
        shiitake(c, x, y, size=size, tilt=tilt)


def basket(c: Canvas, x: float, y: float, *, width: float, height: float, front: bool = False) -> None:
    """A woven basket: first its back and inside, then, over what is in it, its front."""
    r = width / 2
    top = y - height
    weave = "#c79a5a"
    if not front:
        c.shadow(x + 20, y - 2, r * 0.95, 34, alpha=0.5)
        c.gradient(moved(oval(r, 46), x, top), darker(weave, 0.2), darker(weave, 0.5))
        return
    rim = [(r * cos(at * pi / 32), 46 * sin(at * pi / 32)) for at in range(33)]
    body = moved(
        [*rim, (-r * 0.86, height - 30), (-r * 0.8, height), (r * 0.8, height), (r * 0.86, height - 30)], x, top
    )
    c.gradient(body, lighter(weave, 0.22), darker(weave, 0.3))
    with c.inside(body):
        for row in range(9):
            for at in range(-14, 15):
                px = x + at * (r / 13) + (r / 26 if row % 2 else 0)
                py = top + row * 25 + 44 * (1 - min(1, ((px - x) / r) ** 2))
                c.shape(
                    [(px - r / 30, py), (px + r / 30, py), (px + r / 30, py + 20), (px - r / 30, py + 20)],
                    darker(weave, 0.45) if row % 2 else lighter(weave, 0.4),
                    alpha=0.45,
                )
    c.line(moved(rim, x, top), darker(weave, 0.3), width=20)
    c.line(moved(rim, x, top - 4), lighter(weave, 0.45), width=6, alpha=0.8)


def mulberries(c: Canvas) -> None:
    scenes.table(c, scenes.MORNING, sun=860)
    for turn in (-160, -130, -52, -24):
        leaf(c, 600, 600, size=1.25, turn=turn, colour="#4f8a3e")
    mouth = bowl(c, 600, 738, width=520, height=170, colour="#f0e6d0", inside="#7d3550", rim="#fbf7ee")
    heaped(c, mouth, lambda x, y: mulberry(c, x, y, size=0.72, turn=c.rng.uniform(-60, 60)), gap=86, height=104)
    for x, y, turn in ((310, 790, 10), (880, 792, -14), (770, 816, 20)):
        mulberry(c, x, y, size=0.82, turn=turn)


def _strip(c: Canvas, x: float, y: float, *, turn: float, colour: Colour = "#e39a1c", size: float = 1) -> None:
    """A chewy strip of dried fruit."""
    form = curve([(-78, -16), (-30, -28), (30, -20), (80, -12), (76, 12), (20, 20), (-36, 16), (-74, 18)])
    body = moved(form, x, y, turn=turn, size=size)
    c.shape([(px + 4, py + 9) for px, py in body], "#3a1d08", alpha=0.25)
    c.gradient(body, lighter(colour, 0.3), darker(colour, 0.22))
    c.stroke(moved([(-56, -8), (0, -16), (54, -8)], x, y, turn=turn, size=size), "#fff0c0", width=5, alpha=0.55)
    for _ in range(4):
        seed = (c.rng.uniform(-56, 56), c.rng.uniform(-8, 10))
        c.disc(*moved([seed], x, y, turn=turn, size=size)[0], 4.5, 6, colour="#3a1d0e")


def passion_strips(c: Canvas) -> None:
    scenes.table(c, scenes.MORNING, sun=340)
    pouch(c, 740, 735, width=300, height=410, colour="#e0a12a", label="#fdf5df", window="#fbe3a0", mark="#5d2440")
    passion_fruit(c, 740, 516, 34)
    passion_fruit(c, 400, 670, 92, half=False)
    passion_fruit(c, 520, 716, 84)
    passion_fruit(c, 320, 744, 74)
    in_front(c, lambda x, y: _strip(c, x, y, turn=c.rng.uniform(-24, 24)), xs=(440, 600, 720, 880), y=800, spread=16)


def passion_tray(c: Canvas) -> None:
    scenes.tray(c, "#5d2440")
    strewn(c, lambda x, y: _strip(c, x, y, turn=c.rng.uniform(0, 180)), count=30, gap=96, reach=305, hole=150)
    for turn in (210, 330):
        leaf(c, 600 + 50 * cos(turn * pi / 180), 450, size=0.9, turn=turn, colour="#3f7f4a")
    passion_fruit(c, 556, 420, 80)
    passion_fruit(c, 672, 500, 84, half=False)
    passion_fruit(c, 560, 540, 62)


def potato_crisps(c: Canvas) -> None:
    scenes.table(c, scenes.MORNING, sun=860)
    mouth = bowl(c, 600, 738, width=560, height=180, colour="#4f7a46", inside="#2f4a2a")

    def crisp(x: float, y: float) -> None:
        r, tilt = c.rng.uniform(46, 60), c.rng.uniform(-40, 40)
        wave = [(r * cos(at * pi / 16), r * (0.62 + 0.12 * sin(at * pi / 4)) * sin(at * pi / 16)) for at in range(32)]
        body = moved(wave, x, y, turn=tilt)
        c.shape([(px + 4, py + 8) for px, py in body], "#3a1d08", alpha=0.26)
        c.gradient(body, "#f9e2a0", "#e0ab4a")
        c.gradient(moved(wave, x, y, turn=tilt, size=0.84), "#f3d382", "#f9e7b0")
        for _ in range(7):
            spot = moved([(c.rng.uniform(-0.6, 0.6) * r, c.rng.uniform(-0.35, 0.35) * r)], x, y, turn=tilt)[0]
            c.disc(*spot, c.rng.uniform(2, 4), colour=c.rng.choice(["#6d9a3a", "#8fb04a", "#4f7a36"]), alpha=0.85)

    heaped(c, mouth, crisp, gap=80, height=138)
    in_front(c, crisp, xs=(280, 350, 830, 920), y=796)
    for x, turn in ((740, -16), (760, 10)):
        leaf(c, x - 20, 806, size=0.5, turn=turn, colour="#6d9a3a")
