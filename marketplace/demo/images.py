"""Drawings as stored pictures, with every size and format the pages ask for."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from django.core.files.base import ContentFile
from wagtail.models import Collection

from catalog.media.ingest import reencode
from catalog.media.pictures import render_image
from catalog.media.services import add_image
from catalog.models import Product, ProductImage, ShopImage

from .content import DemoProduct
from .drawing import draw

AHEAD = 3  # drawn while others are being encoded
COLLECTION = "Stories and gifts"


def drawn(names: Iterable[str]) -> Iterator[tuple[str, ContentFile[bytes]]]:
    """Each name with its drawing, in order; the next ones are drawn meanwhile, as Pillow encodes without Python."""
    waiting: deque[tuple[str, Future[bytes]]] = deque()
    with ThreadPoolExecutor(max_workers=1) as painter:
        for name in names:
            waiting.append((name, painter.submit(draw, name)))
            if len(waiting) > AHEAD:
                yield _file(*waiting.popleft())
        while waiting:
            yield _file(*waiting.popleft())


def _file(name: str, drawing: Future[bytes]) -> tuple[str, ContentFile[bytes]]:
    return name, ContentFile(drawing.result(), name=f"{name}.jpg")


def without_picture(demo: Iterable[DemoProduct], products: Mapping[str, Product]) -> list[DemoProduct]:
    """Those whose product is there and has no picture yet."""
    pictured = set(ProductImage.objects.values_list("product_id", flat=True))
    return [wanted for wanted in demo if wanted.code in products and products[wanted.code].pk not in pictured]


def add_product_picture(product: Product, demo: DemoProduct, file: ContentFile[bytes]) -> None:
    add_image(product=product, file=file, title=demo.alt[0][:255], alt=demo.alt[0], alt_en=demo.alt[1])


def add_cover(file: ContentFile[bytes], *, description: str) -> ShopImage:
    """Store a picture that belongs to a page, where curators find it."""
    image = ShopImage(
        title=f"Hình vẽ minh hoạ: {description}"[:255],
        description=f"Hình vẽ minh hoạ: {description}"[:255],
        file=reencode(file),
        collection=Collection.objects.get(name=COLLECTION),
    )
    image.full_clean(exclude=["file"])
    image.save()
    render_image(image)
    return image


def pictures_by_drawing(demo: Iterable[DemoProduct], products: Mapping[str, Product]) -> dict[str, int]:
    """The ids of the products' first pictures, by the name of the drawing."""
    rows = ProductImage.objects.order_by("-position", "-pk").values_list("product_id", "image_id")
    first = dict(rows)  # of several rows of one product the last stays: its first picture
    return {
        wanted.picture: first[products[wanted.code].pk]
        for wanted in demo
        if wanted.code in products and products[wanted.code].pk in first
    }
