from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog import rules
from catalog.models import FormerProducerSlug, FormerProductSlug, Producer, Product

FALLBACKS: dict[type[models.Model], str] = {Product: "san-pham", Producer: "nha-san-xuat"}


def free_slug(*, model: type[Product] | type[Producer], name: str, producer_slug: str = "") -> str:
    """The best slug for a name that no other thing of its kind has, or ever had."""
    for candidate in rules.slug_candidates(name, fallback=FALLBACKS[model], producer_slug=producer_slug):
        if slug_is_free(model=model, slug=candidate):
            return candidate
    raise AssertionError("the candidates never end")


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
