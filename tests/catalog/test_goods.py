"""The law's rules for goods, by the day: documents, age, payment. A product shows what holds today."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from catalog.goods import last_lawful_days, load_goods_rules
from catalog.models import DocumentKind, GoodsPolicy, Listing, PaymentCode, Product, ProductSet, SellerDocument
from catalog.search.indexing import refresh_listings
from catalog.services.documents import record_document
from marketplace.orders import services
from marketplace.orders.models import PaymentMethod
from marketplace.orders.services import NotToBeHad
from tests.factories import AT, DAY, make_member, make_pack, make_producer, make_product
from tests.trade import make_cart

pytestmark = pytest.mark.django_db

TOMORROW, YESTERDAY = DAY + timedelta(days=1), DAY - timedelta(days=1)
LICENCES = (DocumentKind.ALCOHOL_PRODUCTION, DocumentKind.ALCOHOL_RETAIL)


@pytest.fixture
def spirit() -> Product:
    """A rice spirit in stock whose producer holds no document yet."""
    product = make_product(name="Rượu gạo", slug="ruou-gao", product_set=ProductSet.objects.get(code="ruou-trang"))
    make_pack(product=product, on_hand=10, price=150_000)
    refresh_listings([product.pk])
    return product


def license_it(product: Product, *, until: date | None = None, kinds: tuple[DocumentKind, ...] = LICENCES) -> None:
    for kind in kinds:
        record_document(
            producer=product.producer, kind=kind, number="01/GP", valid_from=date(2024, 1, 1), valid_until=until
        )


def api(client: Client) -> dict[str, Any]:
    return client.get("/api/v1/products/ruou-gao/").json()


def listed(client: Client) -> dict[str, Any]:
    return client.get("/api/v1/products/?q=ruou").json()["results"][0]


def test_the_law_names_the_payment_methods_that_there_are():
    assert PaymentCode.values == PaymentMethod.values


def test_goods_of_other_sets_have_no_rule(client: Client):
    product = make_product(name="Chè", slug="ruou-gao")
    refresh_listings([product.pk])
    assert api(client)["conditions"] is None


def test_without_documents_they_are_listed_and_not_for_sale(client: Client, spirit: Product):
    told = api(client)
    assert (told["price"], told["in_stock"]) == (None, False)
    assert [(pack["price"], pack["in_stock"]) for pack in told["packs"]] == [(None, False)]
    assert told["conditions"]["missing_documents"] == ["alcohol-production", "alcohol-retail"]
    assert not listed(client)["in_stock"]
    page = client.get("/en/products/ruou-gao/").content.decode()
    assert "Not for sale at present" in page
    assert "licence to make alcohol" in page
    assert "150.000" not in page


@pytest.mark.parametrize(
    ("code", "kinds", "age", "methods"),
    [
        ("do-uong-co-con-khac", LICENCES, 18, {"vietqr", "stripe"}),
        ("tpcn-thuoc-duoc-lieu-co-truyen", (DocumentKind.PRODUCT_DECLARATION, DocumentKind.FOOD_SAFETY), None, None),
        ("my-pham-tu-duoc-lieu", (DocumentKind.COSMETICS_NOTIFICATION,), None, None),
    ],
)
def test_other_goods_that_the_law_looks_at_are_bound_too(
    code: str, kinds: tuple[DocumentKind, ...], age: int | None, methods: set[str] | None
):
    product = make_product(product_set=ProductSet.objects.get(code=code))
    make_pack(product, on_hand=5)
    rule = load_goods_rules([product.pk], on=DAY)[product.pk]
    assert (set(rule.missing), rule.minimum_age, rule.methods) == (set(kinds), age, methods)
    cart = make_cart()
    with pytest.raises(NotToBeHad) as refusal:
        services.add_line(cart_id=cart.pk, pack=product.packs.get(), quantity=1, at=AT, on=DAY)
    assert [notice.code for notice in refusal.value.notices] == ["document-missing"]
    license_it(product, kinds=kinds)
    assert load_goods_rules([product.pk], on=DAY)[product.pk].may_be_sold
    services.add_line(cart_id=cart.pk, pack=product.packs.get(), quantity=1, at=AT, on=DAY)


def test_one_of_two_documents_is_not_enough(client: Client, spirit: Product):
    license_it(spirit, kinds=LICENCES[:1])
    assert api(client)["conditions"]["missing_documents"] == ["alcohol-retail"]
    assert not listed(client)["in_stock"]


def test_with_its_documents_it_is_sold_and_what_is_asked_is_said(client: Client, spirit: Product):
    license_it(spirit)
    told = api(client)
    assert (told["price"]["amount"], told["in_stock"]) == (150_000, True)
    assert told["conditions"]["minimum_age"] == 18
    assert told["conditions"]["payment_methods"] == ["stripe", "vietqr"]
    assert listed(client)["in_stock"]
    page = client.get("/en/products/ruou-gao/").content.decode()
    assert "18+" in page
    assert "bank transfer" in page
    assert "Not for sale" not in page


def test_a_document_that_ends_tomorrow_ends_the_sale_after_tomorrow(
    client: Client, spirit: Product, clock: Callable[[date], None]
):
    license_it(spirit, until=TOMORROW)
    for day, is_sold in ((DAY, True), (TOMORROW, True), (TOMORROW + timedelta(days=1), False)):
        clock(day)
        told = api(client)
        assert (told["in_stock"], told["price"] is not None, listed(client)["in_stock"]) == (is_sold,) * 3
        assert ("Not for sale" in client.get("/en/products/ruou-gao/").content.decode()) is not is_sold


def test_a_document_of_one_product_serves_no_other(spirit: Product):
    other = make_product(name="Rượu nếp", slug="ruou-nep", producer=spirit.producer, product_set=spirit.product_set)
    for kind in LICENCES:
        record_document(producer=spirit.producer, product=spirit, kind=kind, number="1", valid_from=DAY)
    found = load_goods_rules([spirit.pk, other.pk], on=DAY)
    assert found[spirit.pk].may_be_sold
    assert not found[other.pk].may_be_sold


def test_a_policy_that_changes_holds_from_its_first_day(client: Client, spirit: Product, clock: Callable[[date], None]):
    license_it(spirit)
    GoodsPolicy.objects.filter(product_set=spirit.product_set).update(valid_until=TOMORROW)
    GoodsPolicy.objects.create(
        product_set=spirit.product_set,
        minimum_age=21,
        methods=["stripe"],
        documents=["product-declaration"],
        legal_basis="Luật mới",
        valid_from=TOMORROW + timedelta(days=1),
    )
    refresh_listings([spirit.pk])
    clock(TOMORROW)
    assert (api(client)["conditions"]["minimum_age"], api(client)["in_stock"]) == (18, True)
    clock(TOMORROW + timedelta(days=1))
    told = api(client)
    assert (told["conditions"]["minimum_age"], told["conditions"]["payment_methods"]) == (21, ["stripe"])
    assert told["conditions"]["missing_documents"] == ["product-declaration"]
    assert not told["in_stock"]
    assert not listed(client)["in_stock"]


@pytest.mark.parametrize("until", [None, YESTERDAY, TOMORROW])
def test_the_listing_and_the_product_agree_whatever_the_end(client: Client, spirit: Product, until: date | None):
    license_it(spirit, until=until)
    assert listed(client)["in_stock"] == api(client)["in_stock"] == (until is None or until >= DAY)


class TestLastLawfulDay:
    def test_none_without_documents_and_no_limit_with_ones_that_do_not_end(self, spirit: Product):
        assert last_lawful_days([spirit.pk]) == {spirit.pk: date(2020, 2, 23)}  # the day before the law
        license_it(spirit)
        assert last_lawful_days([spirit.pk]) == {}

    def test_it_is_that_of_the_document_that_ends_first(self, spirit: Product):
        license_it(spirit, until=TOMORROW, kinds=LICENCES[:1])
        license_it(spirit, until=DAY + timedelta(days=9), kinds=LICENCES[1:])
        assert last_lawful_days([spirit.pk]) == {spirit.pk: TOMORROW}

    def test_a_renewed_document_counts_to_its_own_end(self, spirit: Product):
        license_it(spirit, until=TOMORROW)
        for kind in LICENCES:
            record_document(
                producer=spirit.producer, kind=kind, number="2", valid_from=TOMORROW + timedelta(days=1),
                valid_until=DAY + timedelta(days=400),
            )  # fmt: skip
        assert last_lawful_days([spirit.pk]) == {spirit.pk: DAY + timedelta(days=400)}

    def test_a_policy_that_ends_frees_the_goods(self, spirit: Product):
        GoodsPolicy.objects.filter(product_set=spirit.product_set).update(valid_until=TOMORROW)
        assert last_lawful_days([spirit.pk]) == {}

    def test_it_agrees_with_the_rule_of_every_day(self, spirit: Product):
        license_it(spirit, until=DAY + timedelta(days=3))
        last = last_lawful_days([spirit.pk])[spirit.pk]
        assert last is not None
        for day in (last, last + timedelta(days=1)):
            assert load_goods_rules([spirit.pk], on=day)[spirit.pk].may_be_sold is (day == last)


def test_a_listing_is_never_sellable_past_its_documents(spirit: Product):
    license_it(spirit, until=TOMORROW)
    assert Listing.objects.get(product=spirit).sellable_until == TOMORROW


@pytest.mark.parametrize(
    "values", [{"methods": ["gold"]}, {"methods": "cod"}, {"documents": ["passport"]}, {"documents": {"a": 1}}]
)
def test_a_policy_with_unknown_codes_is_refused(values: dict[str, Any]):
    policy = GoodsPolicy(product_set_id=1, legal_basis="Luật", valid_from=DAY, **values)
    with pytest.raises(ValidationError) as refused:
        policy.full_clean()
    assert set(refused.value.error_dict) == set(values)


def test_a_document_of_another_producers_product_is_refused(spirit: Product):
    with pytest.raises(ValidationError):
        record_document(
            producer=make_producer(), product=spirit, kind=DocumentKind.FOOD_SAFETY, number="1", valid_from=DAY
        )
    assert not SellerDocument.objects.exists()


class TestAdmin:
    def test_a_document_puts_the_product_on_sale_and_its_deletion_takes_it_off(
        self, admin_client: Client, spirit: Product
    ):
        license_it(spirit, kinds=LICENCES[:1])
        form = {"producer": spirit.producer_id, "kind": "alcohol-retail", "number": "2", "valid_from": "2024-01-01"}
        assert admin_client.post("/django-admin/catalog/sellerdocument/add/", form).status_code == 302
        assert Listing.objects.get(product=spirit).sellable_until is not None
        document = SellerDocument.objects.get(number="2")
        admin_client.post(f"/django-admin/catalog/sellerdocument/{document.pk}/delete/", {"post": "yes"})
        assert (Listing.objects.get(product=spirit).sellable_until or date.min) < DAY

    def test_a_policy_is_written_with_codes_that_are_chosen(self, admin_client: Client, spirit: Product):
        other = ProductSet.objects.get(code="do-uong-khong-con")
        form = {
            "product_set": other.pk, "minimum_age": 18, "methods": ["vietqr"], "documents": ["food-safety"],
            "legal_basis": "Luật 44/2019/QH14", "valid_from": "2026-01-01",
        }  # fmt: skip
        assert admin_client.post("/django-admin/catalog/goodspolicy/add/", form).status_code == 302
        policy = GoodsPolicy.objects.get(product_set=other)
        assert (policy.methods, policy.documents) == (["vietqr"], ["food-safety"])
        refused = admin_client.post("/django-admin/catalog/goodspolicy/add/", {**form, "methods": ["gold"]})
        assert refused.status_code == 200
        page = admin_client.get(f"/django-admin/catalog/goodspolicy/{policy.pk}/change/")
        assert page.status_code == 200

    def test_a_policy_with_no_method_chosen_allows_all(self, admin_client: Client):
        form = {"product_set": 1, "legal_basis": "Luật", "valid_from": "2026-01-01"}
        assert admin_client.post("/django-admin/catalog/goodspolicy/add/", form).status_code == 302
        assert GoodsPolicy.objects.get(product_set=1).methods is None


def test_producers_see_their_documents_with_the_days_left(client: Client, spirit: Product):
    member = make_member(spirit.producer)
    license_it(spirit, until=DAY + timedelta(days=30), kinds=LICENCES[:1])
    client.force_login(member)
    page = client.get(f"/en/portal/{spirit.producer.public_id}/").content.decode()
    assert "Licence to make alcohol" in page
    assert "30 days" in page
    assert "a valid document is missing" in page
