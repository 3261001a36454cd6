from collections.abc import Callable
from datetime import timedelta

import pytest

from catalog.cards import load_cards
from catalog.models import Product, ProductImage, ShopImage
from catalog.search.indexing import refresh_listings
from ocop_badges import subjects
from ocop_badges.badges import load_badges
from tests.factories import DAY, certify, make_product, revoke

pytestmark = pytest.mark.django_db


def test_it_loads_any_number_of_cards_in_one_query(django_assert_num_queries: Callable) -> None:
    products = [make_product() for _ in range(12)]
    for product in products[::2]:
        certify(product)
    refresh_listings()
    ids = [product.pk for product in products]
    with django_assert_num_queries(1):
        cards = load_cards([*ids, *ids, 10**9], day=DAY, lang="vi")
    assert set(cards) == set(ids)
    with django_assert_num_queries(0):
        assert load_cards([], day=DAY, lang="vi") == {}


def test_its_badges_are_those_of_the_one_question_on_every_day() -> None:
    products = [make_product() for _ in range(4)]
    ended = certify(products[0], stars=3)
    certify(products[1], stars=5, issued_on=DAY)
    revoke(certify(products[2], stars=4), effective_on=DAY)
    refresh_listings()
    ids = [product.pk for product in products]
    last = ended.valid_until
    for day in (DAY - timedelta(days=1), DAY, last, last + timedelta(days=1), DAY + timedelta(days=5000)):
        cards = load_cards(ids, day=day, lang="vi")
        assert {pk: card.badge for pk, card in cards.items() if card.badge} == load_badges(ids, day=day)


def test_what_a_shopper_may_not_see_has_no_card() -> None:
    product = make_product(is_published=False)
    refresh_listings()
    assert load_cards([product.pk], day=DAY, lang="vi") == {}


def test_a_marked_picture_is_shown_only_while_there_are_stars() -> None:
    product = make_product(name="Mắc ca", name_en="Macadamia")
    last = certify(product).valid_until
    images = [
        ShopImage.objects.create(
            title="", file="a.jpg", width=1, height=1, shows_ocop_mark=True, marked_product=product
        ),
        ShopImage.objects.create(title="", file="b.jpg", width=1, height=1),
    ]
    for position, image in enumerate(images):
        ProductImage.objects.create(product=product, image=image, position=position, alt=f"Ảnh {position}")
    refresh_listings()
    with_stars = load_cards([product.pk], day=last, lang="vi")[product.pk]
    without = load_cards([product.pk], day=last + timedelta(days=1), lang="vi")[product.pk]
    assert (with_stars.image_id, with_stars.image_alt) == (images[0].pk, "Ảnh 0")
    assert (without.image_id, without.image_alt) == (images[1].pk, "Ảnh 1")
    ProductImage.objects.filter(image=images[1]).delete()
    refresh_listings()
    bare = load_cards([product.pk], day=last + timedelta(days=1), lang="vi")[product.pk]
    assert (bare.image_id, bare.image_alt) == (None, "")


def test_a_picture_without_its_own_text_is_described_by_the_product() -> None:
    product = make_product(name="Mắc ca", name_en="Macadamia")
    image = ShopImage.objects.create(title="", file="b.jpg", width=1, height=1)
    ProductImage.objects.create(product=product, image=image)
    refresh_listings()
    assert load_cards([product.pk], day=DAY, lang="en")[product.pk].image_alt == "Macadamia"


def test_the_badges_learn_products_by_current_and_former_slug() -> None:
    product = make_product(slug="moi", is_published=False)
    product.former_slugs.create(slug="cu")
    current, former = subjects.by_slug("moi"), subjects.by_slug("cu")
    assert current is not None
    assert current == former
    assert (current.product_id, current.slug, current.path) == (product.pk, "moi", "/products/moi/")
    assert not current.is_published
    assert subjects.by_slug("khong-co") is None
    assert subjects.by_ids([product.pk, 10**9]) == {product.pk: current}


def test_a_current_slug_wins_over_a_former_one() -> None:
    old, new = make_product(slug="a"), make_product(slug="b")
    old.former_slugs.create(slug="c")
    Product.objects.filter(pk=new.pk).update(slug="c")
    found = subjects.by_slug("c")
    assert found is not None
    assert found.product_id == new.pk
