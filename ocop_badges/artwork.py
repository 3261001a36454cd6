"""The official artwork, for an operator who holds the right to use it (Decision 1162/QĐ-VPĐP-OCOP, 17 September 2020).

``OCOP_BADGE_ARTWORK_DIR`` names a folder with 3.png, 4.png and 5.png. They are read once a change, made small enough
for the largest badge, and stand where the drawn tile stands. ``manage.py check`` warns of one that cannot be used.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from PIL import Image, UnidentifiedImageError

from . import rules

_MAX_SIDE = 512  # px: the height of the largest badge


def png_of(stars: int) -> bytes | None:
    """The artwork for a number of stars as a square PNG; None where the operator installed none that can be read."""
    path = _path(stars)
    if path is None:
        return None
    try:
        return _prepared(str(path), path.stat().st_mtime_ns)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return None


def version_of(stars: int) -> int:
    """A number that changes with the artwork, 0 without: part of the badge's ETag."""
    path = _path(stars)
    try:
        return path.stat().st_mtime_ns if path else 0
    except OSError:
        return 0


def _path(stars: int) -> Path | None:
    folder = settings.OCOP_BADGE_ARTWORK_DIR
    return Path(folder) / f"{stars}.png" if folder else None


@lru_cache(maxsize=8)
def _prepared(path: str, changed: int) -> bytes:
    with Image.open(path, formats=["PNG"]) as source:
        picture = source.convert("RGBA")
    picture.thumbnail((_MAX_SIDE, _MAX_SIDE), Image.Resampling.LANCZOS)
    side = max(picture.size)
    square = Image.new("RGBA", (side, side))
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    out = BytesIO()
    square.save(out, "PNG")
    return out.getvalue()


@register("ocop_badges")
def check_artwork(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Each number of stars has artwork that can be read, where a folder is set."""
    if not settings.OCOP_BADGE_ARTWORK_DIR:
        return []
    return [
        Warning(
            f"{_path(stars)} cannot be read as a PNG: badges of {stars} stars show the project's own design.",
            hint="OCOP_BADGE_ARTWORK_DIR names a folder with 3.png, 4.png and 5.png.",
            id="ocop_badges.W001",
        )
        for stars in range(rules.MIN_STARS, rules.MAX_STARS + 1)
        if png_of(stars) is None
    ]
