"""The operators' admin over the catalogue: it refuses what services refuse, and leaves no listing stale."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.models import (
    Commune,
    Listing,
    Pack,
    Producer,
    Product,
    ProductImage,
    Province,
    SearchChange,
    ShopImage,
    Stock,
)
from catalog.search.indexing import refresh_listings
from catalog.search.outbox import record_changes
from tests.catalog.media.files import phone_photo, picture_bytes, store_image
from tests.factories import DAY, make_pack, make_producer, make_product

pytestmark = pytest.mark.django_db

INLINES = ("packs", "images", "quality_certificates", "former_slugs")


@pytest.fixture
def product() -> Product:
    product = make_product(name="Cà phê Rin", slug="ca-phe-rin")
    refresh_listings([product.pk])
    return product


def management(**counts: tuple[int, int]) -> dict[str, Any]:
    """The management forms of inlines: name → (forms posted, stored)."""
    return {
        f"{name}-{key}": value
        for name, (total, initial) in counts.items()
        for key, value in {"TOTAL_FORMS": total, "INITIAL_FORMS": initial}.items()
    }


def product_form(product: Product | None = None, /, **fields: Any) -> dict[str, Any]:
    producer = product.producer if product else make_producer()
    base = {
        "name": product.name if product else "Mắc ca",
        "slug": product.slug if product else "",
        "producer": producer.pk,
        "product_set": (product.product_set_id if product else 1),
        "province": producer.province_id,
        "is_published": "on",
        **management(**dict.fromkeys(INLINES, (0, 0))),
    }
    return {**base, **fields}


def change(client: Any, thing: Any, data: dict[str, Any]) -> Any:
    return client.post(reverse(f"admin:catalog_{thing._meta.model_name}_change", args=[thing.pk]), data)


def errors(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, response.status_code
    return dict(response.context["adminform"].form.errors)


def inline_errors(response: Any) -> list[Any]:
    assert response.status_code == 200, response.status_code
    return [
        form.errors for formset in response.context["inline_admin_formsets"] for form in formset.formset if form.errors
    ]


class TestProducts:
    def test_it_adds_one_with_an_address_and_lists_it(self, admin_client):
        response = admin_client.post(reverse("admin:catalog_product_add"), product_form())
        assert response.status_code == 302, errors(response)
        assert Product.objects.get().slug == "mac-ca"
        assert Listing.objects.get().name_folded == "mac ca"

    def test_a_change_reaches_the_listing(self, admin_client, product):
        assert change(admin_client, product, product_form(product, name="Cà phê Mới")).status_code == 302
        assert Listing.objects.get().name_folded == "ca phe moi"
        assert Product.objects.get().slug == "ca-phe-rin"

    def test_unpublishing_unlists(self, admin_client, product):
        form = product_form(product)
        del form["is_published"]
        change(admin_client, product, form)
        assert not Listing.objects.exists()

    def test_a_new_address_leaves_the_old_one_behind(self, admin_client, product):
        change(admin_client, product, product_form(product, slug="rin"))
        changed = Product.objects.get()
        assert (changed.slug, changed.former_slugs.get().slug) == ("rin", "ca-phe-rin")

    def test_an_emptied_address_stays(self, admin_client, product):
        assert change(admin_client, product, product_form(product, slug="")).status_code == 302
        assert Product.objects.get().slug == "ca-phe-rin"

    @pytest.mark.parametrize(
        ("fields", "beside"),
        [
            ({"name": "Cà phê OCOP 4 sao"}, "name"),
            ({"description_en": "A 4-star OCOP coffee"}, "description_en"),
            ({"name": ""}, "name"),
            ({"slug": "suggest"}, "slug"),
            ({"slug": "taken"}, "slug"),
            ({"season_from_month": "13"}, "season_from_month"),
            ({"former_province": "1"}, "former_province"),
        ],
    )
    def test_it_refuses_beside_the_field(self, admin_client, product, fields, beside):
        make_product(slug="taken")
        assert beside in errors(change(admin_client, product, product_form(product, **fields)))
        assert Product.objects.get(pk=product.pk).name == "Cà phê Rin"

    def test_it_refuses_the_name_of_another_of_its_producers_products(self, admin_client, product):
        make_product(name="Cà phê Hai", producer=product.producer)
        assert "name" in errors(change(admin_client, product, product_form(product, name="CA PHE HAI")))

    def test_it_refuses_a_commune_of_another_province(self, admin_client, product):
        commune = Commune.objects.create(province=Province.objects.get(code="11"), name="xã Mường Phăng")
        assert "commune" in errors(change(admin_client, product, product_form(product, commune=commune.pk)))

    def test_deleting_unlists(self, admin_client, product):
        admin_client.post(reverse("admin:catalog_product_delete", args=[product.pk]), {"post": "yes"})
        assert not Product.objects.exists()
        assert not Listing.objects.exists()

    def test_deleting_several_unlists_and_search_forgets_them(self, admin_client, client, product):
        other = make_product(name="Khác")
        refresh_listings([other.pk])
        data = {"action": "delete_selected", "_selected_action": [product.pk, other.pk], "post": "yes"}
        admin_client.post(reverse("admin:catalog_product_changelist"), data)
        assert not Product.objects.exists()
        assert client.get("/api/v1/products/?q=rin").json()["count"] == 0


class TestInlines:
    def post(self, client, product, kind, *rows, stored=0):
        data = {f"{kind}-{number}-{key}": value for number, row in enumerate(rows) for key, value in row.items()}
        return change(client, product, product_form(product, **management(**{kind: (len(rows), stored)}), **data))

    def test_a_pack_brings_its_price(self, admin_client, product):
        pack = {"sku": "RIN", "name": "Gói 250 g", "price": "90000", "is_on_sale": "on", "position": "0"}
        response = self.post(admin_client, product, "packs", {**pack, "gtin": "4006381333931"})
        assert response.status_code == 302, inline_errors(response)
        assert Pack.objects.get().gtin == "04006381333931"
        assert Listing.objects.get().price == 90_000

    @pytest.mark.parametrize(
        ("fields", "beside"), [({"gtin": "4006381333930"}, "gtin"), ({"name": "Hộp OCOP 4 sao"}, "name")]
    )
    def test_a_bad_pack_is_refused_beside_its_field(self, admin_client, product, fields, beside):
        pack = {"sku": "RIN", "name": "Gói", "position": "0", **fields}
        (found,) = inline_errors(self.post(admin_client, product, "packs", pack))
        assert beside in found

    def test_a_deleted_pack_takes_its_price_along(self, admin_client, product):
        pack = make_pack(product)
        refresh_listings([product.pk])
        row = {"id": pack.pk, "sku": pack.sku, "name": pack.name, "price": pack.price, "position": 0, "DELETE": "on"}
        response = self.post(admin_client, product, "packs", row, stored=1)
        assert response.status_code == 302, inline_errors(response)
        assert Listing.objects.get().price is None

    def test_a_picture_is_uploaded_and_reencoded(self, admin_client, product):
        file = SimpleUploadedFile("DSC_1.jpg", phone_photo(), content_type="image/jpeg")
        response = self.post(admin_client, product, "images", {"upload": file, "alt": "Hạt cà phê", "position": "0"})
        assert response.status_code == 302, inline_errors(response)
        image = ShopImage.objects.get()
        assert (image.width, image.height) == (40, 80)
        assert Listing.objects.get().image == image
        assert ProductImage.objects.get().alt == "Hạt cà phê"

    def test_a_mark_is_tied_to_the_product(self, admin_client, product):
        file = SimpleUploadedFile("a.png", picture_bytes("PNG"))
        self.post(admin_client, product, "images", {"upload": file, "shows_mark": "on", "position": "0"})
        assert ShopImage.objects.get().marked_product == product
        assert Listing.objects.get().unmarked_image is None

    def test_a_picture_of_the_shop_is_chosen(self, admin_client, product):
        image = store_image()
        response = self.post(admin_client, product, "images", {"image": image.pk, "position": "0"})
        assert response.status_code == 302, inline_errors(response)
        assert Listing.objects.get().image == image

    def test_an_unfit_file_is_refused_beside_its_field(self, admin_client, product):
        file = SimpleUploadedFile("a.jpg", b"<html></html>")
        (found,) = inline_errors(self.post(admin_client, product, "images", {"upload": file, "position": "0"}))
        assert "upload" in found

    def test_a_picture_is_one_of_both(self, admin_client, product):
        (found,) = inline_errors(self.post(admin_client, product, "images", {"alt": "x", "position": "0"}))
        assert "upload" in found

    def test_a_quality_certificate_claims_no_stars(self, admin_client, product):
        row = {"name": "OCOP 5 sao", "valid_until": DAY.isoformat()}
        (found,) = inline_errors(self.post(admin_client, product, "quality_certificates", row))
        assert "name" in found


class TestPacksAndStock:
    def form(self, pack, *rows, stored=0):
        data = {f"stock-{number}-{key}": value for number, row in enumerate(rows) for key, value in row.items()}
        return {
            "sku": pack.sku, "name": pack.name, "price": pack.price, "is_on_sale": "on", "position": 0,
            "min_remaining_life_days": 0, **management(stock=(len(rows), stored)), **data,
        }  # fmt: skip

    def test_stock_reaches_the_listing(self, admin_client, product):
        pack = make_pack(product)
        best_before = DAY + timedelta(days=90)
        row = {"lot": "L1", "best_before": best_before.isoformat(), "on_hand": "5"}
        response = change(admin_client, pack, self.form(pack, row))
        assert response.status_code == 302, inline_errors(response)
        assert Listing.objects.get().sellable_until == best_before

    def test_it_refuses_less_than_is_reserved(self, admin_client, product):
        pack = make_pack(product)
        stock = Stock.objects.create(pack=pack, on_hand=5, reserved=3)
        row = {"id": stock.pk, "lot": "", "best_before": "", "on_hand": "2"}
        (found,) = inline_errors(change(admin_client, pack, self.form(pack, row, stored=1)))
        assert "on_hand" in found

    def test_a_pack_stays_with_its_product(self, admin_client, product):
        pack = make_pack(product)
        change(admin_client, pack, {**self.form(pack), "product": make_product().pk})
        assert Pack.objects.get().product == product


class TestProducersAndPlaces:
    def form(self, producer, **fields):
        return {
            "name": producer.name, "slug": producer.slug, "ocop_type": producer.ocop_type,
            "province": producer.province_id, "is_published": "on", **management(former_slugs=(0, 0)), **fields,
        }  # fmt: skip

    def test_a_new_name_reaches_its_listings(self, admin_client, product):
        response = change(admin_client, product.producer, self.form(product.producer, name="Hợp tác xã Mới"))
        assert response.status_code == 302, errors(response)
        assert Listing.objects.get().producer_folded == "hop tac xa moi htx"

    def test_a_new_address_leaves_the_old_one_behind(self, admin_client, product):
        change(admin_client, product.producer, self.form(product.producer, slug="moi"))
        assert Producer.objects.get().former_slugs.count() == 1

    def test_it_refuses_a_second_one_of_its_name(self, admin_client, product):
        other = make_producer(name="Nhà B")
        assert "name" in errors(change(admin_client, other, self.form(other, name=product.producer.name.upper())))

    def test_a_renamed_commune_reaches_its_listings(self, admin_client, product):
        commune = Commune.objects.create(province=product.province, name="xã Cũ")
        Product.objects.update(commune=commune)
        change(admin_client, commune, {"name": "xã Mới", "province": commune.province_id, "code": ""})
        assert "xa moi" in Listing.objects.get().place_folded


PAGES = (
    "product", "producer", "pack", "shopimage", "commune", "province", "formerprovince", "industry", "productset",
    "searchchange",
)  # fmt: skip


@pytest.mark.parametrize("model", PAGES)
@pytest.mark.parametrize("query", ["", "?q=đắk"])
def test_every_list_opens_and_searches(admin_client, model, query):
    if query and model in {"industry", "productset"}:
        query = ""
    make_pack(make_product(name="Mắc ca Đắk Nông"))
    assert admin_client.get(reverse(f"admin:catalog_{model}_changelist") + query).status_code == 200


def test_a_list_finds_without_accents(admin_client, product):
    make_product(name="Mắc ca", slug="mac-ca")
    found = admin_client.get(reverse("admin:catalog_product_changelist") + "?q=CÀ phe").context["cl"].result_list
    assert list(found) == [product]


@pytest.mark.parametrize("model", ["product", "producer", "pack", "shopimage"])
def test_a_list_asks_the_same_number_of_queries_however_long(admin_client, django_assert_max_num_queries, model):
    for _ in range(15):
        product = make_product()
        make_pack(product)
        store_image(size=(8, 8), shows_ocop_mark=True, marked_product=product)
    admin_client.get(reverse(f"admin:catalog_{model}_changelist"))
    with django_assert_max_num_queries(12):
        admin_client.get(reverse(f"admin:catalog_{model}_changelist"))


def test_a_product_page_asks_the_same_number_of_queries_however_much_it_holds(
    admin_client, django_assert_max_num_queries, product
):
    for position in range(6):
        make_pack(product)
        ProductImage.objects.create(product=product, image=store_image(size=(8, 8)), position=position)
    with django_assert_max_num_queries(24):
        assert admin_client.get(reverse("admin:catalog_product_change", args=[product.pk])).status_code == 200


def test_pictures_and_places_are_read_only(admin_client):
    assert admin_client.get(reverse("admin:catalog_shopimage_add")).status_code == 403
    assert admin_client.get(reverse("admin:catalog_province_add")).status_code == 403


class TestSearchChanges:
    ADDRESS = "admin:catalog_searchchange_changelist"

    @pytest.fixture(autouse=True)
    def changes(self):
        record_changes([1, 2, 3])
        SearchChange.objects.filter(pk=2).update(is_dead=True, last_error="mapper_parsing_exception")
        SearchChange.objects.filter(pk=3).update(indexed_version=1)

    @pytest.mark.parametrize(("query", "found"), [("", {1, 2, 3}), ("?state=pending", {1}), ("?state=dead", {2})])
    def test_they_are_told_apart(self, admin_client, query, found):
        listed = admin_client.get(reverse(self.ADDRESS) + query).context["cl"].result_list
        assert {change.pk for change in listed} == found

    def test_those_given_up_are_tried_again(self, admin_client):
        admin_client.post(reverse(self.ADDRESS), {"action": "try_again", "_selected_action": [1, 2, 3]})
        assert not SearchChange.objects.dead().exists()

    def test_who_may_only_look_cannot_try_again(self, client, django_user_model):
        reader = django_user_model.objects.create_user(email="reader@example.vn", password="x", is_staff=True)
        reader.user_permissions.add(Permission.objects.get(codename="view_searchchange"))
        client.force_login(reader)
        client.post(reverse(self.ADDRESS), {"action": "try_again", "_selected_action": [2]})
        assert SearchChange.objects.dead().exists()
