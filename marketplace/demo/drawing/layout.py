"""How many things lie: heaped in a bowl, strewn over a tray, along the front of a table."""

from collections.abc import Callable
from math import cos, pi, sin

from .canvas import Canvas

Put = Callable[[float, float], None]  # draws one thing at (x, y)


def heaped(c: Canvas, mouth: tuple[float, float, float, float], put: Put, *, gap: float, height: float = 60) -> None:
    """Things in a bowl, row upon row, each row shorter than the one below it."""
    x, y, rx, ry = mouth
    rows = max(2, round(height / (gap * 0.42)))
    places = []
    for row in range(rows + 1):
        part = row / rows
        half = rx * (1 - 0.78 * part**1.5) - gap * 0.4
        count = max(1, round(2 * half / gap))
        for at in range(count):
            px = (at - (count - 1) / 2) * (2 * half / max(1, count))
            dip = ry * 0.5 * (1 - part) * (1 - (px / rx) ** 2) if rx else 0
            places.append((x + px + c.rng.uniform(-0.12, 0.12) * gap, y - part * height + dip))
    # The far side first, so that nearer ones lie on it.
    for px, py in [(px, py - ry * 0.3) for px, py in places[::2]] + sorted(places, key=lambda place: place[1]):
        put(px, py)


def strewn(
    c: Canvas, put: Put, *, count: int, gap: float, x: float = 600, y: float = 450, reach: float = 340, hole: float = 0
) -> None:
    """Up to ``count`` things on a round tray, none nearer than ``gap`` to another or to its middle than ``hole``."""
    places: list[tuple[float, float]] = []
    for _ in range(count * 12):
        if len(places) == count:
            break
        turn, far = c.rng.uniform(0, 2 * pi), (hole**2 + (reach**2 - hole**2) * c.rng.random()) ** 0.5
        px, py = x + far * cos(turn), y + far * 0.98 * sin(turn)
        if all((px - ox) ** 2 + (py - oy) ** 2 >= gap * gap for ox, oy in places):
            places.append((px, py))
    for px, py in sorted(places, key=lambda place: place[1]):
        put(px, py)


def in_front(c: Canvas, put: Put, *, xs: tuple[float, ...], y: float = 770, spread: float = 26) -> None:
    """Things dropped along the near edge of a table, around each of ``xs``."""
    places = [(x + c.rng.uniform(-8, 8), y + c.rng.uniform(-spread, spread)) for x in xs]
    for px, py in sorted(places, key=lambda place: place[1]):
        put(px, py)


def ringed(
    put: Callable[[float, float, float], None],
    *,
    count: int,
    reach: float,
    x: float = 600,
    y: float = 450,
    start: float = 0,
) -> None:
    """Things in a ring, each told its direction in degrees."""
    for at in range(count):
        turn = start + at * 360 / count
        put(x + reach * cos(turn * pi / 180), y + reach * sin(turn * pi / 180), turn)
