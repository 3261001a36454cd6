"""The demo as a whole. Every step looks first at what is there, so that a second run changes nothing."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from . import content, goods, images, orders, pages, people, programme, trade

T = TypeVar("T")


class Track(Protocol):
    """Shows how far a loop is: ``for product in track(products, "products")``."""

    def __call__(self, things: Iterable[T], what: str, *, total: int) -> Iterable[T]: ...


def seed(*, at: datetime, day: date, track: Track) -> None:
    """Fill the shop with the real rows and what the demo adds to them.

    ``at`` is the instant at which certificates are recorded, best-before days follow from ``day``. What somebody has
    changed since an earlier run is left as it is.
    """
    demo = content.load_products()
    goods.load_places()
    goods.import_real_rows(at=at, day=day)
    products = goods.find_products(demo)
    sellers = sorted({product.producer for product in products.values()}, key=lambda producer: producer.pk)
    for number, producer in enumerate(_tracked(sellers, "sellers", track), start=1):
        goods.fill_seller(producer, number=number)
    for wanted in _tracked([wanted for wanted in demo if wanted.code in products], "products", track):
        goods.fill_product(products[wanted.code], wanted, day=day)
    people.create_logins(products)
    programme.fill_programme(products, at=at, day=day)
    trade.fill_trade(products, at=at, day=day)

    unpictured = images.without_picture(demo, products)
    drawings = images.drawn(wanted.picture for wanted in unpictured)
    for wanted, (_, file) in track(zip(unpictured, drawings, strict=True), "pictures", total=len(unpictured)):
        images.add_product_picture(products[wanted.code], wanted, file)
    _publish_pages(demo, products, track=track)
    orders.fill_orders(products, at=at, day=day)


def _publish_pages(demo: Sequence[content.DemoProduct], products: Any, *, track: Track) -> None:
    told = content.load_pages()
    stories, gifts = pages.missing_stories(told["story"]), pages.missing_gifts(told["gift"])
    home = told["home"] if pages.home_is_untouched() else None
    wanted = [(page["cover"], page["cover_alt"]) for page in [*stories, *gifts]]
    if home:
        wanted.append((home["picture"], home["picture_alt"]))
    if not wanted:
        return
    pictures = images.pictures_by_drawing(demo, products)
    described = dict(wanted)
    for name, file in track(images.drawn(described), "covers", total=len(described)):
        pictures[name] = images.add_cover(file, description=described[name]).pk
    shelf = pages.Shelf(products=products, packs=goods.packs_by_sku(), images=pictures)
    for story in stories:
        pages.publish_story(story, cover_id=pictures[story["cover"]], shelf=shelf)
    for gift in gifts:
        pages.publish_gift(gift, cover_id=pictures[gift["cover"]], shelf=shelf)
    if home:
        pages.publish_home(home, picture_id=pictures[home["picture"]], shelf=shelf)


def _tracked(things: Any, what: str, track: Track) -> Iterable[Any]:
    listed = list(things)
    return track(listed, what, total=len(listed))
