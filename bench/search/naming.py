"""What the producers and products of a grown catalogue are called.

A bigger catalogue is more of the same trade: what things are (``Mật ong hoa nhãn``) is drawn anew from the generator's
vocabulary, by its weights, so that a common word keeps its share of the catalogue and its hits grow with it. What is
new with every producer is its brand: a person's name, a place, two or three syllables apart (``Hồng Phát``), or, of
three in ten, run together to a word nobody else has (``Hongphat``). So the vocabulary grows, ever more slowly.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

from catalog.generation import people
from catalog.generation.addresses import public_id
from catalog.generation.vocabulary import kinds, syllables
from catalog.models import OcopType, Producer, Product
from catalog.models.fields import name_key
from catalog.rules import slug_candidates
from catalog.search.folding import fold
from catalog.services.slugs import FALLBACKS

COINED = 0.3  # of the brands that are neither a person's nor a place's
_BRANDS = tuple(fold(syllable) for syllable in syllables("brands"))


@dataclass(frozen=True, slots=True)
class Named:
    """``brand`` is the short name a producer puts on its products; ``english`` is a product's."""

    public_id: str
    slug: str
    name: str
    key: str
    brand: str = ""
    english: str = ""


class Namer:
    """Names that nothing in the catalogue has yet. The same random numbers give the same names, in the same order."""

    def __init__(
        self,
        rng: Random,
        *,
        product_slugs: Iterable[str],
        producer_slugs: Iterable[str],
        producer_keys: Iterable[tuple[str, int]],
    ) -> None:
        self._rng = rng
        self._product_slugs = set(product_slugs)
        self._producer_slugs = set(producer_slugs)
        self._producer_keys = set(producer_keys)

    def producer(self, ocop_type: str, *, commune: str, province: int) -> Named:
        """``commune`` without its "xã", ``province`` its id."""
        rng = self._rng
        for attempt in count():
            name, brand = people.producer(rng, OcopType(ocop_type), commune)
            if ocop_type != OcopType.HOUSEHOLD and brand != commune and rng.random() < COINED:
                coined = "".join(rng.sample(_BRANDS, rng.choice((2, 3)))).capitalize()
                name, brand = name.replace(brand, coined), coined
            if attempt:
                name = f"{name} {commune} {attempt}" if attempt > 1 else f"{name} {commune}"
            if (key := (name_key(name), province)) not in self._producer_keys:
                break
        self._producer_keys.add(key)
        slug = _free(slug_candidates(name, fallback=FALLBACKS[Producer]), self._producer_slugs)
        return Named(public_id(rng), slug, name, key[0], brand=brand)

    def product(self, kind: str, *, producer: Named, taken: set[str], in_english: bool) -> Named:
        """``kind`` is the code of a product set. ``taken`` holds the keys of the producer's names and gets one more."""
        rng = self._rng
        for attempt in count():
            name, english = kinds()[kind].name(rng)
            if attempt or rng.random() < 0.6:
                name, english = f"{name} {producer.brand}", f"{english} {producer.brand}"
            if attempt > 9:
                name, english = f"{name} số {attempt}", f"{english} No. {attempt}"
            if (key := name_key(name)) not in taken:
                break
        taken.add(key)
        candidates = slug_candidates(name, fallback=FALLBACKS[Product], producer_slug=producer.slug)
        slug = _free(candidates, self._product_slugs)
        return Named(public_id(rng), slug, name, key, english=english if in_english else "")


def _free(candidates: Iterator[str], taken: set[str]) -> str:
    slug = next(slug for slug in candidates if slug not in taken)
    taken.add(slug)
    return slug
