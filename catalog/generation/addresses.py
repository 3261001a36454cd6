"""Public ids and addresses of generated things, without asking the database for each."""

from collections.abc import Iterator
from itertools import count
from random import Random

from django.utils.text import slugify

from catalog.search.folding import fold
from ocop_badges.ids import ALPHABET, LENGTH

RESERVED = frozenset({"suggest"})


def public_id(rng: Random) -> str:
    """Like ``ocop_badges.ids.new_public_id``, but the same for the same seed."""
    return "".join(rng.choices(ALPHABET, k=LENGTH))


class Slugs:
    """The slugs given out so far: of the name; then with the producer's; then with a number."""

    def __init__(self) -> None:
        self._taken = set(RESERVED)

    def of(self, name: str, *, beside: str = "") -> str:
        slug = next(slug for slug in _candidates(name, beside) if slug not in self._taken)
        self._taken.add(slug)
        return slug


def _candidates(name: str, beside: str) -> Iterator[str]:
    slug = slugify(fold(name))
    yield slug
    if beside:
        slug = f"{slug}-{beside}"
        yield slug
    yield from (f"{slug}-{number}" for number in count(2))
