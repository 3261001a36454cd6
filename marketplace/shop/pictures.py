"""The pictures beside the lines of a cart."""

from datetime import date

from django.utils.translation import get_language

from catalog.cards import load_cards
from catalog.media.pictures import Picture, load_pictures
from catalog.models import ShopImage
from catalog.models.images import servable_q
from cms.models import GiftBundlePage
from marketplace.shop.cart_facts import CartFacts

WIDTHS = (320,)


def pictures_of(facts: CartFacts, *, day: date) -> dict[int, Picture]:
    """By the line's id; of a bundle its cover. What may not be shown today is absent. Four queries."""
    products = {
        line.line.pk: line.quoted.items[0].pack.product_id for line in facts.lines if line.quoted and not line.is_bundle
    }
    bundles = {line.line.pk: line.line.bundle_id for line in facts.lines if line.line.bundle_id is not None}
    cards = load_cards(products.values(), day=day, lang=get_language() or "vi")
    covers = dict(GiftBundlePage.objects.filter(pk__in=bundles.values()).values_list("pk", "cover_id"))
    images = {line: cards[product].image_id for line, product in products.items() if product in cards}
    wanted = {cover for cover in covers.values() if cover}
    shown = set(ShopImage.objects.filter(servable_q(day), pk__in=wanted).values_list("pk", flat=True))
    images |= {line: covers[page] for line, page in bundles.items() if page in covers and covers[page] in shown}
    found = load_pictures([image for image in images.values() if image], widths=WIDTHS)
    return {line: found[image] for line, image in images.items() if image in found}
