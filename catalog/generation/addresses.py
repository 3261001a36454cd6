"""Public ids and addresses of generated things, without asking the database for each."""

from random import Random

from catalog.rules import RESERVED_SLUGS, slug_candidates
from ocop_badges.ids import ALPHABET, LENGTH


def public_id(rng: Random) -> str:
    """Like ``ocop_badges.ids.new_public_id``, but the same for the same seed."""
    return "".join(rng.choices(ALPHABET, k=LENGTH))


class Slugs:
    """Gives out slugs by the shop's rule and remembers them; for an empty database."""

    def __init__(self, *, fallback: str) -> None:
        self._fallback = fallback
        self._taken = set(RESERVED_SLUGS)

    def of(self, name: str, *, producer_slug: str = "") -> str:
        candidates = slug_candidates(name, fallback=self._fallback, producer_slug=producer_slug)
        slug = next(slug for slug in candidates if slug not in self._taken)
        self._taken.add(slug)
        return slug
