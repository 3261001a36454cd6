"""Pictures of macadamia, cashew and coffee."""

from collections.abc import Callable

from . import scenes
from .canvas import Canvas, Colour, curve, mix, moved, oval
from .layout import heaped, in_front, ringed, strewn
from .packaging import jar, pouch
from .plants import bean, berry, cashew, coffee_branch, kernel, leaf, nut, open_nut, reishi, twig
from .vessels import bowl, cup, heap, phin

HOLLY = [
    (0, 0),
    (50, -20),
    (110, -27),
    (180, -22),
    (250, -24),
    (300, -14),
    (316, 0),
    (300, 14),
    (250, 24),
    (180, 22),
    (110, 27),
    (50, 20),
]


def _any_nut(c: Canvas, x: float, y: float, r: float) -> None:
    kind = c.rng.random()
    if kind < 0.22:
        open_nut(c, x, y, r * 1.04)
    elif kind < 0.36:
        kernel(c, x, y, r * 0.8)
    else:
        nut(c, x, y, r, turn=c.rng.uniform(-40, 40), colour=c.rng.choice(["#8a5630", "#7d4a28", "#96623a"]))


def _beans(c: Canvas, *, colour: Colour = "#5b2f18") -> Callable[[float, float], None]:
    def put(x: float, y: float) -> None:
        tone = mix(colour, c.rng.choice(["#2f1509", "#7a4522"]), c.rng.uniform(0, 0.35))
        bean(c, x, y, size=c.rng.uniform(0.72, 0.86), turn=c.rng.uniform(0, 360), colour=tone)

    return put


def macadamia_bowl(c: Canvas) -> None:
    scenes.table(c, scenes.MORNING)
    for turn, size in ((-158, 1.0), (-128, 1.1), (-98, 0.9), (-60, 1.05), (-26, 1.0)):
        leaf(c, 600, 560, size=size, turn=turn, colour="#3a7343", form=HOLLY)
    mouth = bowl(c, 600, 735, width=560, height=210, colour="#2f5d50")
    heaped(c, mouth, lambda x, y: _any_nut(c, x, y, 43), gap=76, height=112)
    for x, y, r in ((268, 742, 46), (356, 782, 40), (860, 776, 46), (948, 742, 42)):
        nut(c, x, y, r, turn=c.rng.uniform(-30, 30))
    open_nut(c, 768, 806, 48)
    kernel(c, 442, 806, 34)


def macadamia_tray(c: Canvas) -> None:
    scenes.tray(c, "#8c3f24")
    for turn in (200, 232, 20, 52):
        leaf(c, 600, 450, size=1.08, turn=turn, colour="#3a7343", form=HOLLY)
    strewn(c, lambda x, y: _any_nut(c, x, y, 50), count=40, gap=94, reach=318)


def macadamia_jar(c: Canvas) -> None:
    scenes.table(c, scenes.DUSK, sun=380)
    inner = jar(c, 640, 730, width=320, height=430, content="#e9d2a4", full=0.9, lid="#b98a3c")
    with c.inside(inner):
        for row in range(8):
            for at in range(6):
                kernel(c, 510 + at * 54 + (26 if row % 2 else 0), 420 + row * 44, 29)
    jar_label(c, 640, 575)
    leaf(c, 800, 790, size=0.8, turn=-14, colour="#3a7343", form=HOLLY)
    in_front(c, lambda x, y: _any_nut(c, x, y, 42), xs=(300, 372, 450, 806, 884), y=772)


def jar_label(c: Canvas, x: float, y: float) -> None:
    """A round paper label."""
    c.disc(x, y, 92, colour="#1d5138")
    c.disc(x, y, 85, colour="#f4ead3")
    c.ring(x, y, 74, 74, colour="#97391a", width=3)
    for turn in (-90, -145, -35):
        leaf(c, x, y + 34, size=0.34, turn=turn, colour="#1d5138", shade=False)


def macadamia_pouch(c: Canvas) -> None:
    scenes.table(c, scenes.HIGHLAND, sun=330)
    x, y = pouch(c, 690, 735, width=340, height=440, colour="#2f5d50", window="#f6e7c5")
    open_nut(c, x, y, 46)
    for at in ((420, 724, 62), (330, 756, 52), (472, 790, 48), (900, 776, 54)):
        nut(c, *at, turn=c.rng.uniform(-30, 30))
    open_nut(c, 380, 806, 50)
    kernel(c, 560, 808, 36)
    kernel(c, 830, 812, 34)


def macadamia_branch(c: Canvas) -> None:
    scenes.table(c, scenes.HIGHLAND, sun=860, peaks=4, zoom=1)
    twig(c, [(120, 130), (380, 176), (700, 150), (1090, 210)], width=20)
    for x, turn, size in (
        (200, 34, 0.9),
        (330, -38, 0.8),
        (470, 60, 1.0),
        (560, -30, 0.9),
        (720, 40, 1.0),
        (840, -24, 0.8),
        (960, 64, 0.9),
        (1040, 10, 0.6),
    ):
        leaf(c, x, 164, size=size, turn=turn, colour="#3f7f4a", form=HOLLY)
    for x, drop in ((300, 150), (640, 190), (890, 140)):
        twig(c, [(x, 168), (x + 6, 168 + drop * 0.5), (x, 168 + drop)], width=7)
        for at in range(7):
            side = (-1 if at % 2 else 1) * (30 + at % 3 * 10)
            nut(c, x + side, 196 + drop * 0.35 + at * 30, 38, colour="#5f8a45", slit=False)
    mouth = bowl(c, 600, 735, width=420, height=150, colour="#a5522b")
    heaped(c, mouth, lambda x, y: _any_nut(c, x, y, 38), gap=68, height=66)
    in_front(c, lambda x, y: nut(c, x, y, 38), xs=(300, 880), y=764)


def cashews(c: Canvas) -> None:
    scenes.tray(c, "#2f5d50")
    mouth = bowl(c, 600, 640, width=500, height=210, colour="#f0e2c4", rim="#f4ead3", inside="#a5522b")
    heaped(c, mouth, lambda x, y: cashew(c, x, y, size=0.82, turn=c.rng.uniform(-70, 70)), gap=66, height=118)
    for x, y, turn in (
        (360, 690, 20),
        (470, 742, -30),
        (620, 738, 10),
        (750, 716, 60),
        (850, 640, -20),
        (330, 560, 80),
    ):
        cashew(c, x, y, size=0.95, turn=turn)


# --- coffee --------------------------------------------------------------


def coffee_natural(c: Canvas) -> None:
    """Cherries that dry whole in the sun."""
    scenes.tray(c, "#b9772f")
    reds = ("#8f1d1d", "#b3261e", "#6d1a1a", "#a8452a", "#7d2a1c")
    strewn(c, lambda x, y: berry(c, x, y, c.rng.uniform(26, 32), c.rng.choice(reds)), count=105, gap=52, reach=345)
    coffee_branch(c, 330, 540, size=1.05, turn=-24)


def coffee_honey(c: Canvas) -> None:
    scenes.table(c, scenes.MORNING, sun=350)
    x, y = pouch(c, 720, 735, width=330, height=440, colour="#d99a2b", label="#fdf5df", window="#fff3d0")
    bean(c, x - 8, y, size=0.95, turn=-28, colour="#8a4d20")
    mouth = bowl(c, 380, 740, width=320, height=130, colour="#8f3b1c")
    heaped(c, mouth, _beans(c, colour="#7a4119"), gap=48, height=62)
    in_front(c, _beans(c, colour="#7a4119"), xs=(560, 600, 660, 880, 930, 250), y=790)


def coffee_dark(c: Canvas) -> None:
    scenes.table(c, scenes.DUSK, sun=860)
    cup(c, 560, 750, width=360, colour="#f4ead3", drink="#2a1208")
    in_front(c, _beans(c, colour="#3c1c0e"), xs=(210, 260, 300, 340, 840, 900, 950, 990, 880), y=786, spread=30)
    leaf(c, 890, 742, size=0.9, turn=-20, colour="#2f6b3f")


def coffee_reishi(c: Canvas) -> None:
    scenes.table(c, scenes.HIGHLAND, sun=300)
    reishi(c, 850, 470, size=1.15)
    reishi(c, 690, 570, size=0.72)
    cup(c, 440, 752, width=310, colour="#e8eee0", drink="#6a3a1c")
    in_front(c, _beans(c), xs=(690, 742, 930, 985), y=786)


def coffee_hill(c: Canvas) -> None:
    scenes.table(c, scenes.HIGHLAND, sun=600, peaks=3)
    x, y = pouch(c, 440, 735, width=310, height=420, colour="#23483a", window="#f6e7c5")
    with c.inside(moved([(-55, -55), (55, -55), (55, 55), (-55, 55)], x, y)):
        c.disc(x + 16, y - 14, 17, colour="#e2683a")
        c.shape(moved(curve([(-60, 40), (-30, -4), (0, 18), (30, -10), (60, 40), (0, 70)]), x, y), "#3f7a5a")
    cup(c, 790, 752, width=270, colour="#fbf7ee", drink="#4a2412", trim="#23483a")
    in_front(c, _beans(c), xs=(590, 640, 230, 280, 1000), y=796)


def coffee_phin(c: Canvas) -> None:
    scenes.table(c, scenes.MORNING, sun=850)
    coffee_branch(c, 150, 560, size=1.0, turn=-38)
    phin(c, 610, 748, size=1.45)
    in_front(c, _beans(c), xs=(330, 380, 440, 790, 850, 900, 950), y=786)


def coffee_ground(c: Canvas) -> None:
    scenes.table(c, scenes.DUSK, sun=330)
    jar(c, 760, 735, width=260, height=370, content="#4a2715", full=0.86, lid="#23483a", mark="#97391a")
    mouth = bowl(c, 440, 740, width=400, height=150, colour="#e8d5ae", inside="#5b2f18")
    mound = heap(c, mouth, "#5a3018", height=120)
    with c.inside(mound):
        for _ in range(420):
            x, y = c.rng.uniform(250, 630), c.rng.uniform(470, 660)
            c.disc(x, y, 2.6, colour=c.rng.choice(["#2b140a", "#7d4a28", "#8f5c34"]), alpha=0.7)
    in_front(c, _beans(c), xs=(600, 640, 690, 900, 940), y=800)


def coffee_beans(c: Canvas) -> None:
    scenes.tray(c, "#23483a")
    strewn(c, _beans(c), count=150, gap=48, reach=338)
    coffee_branch(c, 360, 620, size=1.0, turn=-34)
    cup_from_above(c, 690, 520)


def cup_from_above(c: Canvas, x: float, y: float) -> None:
    c.shadow(x + 20, y + 28, 150, 146, alpha=0.5)
    for r, top, foot in (
        (150, "#fffaf0", "#d8c9a8"),
        (112, "#e9dcbf", "#fffaf0"),
        (102, "#fffdf6", "#d9caa8"),
        (90, "#3a1a0c", "#6b3a1c"),
    ):
        c.gradient([(x + r * px, y + r * py) for px, py in oval(1, 1, points=80)], top, foot)
    ringed(
        lambda px, py, turn: c.disc(px, py, 7, colour="#1d5138" if turn % 60 else "#c4582f"),
        count=24,
        reach=131,
        x=x,
        y=y,
    )
    for at in range(3):
        c.ring(x - 6, y - 4, 62 - at * 18, 58 - at * 17, colour="#c99a63", width=5, alpha=0.5)
