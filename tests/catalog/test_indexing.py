from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection

from catalog.models import Listing, Product, ProductImage, ShopImage, Stock
from catalog.search.indexing import NEVER_SPOILS, refresh_listings
from catalog.search.lines import joined_line, kind_line, seller_line
from tests.factories import DAY, make_pack, make_producer, make_product

pytestmark = pytest.mark.django_db


def listing_of(product: Product) -> Listing:
    refresh_listings([product.pk])
    return Listing.objects.get(pk=product.pk)


def add_image(product: Product, *, position: int, marked: Product | None = None) -> ShopImage:
    image = ShopImage.objects.create(
        title="x", file=f"{position}.jpg", width=8, height=8, shows_ocop_mark=bool(marked), marked_product=marked
    )
    ProductImage.objects.create(product=product, image=image, position=position)
    return image


def test_it_lists_nothing_for_sale_without_a_price() -> None:
    product = make_product()
    make_pack(product, price=None, on_hand=5)
    listing = listing_of(product)
    assert (listing.price, listing.sellable_until) == (None, None)


def test_goods_that_keep_can_be_sold_for_ever() -> None:
    product = make_product()
    make_pack(product, on_hand=1, min_remaining_life_days=400)
    assert listing_of(product).sellable_until == NEVER_SPOILS


@pytest.mark.parametrize(("life", "last_day"), [(0, date(2027, 1, 31)), (30, date(2027, 1, 1)), (2_000_000_000, None)])
def test_goods_that_spoil_are_sold_while_enough_life_is_left(life: int, last_day: date | None) -> None:
    product = make_product()
    pack = make_pack(product, min_remaining_life_days=life)
    Stock.objects.create(pack=pack, lot="a", best_before=date(2027, 1, 31), on_hand=1)
    Stock.objects.create(pack=pack, lot="b", best_before=date(2027, 1, 1), on_hand=9)
    Stock.objects.create(pack=pack, lot="c", best_before=date(2029, 1, 1), on_hand=4, reserved=4)
    assert listing_of(product).sellable_until == last_day


def test_its_picture_without_stars_is_the_first_without_a_mark() -> None:
    product = make_product()
    marked = add_image(product, position=0, marked=product)
    plain = add_image(product, position=1)
    listing = listing_of(product)
    assert (listing.image_id, listing.unmarked_image_id) == (marked.pk, plain.pk)


def test_a_picture_with_the_mark_of_another_product_never_stands_for_it() -> None:
    product = make_product()
    add_image(product, position=0, marked=make_product())
    listing = listing_of(product)
    assert (listing.image_id, listing.unmarked_image_id) == (None, None)


def test_it_removes_what_is_withdrawn_and_leaves_others_alone() -> None:
    kept, withdrawn = make_product(), make_product()
    refresh_listings()
    Product.objects.filter(pk=withdrawn.pk).update(is_published=False)
    refresh_listings([withdrawn.pk])
    assert set(Listing.objects.values_list("pk", flat=True)) == {kept.pk}
    assert indexed_words() in (None, {kept.pk})


def indexed_words() -> set[int] | None:
    """The products in SQLite's index of words."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM catalog_listing_words")
        return {row[0] for row in cursor.fetchall()}


def test_a_whole_rebuild_equals_refreshing_one_by_one() -> None:
    products = [make_product() for _ in range(3)]
    make_pack(products[0], on_hand=2)
    for product in products:
        refresh_listings([product.pk])
    one_by_one = list(Listing.objects.order_by("pk").values())
    refresh_listings()
    refresh_listings()
    assert list(Listing.objects.order_by("pk").values()) == one_by_one


def test_the_number_of_queries_does_not_grow_with_the_products(django_assert_max_num_queries: Callable) -> None:
    seller = make_producer()
    for _ in range(30):
        make_pack(make_product(producer=seller), on_hand=1)
    ids = list(Product.objects.values_list("pk", flat=True))
    with django_assert_max_num_queries(16):  # savepoint, lock, index of words and vocabulary included
        refresh_listings(ids)


def test_the_joined_words_stay_within_one_name() -> None:
    listing = listing_of(make_product(name="Cà phê", name_en="Fine coffee"))
    assert listing.name_joined.split() == ["»ca", "»caphe", "caphe", "»fine", "»finecoffee", "finecoffee"]


def test_three_short_words_are_run_together_as_well() -> None:
    assert joined_line("Sô cô la đen") == "»so »soco »socola soco cola laden socola coladen"
    assert joined_line("Bánh tráng dừa") == "»banh »banhtrang banhtrang trangdua"


def test_a_producer_is_found_by_its_abbreviation_and_in_full() -> None:
    assert seller_line("Hợp tác xã Bích Thao") == "hop tac xa bich thao htx"
    assert seller_line("HTX Bích Thao") == "htx bich thao hop tac xa"
    assert seller_line("Chu Thị Nguyệt") == "chu thi nguyet"


def test_the_beginning_of_a_kind_is_marked() -> None:
    assert kind_line(("Rượu trắng", "Đồ uống"), ("Clear spirits",)) == "»ruou ruou trang »do do uong clear spirits"


def test_it_is_listed_since_it_was_made() -> None:
    product = make_product()
    assert listing_of(product).listed_at == product.created_at
    product.name = "Tên khác"
    product.save()
    assert listing_of(product).listed_at == product.created_at


def test_stock_that_ended_yesterday_does_not_hide_the_rest() -> None:
    product = make_product()
    pack = make_pack(product, on_hand=0)
    Stock.objects.create(pack=pack, lot="a", best_before=DAY - timedelta(days=1), on_hand=9)
    Stock.objects.create(pack=pack, lot="b", best_before=DAY + timedelta(days=9), on_hand=1)
    assert listing_of(product).sellable_until == DAY + timedelta(days=9)
