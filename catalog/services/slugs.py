from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog import rules
from catalog.models import FormerProducerSlug, FormerProductSlug, Producer, Product

T = TypeVar("T")
FALLBACKS: dict[type[models.Model], str] = {Product: "san-pham", Producer: "nha-san-xuat"}


def free_slug(*, model: type[Product] | type[Producer], name: str, producer_slug: str = "") -> str:
    """The best slug for a name that no other thing of its kind has, or ever had."""
    return free_slugs(model=model, wanted=[(name, producer_slug)])[0]


def free_slugs(*, model: type[Product] | type[Producer], wanted: Sequence[tuple[str, str]]) -> list[str]:
    """Free slugs for many at once, each its own; ``wanted`` holds (name, the producer's slug or empty).

    Two queries a round; a round goes to those whose best candidate so far is taken.
    """
    candidates = [
        rules.slug_candidates(name, fallback=FALLBACKS[model], producer_slug=producer_slug)
        for name, producer_slug in wanted
    ]
    found: dict[int, str] = {}
    given: set[str] = set(rules.RESERVED_SLUGS)
    while len(found) < len(wanted):
        tried = {place: next(candidates[place]) for place in range(len(wanted)) if place not in found}
        taken = _taken(model, set(tried.values()) - given) | given
        for place, slug in tried.items():
            if slug not in taken and slug not in given:
                found[place] = slug
                given.add(slug)
    return [found[place] for place in range(len(wanted))]


def _taken(model: type[Product] | type[Producer], slugs: set[str]) -> set[str]:
    former = FormerProductSlug if model is Product else FormerProducerSlug
    taken: set[str] = set()
    for batch in batched(sorted(slugs), 1_000):
        for asked in (model, former):
            taken.update(asked._default_manager.filter(slug__in=batch).values_list("slug", flat=True))
    return taken


def slug_is_free(*, model: type[Product] | type[Producer], slug: str, but_of: int | None = None) -> bool:
    """Whether nothing of this kind has or had the slug, ``but_of`` (an id) aside. Reserved ones never are free."""
    if slug in rules.RESERVED_SLUGS:
        return False
    own = Q() if but_of is None else ~Q(pk=but_of)
    not_own_former = Q() if but_of is None else ~Q(**{f"{model._meta.model_name}_id": but_of})
    former = FormerProductSlug if model is Product else FormerProducerSlug
    return not (
        model._default_manager.filter(own, slug=slug).exists()
        or former._default_manager.filter(not_own_former, slug=slug).exists()
    )


@transaction.atomic
def rename_slug(*, thing: Product | Producer, slug: str) -> None:
    """Give a product or producer another address; the old one redirects for ever. An own old one may be taken back."""
    model = type(thing)
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise ValidationError({"slug": error}) from None
    if len(slug) > rules.SLUG_LENGTH or not slug_is_free(model=model, slug=slug, but_of=thing.pk):
        raise ValidationError({"slug": ValidationError(_("This address is taken, or once was."), code="taken")})
    stored = model._default_manager.select_for_update().only("slug").get(pk=thing.pk)
    if stored.slug != slug:
        if isinstance(thing, Product):
            FormerProductSlug.objects.filter(slug=slug).delete()
            FormerProductSlug.objects.create(slug=stored.slug, product=thing)
        else:
            FormerProducerSlug.objects.filter(slug=slug).delete()
            FormerProducerSlug.objects.create(slug=stored.slug, producer=thing)
        model._default_manager.filter(pk=thing.pk).update(slug=slug)
    thing.slug = slug


def batched(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things in lists of at most ``size``, so that no query names more than a database takes."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch
