"""Makes the renditions that are missing, each once, whoever else makes them at the same moment.

They are Wagtail's renditions, under Wagtail's names for what was asked, so that its own tags find them too; the pixels
are made here: one decoding serves them all, and AVIF is told not to take its time.
"""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import models
from PIL import Image

from catalog.models import ShopImage, ShopRendition

WORKERS = 2  # Pillow frees the interpreter while it encodes
ENCODINGS: dict[str, tuple[str, dict[str, Any]]] = {
    # Speed 6, the default, takes twice as long for 8 % fewer bytes. Our own workers are the threads.
    "avif": (".avif", {"quality": 61, "speed": 8, "max_threads": 1}),
    "webp": (".webp", {"quality": 80}),
    "jpeg": (".jpg", {"quality": 78, "progressive": True, "optimize": True}),
}

_WIDTH_AND_FORMAT = re.compile(rf"width-([0-9]+)\|format-({'|'.join(ENCODINGS)})")
_NAME_LENGTH = 60

logger = logging.getLogger(__name__)


def parse_spec(spec: str) -> tuple[int, str]:
    """Width and format of a spec such as ``width-640|format-webp``; raises ``ValueError`` for any other."""
    match = _WIDTH_AND_FORMAT.fullmatch(spec)
    if match is None:
        raise ValueError(f"a picture is asked for by width and format ({', '.join(ENCODINGS)}), not by {spec!r}")
    return int(match[1]), match[2]


def stored_renditions(image_ids: Iterable[int], specs: Iterable[str]) -> list[ShopRendition]:
    """The renditions that exist, each with its image. One query."""
    return list(
        ShopRendition.objects.filter(image_id__in=list(image_ids), filter_spec__in=list(specs), focal_point_key="")
        .select_related("image")
        .order_by("image_id", "id")
    )


def make_renditions(missing: Mapping[ShopImage, Sequence[str]]) -> list[ShopRendition]:
    """Make and store renditions; what another process stored first wins and our double is thrown away.

    A picture whose file is gone, or cannot be read any more, is left out with a line in the log: one lost file must
    not take a whole page down.
    """
    made: list[ShopRendition] = []
    with ThreadPoolExecutor(max_workers=WORKERS) as workers:
        for image, specs in missing.items():
            try:
                made += _render(image, specs, workers)
            except (OSError, ValueError):
                logger.exception("No rendition of image %s could be made", image.pk)
    return _store(made)


def _render(image: ShopImage, specs: Sequence[str], workers: ThreadPoolExecutor) -> list[ShopRendition]:
    with image.file.storage.open(image.file.name) as file, Image.open(file) as picture:
        picture.load()
        widths = sorted({parse_spec(spec)[0] for spec in specs})
        narrowed = dict(zip(widths, workers.map(lambda width: _narrowed(picture, width), widths), strict=True))
        files = list(workers.map(lambda spec: _render_file(image, spec, narrowed[parse_spec(spec)[0]]), specs))
    return [ShopRendition(image=image, filter_spec=spec, file=file) for spec, file in zip(specs, files, strict=True)]


def _narrowed(picture: Image.Image, width: int) -> Image.Image:
    """The picture so wide; one that is narrower stays as it is."""
    if width >= picture.width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _render_file(image: ShopImage, spec: str, picture: Image.Image) -> ContentFile:
    _, kind = parse_spec(spec)
    extension, options = ENCODINGS[kind]
    output = BytesIO()
    (_on_white(picture) if kind == "jpeg" else picture).save(output, kind.upper(), **options)
    ending = f".{spec.replace('|', '.')}{extension}"
    stem = PurePath(image.file.name).stem[: _NAME_LENGTH - 1 - len(ending)]
    return ContentFile(output.getvalue(), name=stem + ending)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _store(made: list[ShopRendition]) -> list[ShopRendition]:
    if not made:
        return []
    ShopRendition.objects.bulk_create(made, ignore_conflicts=True)
    wanted = models.Q()
    for rendition in made:
        wanted |= models.Q(image_id=rendition.image_id, filter_spec=rendition.filter_spec)
    stored = list(ShopRendition.objects.filter(wanted, focal_point_key="").select_related("image"))
    kept = {rendition.file.name for rendition in stored}
    for rendition in made:
        if rendition.file.name not in kept:
            rendition.file.storage.delete(rendition.file.name)
    return stored
