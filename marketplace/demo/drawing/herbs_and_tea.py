"""Pictures of herbs, teas, medicinal mushrooms and roots."""

from . import scenes
from .canvas import Canvas, Colour, Points, curve, mix
from .layout import Put, heaped, in_front, ringed, strewn
from .packaging import bottle, jar, pouch
from .plants import (
    LONG_LEAF,
    artichoke,
    berry,
    flower,
    leaf,
    noni,
    slice_of,
    strand,
    turmeric,
)
from .vessels import CREAM, basket_leaves, bowl, cup, heap, small_cup, steam_over, teapot


def cordyceps_fresh(c: Canvas) -> None:
    scenes.table(c, scenes.HIGHLAND, sun=320)
    mouth = bowl(c, 600, 738, width=520, height=150, colour="#e9e2cf", inside="#c79a63", rim="#fbf7ee")
    x, y = mouth[0], mouth[1]
    for at in range(110):
        turn = -90 + c.rng.gauss(0, 24)
        strand(
            c,
            x + c.rng.uniform(-210, 210),
            y + 26 - at * 0.3,
            length=c.rng.uniform(130, 270),
            turn=turn,
            colour=mix("#e8872a", "#f2b04a", c.rng.random()),
            width=10,
        )
    heap(c, (x, y + 8, mouth[2], mouth[3] * 0.9), "#f0dcae", height=14)
    for px, py, turn in ((300, 790, -8), (380, 812, 6), (820, 800, -4), (780, 778, 10)):
        strand(c, px, py, length=150, turn=turn, width=11)


def cordyceps_dried(c: Canvas) -> None:
    scenes.table(c, scenes.DUSK, sun=860)
    inner = jar(c, 480, 735, width=290, height=420, content="#f0d9a8", full=0.86, lid="#23483a", mark="#97391a")
    with c.inside(inner):
        for _ in range(60):
            strand(
                c, c.rng.uniform(350, 610), c.rng.uniform(430, 520), length=90, turn=c.rng.uniform(-150, -30), width=8
            )
            strand(
                c, c.rng.uniform(350, 610), c.rng.uniform(700, 740), length=70, turn=c.rng.uniform(-160, -20), width=8
            )
    mouth = bowl(c, 820, 742, width=300, height=96, colour="#8f3b1c")
    for _ in range(60):
        strand(
            c,
            820 + c.rng.uniform(-110, 110),
            mouth[1] + 6,
            length=c.rng.uniform(70, 150),
            turn=c.rng.uniform(-165, -15),
            colour=mix("#d9721c", "#f0a23a", c.rng.random()),
            width=9,
        )
    for px, turn in ((250, -20), (300, 14), (640, 8), (720, -12)):
        strand(c, px, 800, length=120, turn=turn, width=10)


def artichoke_extract(c: Canvas) -> None:
    scenes.table(c, scenes.HIGHLAND, sun=860)
    artichoke(c, 420, 480, size=1.25)
    basket_leaves(c, 420, 740, count=7, reach=230, colour="#6b8f5a")
    jar(c, 750, 735, width=250, height=320, content="#2b160c", full=0.95, lid="#c79a4a", mark="#5a6b3a")
    small_cup(c, 980, 778, size=1.15, drink="#5a3418")


def herb_infusion(c: Canvas) -> None:
    """A red-brown brew, a king among herbs."""
    scenes.table(c, scenes.DUSK, sun=340)
    pouch(c, 460, 735, width=310, height=420, colour="#6b2a1c", window="#f0c35a")
    flower(c, 460, 515, 48, petals=10, colour="#f0b23a", heart="#8a3a16")
    cup(c, 800, 752, width=250, colour=CREAM, drink="#7a2e14", trim="#6b2a1c")
    for x, y, r in ((250, 790, 26), (300, 806, 24), (630, 800, 25), (980, 792, 24)):
        berry(c, x, y, r, "#a5281c")


def herb_flowers(c: Canvas) -> None:
    """Petals and rosebuds on a tray."""
    scenes.tray(c, "#7d3550")
    for turn in range(0, 360, 40):
        leaf(c, 600, 450, size=1.35, turn=turn + 12, colour="#5c8a52", form=LONG_LEAF)
    pinks = ("#d9607a", "#e88a9a", "#c4466a", "#f0b3b0")
    strewn(
        c,
        lambda x, y: flower(c, x, y, c.rng.uniform(42, 58), petals=7, colour=c.rng.choice(pinks), heart="#f0c35a"),
        count=20,
        gap=112,
        reach=300,
        hole=165,
    )
    cup_of_tea(c, 600, 450, tea="#d98a5a")


def cup_of_tea(c: Canvas, x: float, y: float, *, tea: Colour) -> None:
    """A handleless cup seen from above."""
    c.shadow(x + 16, y + 24, 140, 136, alpha=0.5)
    for r, colour in ((142, "#fbf7ee"), (128, "#e6dcc4"), (122, mix(tea, "#2a1608", 0.25)), (114, tea)):
        c.disc(x, y, r, colour=colour)
    c.disc(x - 30, y - 40, 46, 22, colour="#fff6e0", alpha=0.45)
    c.ring(x, y, 135, 135, colour="#1d5138", width=4)
    for at in range(3):
        leaf(c, x - 12 + at * 18, y + 20, size=0.22, turn=-60 + at * 70, colour="#7d8a3a", shade=False)


def herb_detox(c: Canvas) -> None:
    """Green herbs, a pot, a clear cup."""
    scenes.table(c, scenes.HIGHLAND, sun=330)
    basket_leaves(c, 880, 700, count=9, reach=300, colour="#5a9a52")
    teapot(c, 560, 735, size=1.12, colour="#5d8a78")
    small_cup(c, 880, 775, size=1.4, drink="#c9cf7a")
    for x, turn in ((270, -12), (330, 24), (760, 8)):
        leaf(c, x - 60, 800, size=0.6, turn=turn, colour="#5a9a52")


def herb_peace(c: Canvas) -> None:
    """Roots, seeds and slices, weighed out."""
    scenes.tray(c, "#46596b")

    def dish(x: float, y: float, put: Put, *, count: int, gap: float, reach: float) -> None:
        c.shadow(x + 12, y + 20, 105, 105, alpha=0.45)
        c.disc(x, y, 105, colour="#f6eedb")
        c.disc(x, y, 95, colour="#d9c9a6")
        strewn(c, put, count=count, gap=gap, x=x, y=y, reach=reach)

    def root(x: float, y: float) -> None:
        slice_of(c, x, y, 26, rind="#8f6a3a", flesh="#f0dcae", ribs=7)

    def dry_leaf(x: float, y: float) -> None:
        leaf(c, x - 24, y, size=0.26, turn=c.rng.uniform(0, 360), colour="#7d8a3a")

    dish(440, 330, root, count=12, gap=34, reach=66)
    dish(760, 330, lambda x, y: berry(c, x, y, 15, "#8a4a2a"), count=30, gap=20, reach=74)
    dish(440, 580, dry_leaf, count=16, gap=24, reach=62)
    dish(760, 580, lambda x, y: berry(c, x, y, 15, "#a5281c"), count=30, gap=20, reach=74)
    for turn in (45, 135, 225, 315):
        leaf(c, 600, 455, size=0.55, turn=turn, colour="#4f7f4a")
    flower(c, 600, 455, 56, petals=9, colour="#f4d98a")


def seven_herbs(c: Canvas) -> None:
    scenes.tray(c, "#2f5d50")
    cup_of_tea(c, 600, 450, tea="#c98a3a")
    kinds = ["leaf", "red", "slice", "flower", "dark", "root", "white"]

    def put(x: float, y: float, turn: float) -> None:
        kind = kinds[round(turn / (360 / 7)) % 7]
        c.shadow(x + 6, y + 12, 74, 70, alpha=0.28)
        match kind:
            case "leaf":
                for at in range(6):
                    leaf(c, x, y, size=0.36, turn=at * 60 + 10, colour="#4f8a4a")
            case "red" | "dark":
                tone = "#b3261e" if kind == "red" else "#3a2a4a"
                strewn(c, lambda px, py: berry(c, px, py, 18, tone), count=14, gap=27, x=x, y=y, reach=58)
            case "slice":
                for dx, dy in ((-34, 10), (30, -22), (26, 34)):
                    slice_of(c, x + dx, y + dy, 40, rind="#c98a2a", flesh="#f0c35a", ribs=8)
            case "flower":
                for dx, dy in ((-30, -20), (34, -12), (0, 36)):
                    flower(c, x + dx, y + dy, 40, petals=10, colour="#fdf3da", heart="#e0a030")
            case "root":
                for at in range(5):
                    strand(
                        c, x - 60, y - 34 + at * 17, length=120, turn=c.rng.uniform(-14, 14), colour="#b98a52", width=13
                    )
            case _:
                strewn(
                    c,
                    lambda px, py: flower(c, px, py, 22, petals=5, colour="#e88a9a"),
                    count=8,
                    gap=38,
                    x=x,
                    y=y,
                    reach=52,
                )

    ringed(put, count=7, reach=262, start=0)


def turmeric_powder(c: Canvas) -> None:
    scenes.table(c, scenes.MORNING, sun=860)
    turmeric(c, 860, 690, size=1.15, turn=-10)
    mouth = bowl(c, 500, 740, width=480, height=170, colour="#2f5d50", inside="#c9821c")
    mound = heap(c, mouth, "#f0a21f", height=150)
    with c.inside(mound):
        for _ in range(300):
            c.disc(
                c.rng.uniform(270, 730),
                c.rng.uniform(420, 640),
                2.4,
                colour=c.rng.choice(["#ffd271", "#c97a12"]),
                alpha=0.55,
            )
    slice_of(c, 300, 800, 36, rind="#a5671e", flesh="#f29a1f")
    slice_of(c, 372, 812, 32, rind="#a5671e", flesh="#f29a1f")
    slice_of(c, 760, 812, 38, rind="#a5671e", flesh="#f29a1f")


def winter_melon_tea(c: Canvas) -> None:
    scenes.table(c, scenes.HIGHLAND, sun=340)
    from_left = [
        (250, 560),
        (330, 480),
        (520, 470),
        (640, 520),
        (660, 610),
        (600, 690),
        (420, 722),
        (280, 700),
        (228, 630),
    ]
    melon(c, from_left)
    jar(c, 830, 738, width=210, height=300, content="#b98a3a", full=0.9, lid="#f0c35a", label="#fdf5df")
    for x in (560, 640, 700):
        slice_of(c, x, 790, 52, rind="#4f7f46", flesh="#eef3d6", seeds="#d9c98a")


def melon(c: Canvas, points: Points) -> None:
    outline = curve(points)
    c.shadow(450, 716, 220, 34, alpha=0.5)
    c.gradient(outline, "#8fb06a", "#2f5a36")
    with c.inside(outline):
        for at in range(7):
            x = 240 + at * 64
            c.stroke([(x - 20, 450), (x + 10, 590), (x - 10, 740)], "#d9e6b0", width=5, alpha=0.4)
        for _ in range(90):
            c.disc(c.rng.uniform(230, 660), c.rng.uniform(470, 720), c.rng.uniform(2, 6), colour="#eef3d6", alpha=0.45)
    c.stroke([(256, 566), (222, 520), (232, 480)], "#5c7a34", width=16)
    leaf(c, 236, 500, size=0.8, turn=-30, colour="#4f8a4a")


def shan_tea(c: Canvas) -> None:
    """Old tall tea trees in the mist, and a cup."""
    scenes.table(c, scenes.HIGHLAND, sun=600, peaks=6)
    for turn in range(-160, -15, 24):
        leaf(c, 340, 730, size=c.rng.uniform(0.95, 1.25), turn=turn, colour="#4a8a4a", form=LONG_LEAF)
    mouth = bowl(c, 340, 742, width=330, height=110, colour="#c79a63")
    heaped(
        c,
        mouth,
        lambda x, y: leaf(c, x - 30, y, size=0.42, turn=c.rng.uniform(-60, 240), colour="#5a7a45"),
        gap=42,
        height=60,
    )
    teapot(c, 720, 735, size=0.95, colour="#7d3a22")
    small_cup(c, 960, 778, size=1.3, drink="#cfae4a")
    steam_over(c, 960, 690, size=0.55)


def noni_juice(c: Canvas) -> None:
    scenes.table(c, scenes.SEA, sun=340)
    bottle(c, 700, 735, width=190, height=520, content="#5a2a16", label="#fdf5df", mark="#5a7a34", cap="#1d5138")
    noni(c, 420, 680, size=1.15, turn=-8)
    noni(c, 300, 762, size=0.72, turn=14)
    leaf(c, 470, 600, size=1.0, turn=-38, colour="#4f8a3e")
    leaf(c, 440, 606, size=0.9, turn=-84, colour="#5a9a4a")
    small_cup(c, 920, 775, size=1.35, drink="#6b3216")
    in_front(
        c, lambda x, y: leaf(c, x, y, size=0.5, turn=c.rng.uniform(-20, 20), colour="#4f8a3e"), xs=(520, 560), y=800
    )
