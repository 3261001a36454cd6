"""What this app asks of whoever keeps the products: their names and addresses, and nothing else.

The app that owns the products registers itself in ``AppConfig.ready()``; nothing here imports it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """A product as a certificate sees it. ``path`` is the page's path without a language prefix."""

    product_id: int
    public_id: str
    slug: str
    name: str
    name_en: str
    producer_name: str
    producer_slug: str
    province_code: str
    province_name: str
    product_set_code: str
    path: str
    is_published: bool = True  # whether shoppers may open its page
    producer_id: int = 0
    producer_email: str = ""
    producer_phone: str = ""
    commune_name: str = ""  # empty where it is not known
    product_set_name: str = ""

    def name_in(self, lang: str) -> str:
        return self.name_en if lang == "en" and self.name_en else self.name


@dataclass(frozen=True, slots=True)
class Subjects:
    """How to look products up, published or not.

    ``name_key`` makes a name comparable: without case, accents or extra spaces.
    ``by_slug`` answers the subject, whose ``slug`` differs from the one asked where that one is a former slug;
    None where no product ever had it.
    """

    by_slug: Callable[[str], Subject | None]
    by_ids: Callable[[Iterable[int]], Mapping[int, Subject]]
    name_key: Callable[[str], str]


# Where a register of certificates finds the codes it filters by, as lookups from a product.
PROVINCE_CODE = "province__code"
PRODUCT_SET_CODE = "product_set__code"
PRODUCT_SET_NAME = "product_set__name"
COMMUNE_NAME = "commune__name"
PRODUCER = "producer"
PRODUCER_NAME = "producer__name"
PRODUCT_NAME = "name"
PRODUCT_NAME_KEY = "name_key"  # what ``name_key`` makes of the name
PRODUCER_NAME_KEY = "producer__name_key"

_registered: list[Subjects] = []


def register(subjects: Subjects) -> None:
    _registered[:] = [subjects]


def by_slug(slug: str) -> Subject | None:
    return _registered[0].by_slug(slug)


def by_ids(product_ids: Iterable[int]) -> Mapping[int, Subject]:
    return _registered[0].by_ids(product_ids)


def name_key(text: str) -> str:
    """A text as names are compared: a name is found by whoever types it without accents."""
    return _registered[0].name_key(text)
