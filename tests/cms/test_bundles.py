"""What a gift bundle offers on a day."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import DocumentKind, ProductSet, Stock
from catalog.services import record_document
from cms.models import GiftBundlePage, GiftItem
from ocop_badges.days import start_of
from tests.conftest import SetClock
from tests.factories import DAY, certify, certify_expired, list_products, make_bundle, make_pack, make_product

pytestmark = pytest.mark.django_db


def test_it_costs_the_sum_without_a_discount() -> None:
    coffee, honey = make_pack(make_product(), price=120_000), make_pack(make_product(), price=95_500)
    assert make_bundle((coffee, 2), honey).offer_on(DAY).price == 335_500


def test_it_costs_the_sum_less_the_discount_rounded_down() -> None:
    offer = make_bundle(make_pack(make_product(), price=99_999), discount_percent=15).offer_on(DAY)
    assert offer.price == 84_999  # 84,999.15
    assert offer.full_price == 99_999


def test_it_costs_its_fixed_price() -> None:
    assert make_bundle(make_pack(make_product(), price=99_999), fixed_price=150_000).offer_on(DAY).price == 150_000


@pytest.mark.parametrize("fields", [{"price": None}, {"is_on_sale": False}], ids=["without a price", "switched off"])
def test_it_is_not_for_sale_while_a_pack_is_not(fields: dict) -> None:
    bundle = make_bundle(
        make_pack(make_product(), on_hand=9), make_pack(make_product(), on_hand=9, **fields), fixed_price=1000
    )
    offer = bundle.offer_on(DAY)
    assert offer.price is None
    assert not offer.in_stock


@pytest.mark.parametrize("hidden", ["product", "producer"])
def test_it_is_not_for_sale_while_a_product_is_not_in_the_shop(hidden: str) -> None:
    product = make_product()
    bundle = make_bundle(make_pack(product))
    target = product if hidden == "product" else product.producer
    target.is_published = False
    target.save()
    assert bundle.offer_on(DAY).price is None


def test_it_is_in_stock_while_every_pack_is_there_in_its_quantity() -> None:
    coffee, honey = make_pack(make_product(), on_hand=4), make_pack(make_product(), on_hand=1)
    assert make_bundle((coffee, 4), honey).offer_on(DAY).in_stock
    assert not make_bundle((coffee, 5), honey).offer_on(DAY).in_stock
    assert not make_bundle((coffee, 2), honey, (coffee, 3)).offer_on(DAY).in_stock


def test_it_does_not_count_what_is_reserved_or_too_old_to_sell() -> None:
    pack = make_pack(make_product(), min_remaining_life_days=30)
    stock = Stock.objects.create(pack=pack, on_hand=5, best_before=DAY + timedelta(days=40))
    bundle = make_bundle((pack, 5))
    assert bundle.offer_on(DAY).in_stock
    assert bundle.offer_on(DAY + timedelta(days=10)).in_stock
    assert not bundle.offer_on(DAY + timedelta(days=11)).in_stock
    stock.reserved = 1
    stock.save()
    assert not bundle.offer_on(DAY).in_stock


def test_it_is_in_stock_while_the_seller_of_everything_in_it_has_the_documents_the_law_asks_for() -> None:
    spirit = make_product(product_set=ProductSet.objects.get(code="ruou-trang"))
    bundle = make_bundle(make_pack(spirit, on_hand=5), make_pack(make_product(), on_hand=5))
    assert not bundle.offer_on(DAY).in_stock
    for kind in (DocumentKind.ALCOHOL_PRODUCTION, DocumentKind.ALCOHOL_RETAIL):
        record_document(producer=spirit.producer, kind=kind, number="1", valid_from=DAY, valid_until=DAY)
    assert bundle.offer_on(DAY).in_stock
    assert not bundle.offer_on(DAY + timedelta(days=1)).in_stock


def test_it_is_all_certified_only_while_every_product_has_stars() -> None:
    certified, expired = make_product(), make_product()
    certify(certified)
    certify_expired(expired)
    assert make_bundle(make_pack(certified)).offer_on(DAY).all_certified
    assert not make_bundle(make_pack(certified), make_pack(expired)).offer_on(DAY).all_certified
    assert not make_bundle().offer_on(DAY).all_certified


def test_the_page_and_the_api_stop_saying_so_at_midnight(client: Client, clock: SetClock) -> None:
    product, other = make_product(), make_product()
    certify(product, valid_until=DAY, end_reason="as printed in the source")
    certify(other)
    list_products(product, other)
    bundle = make_bundle(make_pack(product), make_pack(other))
    midnight = start_of(DAY + timedelta(days=1))
    for at, certified, stars in ((midnight - timedelta(seconds=1), True, 2), (midnight, False, 1)):
        clock(at)
        page = client.get(bundle.shop_path).text
        assert ("data-all-certified" in page) is certified
        assert (f'data-stars-end="{midnight.isoformat()}"' in page) is certified
        assert "data-stars-end" in page  # those of the other product go on
        answer = client.get(f"/api/v1/gift-bundles/{bundle.slug}/").json()
        assert answer["all_certified"] is certified
        assert sum(item["product"]["badge"] is not None for item in answer["items"]) == stars


def test_its_page_shows_texts_in_the_language_of_the_page(client: Client) -> None:
    bundle = make_bundle(
        make_pack(make_product()),
        title="Hộp cao nguyên",
        title_en="Highland box",
        summary="Tóm tắt",
        summary_en="Summary",
        heritage="<p>Truyền thuyết</p>",
    )
    english = client.get(f"/en{bundle.shop_path}").text
    assert "Highland box" in english
    assert "Summary" in english
    assert '<div class="prose" lang="vi"><p>Truyền thuyết</p>' in english
    vietnamese = client.get(bundle.shop_path).text
    assert "Hộp cao nguyên" in vietnamese
    assert "Highland box" not in vietnamese


def test_its_page_shows_stars_in_the_heritage_by_token(client: Client) -> None:
    product = make_product()
    certify(product)
    bundle = make_bundle(make_pack(make_product()), heritage=f"<p>Hạt [[ocop:{product.public_id}]] này</p>")
    assert client.get(bundle.shop_path).text.count("data-stars-end") == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"fixed_price": 1000, "discount_percent": 10},
        {"fixed_price": 0},
        {"discount_percent": 91},
    ],
)
def test_the_database_refuses_prices_that_make_no_sense(fields: dict) -> None:
    bundle = make_bundle(make_pack(make_product()))
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftBundlePage.objects.filter(pk=bundle.pk).update(**fields)
    with pytest.raises(ValidationError):
        make_bundle(make_pack(make_product()), **fields)


@pytest.mark.parametrize("quantity", [0, 100])
def test_the_database_refuses_quantities_that_make_no_sense(quantity: int) -> None:
    bundle = make_bundle(make_pack(make_product()))
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftItem.objects.filter(page=bundle).update(quantity=quantity)


def test_a_pack_in_a_bundle_cannot_be_deleted() -> None:
    pack = make_pack(make_product())
    make_bundle(pack)
    with pytest.raises(ProtectedError):
        pack.delete()


def test_a_draft_that_names_a_deleted_pack_opens_without_it() -> None:
    kept, dropped = make_pack(make_product()), make_pack(make_product())
    bundle = make_bundle(kept)
    bundle.items.add(GiftItem(pack=dropped, quantity=2))
    bundle.save_revision()
    dropped.delete()
    draft = bundle.get_latest_revision_as_object()
    assert [item.pack_id for item in draft.items.all()] == [kept.pk]


def test_the_list_asks_the_same_number_of_queries_however_many_bundles(client: Client) -> None:
    counts = []
    client.get("/gifts/")  # fills what the process keeps about the site
    for _ in range(2):
        for _ in range(3):
            product = make_product()
            certify(product)
            make_bundle(make_pack(product), make_pack(make_product()))
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/gifts/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_drafts_are_not_listed(client: Client) -> None:
    make_bundle(make_pack(make_product()), title="Bản nháp", live=False)
    assert "Bản nháp" not in client.get("/gifts/").text
