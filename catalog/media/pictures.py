"""Pictures as a page or the API shows them: every size and format of an image, by its id.

Nothing here judges by the day: whoever chooses the image (``catalog.cards``, a view) has already left out the marked
ones of products without stars, and the file view refuses them again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from catalog.models import ShopImage, ShopRendition

from .renditions import make_renditions, parse_spec, stored_renditions

WIDTHS = (320, 640, 1024)
API_SPEC = "width-640|format-webp"
FALLBACK = "jpeg"
# The order in which a browser is to choose; the last is for those that know neither.
FORMATS = {"avif": "image/avif", "webp": "image/webp", FALLBACK: "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Source:
    """One format of a picture. ``srcset`` lists every width, as in ``/media/a.avif 320w, /media/b.avif 640w``."""

    type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class Picture:
    """``src``, ``width`` and ``height`` are those of the largest JPEG; ``alt`` is the image's own text."""

    src: str
    width: int
    height: int
    alt: str
    sources: list[Source]


def load_pictures(image_ids: Iterable[int | None], *, widths: Sequence[int] = WIDTHS) -> dict[int, Picture]:
    """Pictures by image id, at most as wide as the widest of ``widths`` and never wider than the original.

    One query when every rendition exists; what is missing is made. An image that is unknown, or whose file is gone,
    is absent.
    """
    by_image = _load(
        image_ids, lambda image: _specs_of(image.width, widths), {_spec(w, f) for w in widths for f in FORMATS}
    )
    return {
        image_id: picture
        for image_id, renditions in by_image.items()
        if (picture := _picture(renditions, widths)) is not None
    }


def load_sources(image_ids: Iterable[int | None], *, spec: str = API_SPEC) -> dict[int, str]:
    """The site-relative address of one rendition of each image, by image id; the same terms as ``load_pictures``."""
    parse_spec(spec)
    by_image = _load(image_ids, lambda image: [spec], {spec})
    return {image_id: renditions[spec].url for image_id, renditions in by_image.items() if spec in renditions}


def render_image(image: ShopImage, *, widths: Sequence[int] = WIDTHS) -> None:
    """Make every rendition of one image ahead of the first shopper who looks at it."""
    load_pictures([image.pk], widths=widths)
    load_sources([image.pk])


def _load(
    image_ids: Iterable[int | None], specs_of: Callable[[ShopImage], list[str]], all_specs: set[str]
) -> dict[int, dict[str, ShopRendition]]:
    ids = list(dict.fromkeys(image_id for image_id in image_ids if image_id is not None))
    if not ids:
        return {}
    found: dict[int, dict[str, ShopRendition]] = defaultdict(dict)
    images: dict[int, ShopImage] = {}
    for rendition in stored_renditions(ids, all_specs):
        found[rendition.image_id][rendition.filter_spec] = rendition
        images[rendition.image_id] = rendition.image
    if unseen := [image_id for image_id in ids if image_id not in images]:
        images |= ShopImage.objects.in_bulk(unseen)
    missing = {
        image: specs
        for image in images.values()
        if (specs := [spec for spec in specs_of(image) if spec not in found[image.pk]])
    }
    for rendition in make_renditions(missing) if missing else ():
        found[rendition.image_id][rendition.filter_spec] = rendition
    return {image_id: found[image_id] for image_id in ids if image_id in found}


def _spec(width: int, format_name: str) -> str:
    return f"width-{width}|format-{format_name}"


def _useful_widths(original: int, widths: Sequence[int]) -> list[int]:
    """The widths below the original, and the first that is not: there it is shown as wide as it is."""
    ascending = sorted(set(widths))
    return [width for at, width in enumerate(ascending) if at == 0 or ascending[at - 1] < original]


def _specs_of(original: int, widths: Sequence[int]) -> list[str]:
    return [_spec(width, name) for width in _useful_widths(original, widths) for name in FORMATS]


def _picture(renditions: dict[str, ShopRendition], widths: Sequence[int]) -> Picture | None:
    by_format = {
        name: [renditions[spec] for width in sorted(set(widths)) if (spec := _spec(width, name)) in renditions]
        for name in FORMATS
    }
    if not by_format[FALLBACK]:
        return None
    largest = by_format[FALLBACK][-1]
    return Picture(
        src=largest.url,
        width=largest.width,
        height=largest.height,
        alt=largest.image.default_alt_text,
        sources=[
            Source(type=FORMATS[name], srcset=", ".join(f"{r.url} {r.width}w" for r in same_format))
            for name, same_format in by_format.items()
            if same_format
        ],
    )
