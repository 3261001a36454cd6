"""Drawn pictures for generated products: a plain table with a thing on it, in the colours of its industry."""

from collections.abc import Iterator
from io import BytesIO
from random import Random

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from catalog.media.ingest import reencode
from catalog.media.pictures import load_sources
from catalog.models import ProductSet, ShopImage

PICTURES_A_SET = 3
WIDTH, HEIGHT = 800, 600
_COLOURS = {
    "food": ((250, 244, 230), (196, 122, 44)),
    "beverages": ((232, 244, 248), (52, 112, 160)),
    "herbal": ((236, 246, 234), (62, 122, 74)),
    "handicrafts": ((246, 238, 232), (146, 82, 60)),
    "ornamental": ((250, 236, 242), (176, 64, 112)),
    "tourism": ((234, 242, 250), (44, 96, 132)),
}


def draw_pictures(*, seed: int) -> dict[str, list[ShopImage]]:
    """Draw and store pictures for every product set, by the set's code. The same seed draws the same.

    Their renditions for the API are made at once, so that lists carry them from the first answer on.
    """
    rng = Random(seed)  # noqa: S311 - a drawing, not a secret
    product_sets = ProductSet.objects.select_related("industry").order_by("position")
    pictures = {product_set.code: list(_pictures_of(product_set, rng)) for product_set in product_sets}
    load_sources(image.pk for of_set in pictures.values() for image in of_set)
    return pictures


def _pictures_of(product_set: ProductSet, rng: Random) -> Iterator[ShopImage]:
    for number in range(1, PICTURES_A_SET + 1):
        drawing = _draw(product_set.industry.code, rng)
        file = reencode(ContentFile(drawing, name=f"{product_set.code}-{number}.png"))
        image = ShopImage(
            title=f"{product_set.name} {number}"[:255],
            file=file,
            width=file.width,
            height=file.height,
            file_size=file.size,
            file_hash=file.sha1,
        )
        image.save()
        yield image


def _draw(industry: str, rng: Random) -> bytes:
    paper, ink = _COLOURS[industry]
    picture = Image.new("RGB", (WIDTH, HEIGHT), paper)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, HEIGHT * 3 // 4, WIDTH, HEIGHT), fill=_shade(ink, 0.55))
    draw.ellipse((WIDTH // 5, HEIGHT * 7 // 10, WIDTH * 4 // 5, HEIGHT * 4 // 5), fill=_shade(ink, 0.4))
    for _ in range(rng.randint(3, 7)):
        width, height = rng.randint(80, 180), rng.randint(120, 320)
        left, bottom = rng.randint(WIDTH // 5, WIDTH * 4 // 5 - width), HEIGHT * 3 // 4 + rng.randint(-10, 20)
        draw.rounded_rectangle(
            (left, bottom - height, left + width, bottom), radius=rng.randint(12, 60), fill=_shade(ink, rng.random())
        )
    output = BytesIO()
    picture.save(output, "PNG", compress_level=1)
    return output.getvalue()


def _shade(colour: tuple[int, int, int], light: float) -> tuple[int, int, int]:
    """The colour mixed with white: 0 leaves it, 1 is half way."""
    red, green, blue = (round(part + (255 - part) * light / 2) for part in colour)
    return red, green, blue
