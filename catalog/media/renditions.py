"""Makes the renditions that are missing, each once, whoever else makes them at the same moment."""

import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import models
from wagtail.images.models import Filter
from willow.image import AvifImageFile

from catalog.models import ShopImage, ShopRendition

WORKERS = 2  # Pillow frees the interpreter while it encodes
AVIF_QUALITY = 61
AVIF_SPEED = 8  # of 0–10; a third of the time of libavif's 6, for files 4 % larger

logger = logging.getLogger(__name__)


def stored_renditions(image_ids: Iterable[int], specs: Iterable[str]) -> list[ShopRendition]:
    """The renditions that exist, each with its image. One query."""
    return list(
        ShopRendition.objects.filter(image_id__in=list(image_ids), filter_spec__in=list(specs), focal_point_key="")
        .select_related("image")
        .order_by("image_id", "id")
    )


def make_renditions(missing: Mapping[ShopImage, Iterable[str]]) -> list[ShopRendition]:
    """Make and store renditions; what another process stored first wins and our double is thrown away.

    A picture whose file is gone, or cannot be read any more, is left out with a line in the log: one lost file must
    not take a whole page down.
    """
    made: list[ShopRendition] = []
    with ThreadPoolExecutor(max_workers=WORKERS) as workers:
        for image, specs in missing.items():
            try:
                with image.file.storage.open(image.file.name) as file:
                    original = file.read()
                made += workers.map(lambda spec, image=image, original=original: _render(image, spec, original), specs)
            except (OSError, ValueError):
                logger.exception("No rendition of image %s could be made", image.pk)
    return _store(made)


def _render(image: ShopImage, spec: str, original: bytes) -> ShopRendition:
    with image.generate_rendition_file(SwiftFilter(spec), source=File(BytesIO(original), name=image.file.name)) as file:
        file.seek(0)
        return ShopRendition(image=image, filter_spec=spec, file=ContentFile(file.read(), name=file.name))


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


class SwiftFilter(Filter):
    """Wagtail's filter, but AVIF is encoded at our speed: Wagtail's own encoder takes none."""

    def run(self, image: ShopImage, output: BytesIO, source: File | None = None) -> Any:
        if not self.spec.endswith("|format-avif"):
            return super().run(image, output, source)
        with self.get_willow_image(image, source) as original:
            transform = self.get_transform(image, original.get_size())
            resized = original.crop(transform.get_rect().round()).resize(transform.size)
            # Every picture of ours is upright and in sRGB already, without a profile (catalog.media.ingest).
            resized.image.save(output, "AVIF", quality=AVIF_QUALITY, speed=AVIF_SPEED)
        return AvifImageFile(output)
