from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from catalog import services
from catalog.media.services import add_image
from catalog.models import (
    FormerProductSlug,
    Listing,
    Pack,
    Producer,
    Product,
    ProductSet,
    Province,
    ShopRendition,
    Stock,
)
from ocop_badges.claims import stored_claims
from tests.catalog.media.files import picture_bytes
from tests.factories import DAY, make_pack, make_producer, make_product

pytestmark = pytest.mark.django_db


def create(name="Cà phê Rin", producer=None, **facts):
    return services.create_product(
        producer=producer or make_producer(),
        product_set=ProductSet.objects.get(code="ca-phe-ca-cao"),
        name=name,
        **facts,
    )


def listing(product) -> Listing:
    return Listing.objects.get(product=product)


class TestProducts:
    def test_it_lists_a_new_product(self):
        product = create()
        assert product.slug == "ca-phe-rin"
        assert product.province == product.producer.province
        assert listing(product).name_folded == "ca phe rin"

    def test_it_shows_a_changed_name(self):
        product = create()
        services.update_product(product=product, name="Cà phê Mới")
        assert listing(product).name_folded == "ca phe moi"
        assert product.slug == "ca-phe-rin"

    def test_it_unlists_what_is_unpublished_and_back(self):
        product = create()
        services.unpublish_product(product=product)
        assert not Listing.objects.exists()
        services.publish_product(product=product)
        assert listing(product)

    def test_it_refuses_a_typed_claim_by_field(self):
        with pytest.raises(ValidationError) as refusal:
            create(name="Cà phê OCOP 4 sao")
        assert list(refusal.value.error_dict) == ["name"]
        assert not Product.objects.exists()

    def test_it_lets_an_old_claim_stand_while_something_else_changes(self):
        product = make_product(name="Cà phê OCOP 4 sao")
        services.update_product(product=product, origin="Lâm Đồng")
        with pytest.raises(ValidationError):
            services.update_product(product=product, name="Cà phê OCOP 5 sao")

    def test_it_refuses_the_same_name_twice_of_one_producer(self):
        producer = make_producer()
        create(producer=producer)
        with pytest.raises(ValidationError):
            create("CA PHE RIN", producer=producer)

    @pytest.mark.parametrize("facts", [{"name": " "}, {"season_from_month": 13}, {"season_from_month": 3}])
    def test_it_refuses_bad_facts(self, facts):
        product = create()
        with pytest.raises(ValidationError):
            services.update_product(product=product, **facts)
        assert Product.objects.get().name == "Cà phê Rin"

    @pytest.mark.parametrize("facts", [{"slug": "x"}, {"nmae": "x"}, {"public_id": "0" * 12}])
    def test_it_takes_no_fact_it_does_not_know(self, facts):
        product = create()
        with pytest.raises(TypeError):
            services.update_product(product=product, **facts)

    def test_it_keeps_quality_certificates_with_their_end(self):
        product = create()
        certificate = services.add_quality_certificate(product=product, name="VietGAP", valid_until=DAY)
        assert product.quality_certificates.valid_on(DAY).exists()
        assert not product.quality_certificates.valid_on(DAY + timedelta(days=1)).exists()
        services.remove_quality_certificate(certificate=certificate)
        assert not product.quality_certificates.exists()

    def test_it_refuses_a_quality_certificate_that_claims_stars_or_ends_early(self):
        product = create()
        with pytest.raises(ValidationError):
            services.add_quality_certificate(product=product, name="OCOP 5 sao", valid_until=DAY)
        with pytest.raises(ValidationError):
            services.add_quality_certificate(
                product=product, name="HACCP", valid_from=DAY, valid_until=DAY - timedelta(days=1)
            )


class TestProducers:
    def test_it_creates_one_with_an_address(self):
        province = Province.objects.get(code="11")
        first = services.create_producer(name="Hợp tác xã M'Then", ocop_type="cooperative", province=province)
        second = services.create_producer(
            name="Hợp tác xã M'Then", ocop_type="cooperative", province=Province.objects.get(code="68")
        )
        assert (first.slug, second.slug) == ("hop-tac-xa-mthen", "hop-tac-xa-mthen-2")

    def test_a_new_name_reaches_its_listings(self):
        product = create()
        services.update_producer(producer=product.producer, name="Hợp tác xã Mới")
        assert listing(product).producer_folded == "hop tac xa moi htx"

    def test_hiding_it_hides_its_products(self):
        product = create()
        services.unpublish_producer(producer=product.producer)
        assert not Listing.objects.exists()
        services.publish_producer(producer=product.producer)
        assert listing(product)

    def test_it_refuses_an_unknown_type(self):
        with pytest.raises(ValidationError):
            services.create_producer(name="X", ocop_type="state", province=Province.objects.get(code="11"))


class TestSlugs:
    def test_the_second_of_a_name_gets_its_producer(self):
        create("Chanh dây sấy dẻo")
        second = create("Chanh dây sấy dẻo", producer=make_producer(slug="ngo-mai-hoa"))
        assert second.slug == "chanh-day-say-deo-ngo-mai-hoa"

    def test_no_product_is_called_suggest(self):
        assert create("Suggest", producer=make_producer(slug="a")).slug == "suggest-a"

    def test_a_former_address_is_never_given_to_another(self):
        product = create()
        services.rename_slug(thing=product, slug="rin-moi")
        assert FormerProductSlug.objects.get().slug == "ca-phe-rin"
        assert Product.objects.get().slug == "rin-moi"
        assert create(producer=make_producer(slug="khac")).slug == "ca-phe-rin-khac"

    def test_a_product_may_take_its_own_old_address_back(self):
        product = create()
        services.rename_slug(thing=product, slug="rin-moi")
        services.rename_slug(thing=product, slug="ca-phe-rin")
        assert [former.slug for former in FormerProductSlug.objects.all()] == ["rin-moi"]

    def test_renaming_to_the_same_changes_nothing(self):
        product = create()
        services.rename_slug(thing=product, slug="ca-phe-rin")
        assert not FormerProductSlug.objects.exists()

    @pytest.mark.parametrize("slug", ["suggest", "taken", "once-taken", "có dấu", "", "a/b", "x" * 201])
    def test_it_refuses_an_address_that_is_not_free(self, slug):
        make_product(slug="taken")
        other = make_product(slug="once-taken")
        services.rename_slug(thing=other, slug="other")
        with pytest.raises(ValidationError):
            services.rename_slug(thing=create(), slug=slug)

    def test_it_renames_a_storefront(self):
        producer = make_producer(slug="cu")
        services.rename_slug(thing=producer, slug="moi")
        assert Producer.objects.get().former_slugs.get().slug == "cu"
        assert services.free_slug(model=Producer, name="Cũ") == "cu-2"


class TestPacks:
    def test_its_price_and_stock_reach_the_listing(self):
        product = create()
        pack = services.set_pack(product=product, sku="RIN-250", name="Gói 250 g", price=90_000)
        assert (listing(product).price, listing(product).sellable_until) == (90_000, None)

        services.set_stock(pack=pack, lot="L1", best_before=date(2027, 1, 31), on_hand=5)
        assert listing(product).sellable_until == date(2027, 1, 31)

        services.set_stock(pack=pack, lot="L1", best_before=date(2027, 1, 31), on_hand=0)
        assert Stock.objects.count() == 1
        assert listing(product).sellable_until is None

        services.set_pack(product=product, sku="RIN-250", is_on_sale=False)
        assert listing(product).price is None

    def test_it_keeps_one_row_for_goods_that_never_spoil(self):
        pack = make_pack(create())
        services.set_stock(pack=pack, on_hand=5)
        services.set_stock(pack=pack, on_hand=7)
        assert Stock.objects.get().on_hand == 7

    def test_it_refuses_less_than_is_reserved(self):
        pack = make_pack(create())
        Stock.objects.create(pack=pack, on_hand=5, reserved=3)
        with pytest.raises(ValidationError):
            services.set_stock(pack=pack, on_hand=2)

    def test_it_keeps_a_gtin_as_fourteen_digits(self):
        product = create()
        assert services.set_pack(product=product, sku="A", name="Gói", gtin="4006381333931").gtin == "04006381333931"
        assert services.set_pack(product=product, sku="A", gtin="").gtin is None

    @pytest.mark.parametrize(
        "facts",
        [{"gtin": "4006381333930"}, {"price": 0}, {"net_value": 5}, {"name": "Gói OCOP 4 sao"}, {"net_unit": "kg"}],
    )
    def test_it_refuses_bad_facts(self, facts):
        with pytest.raises(ValidationError):
            services.set_pack(product=create(), sku="A", **{"name": "Gói", **facts})
        assert not Pack.objects.exists()

    def test_a_sku_stays_with_its_product(self):
        services.set_pack(product=create(), sku="A", name="Gói")
        with pytest.raises(ValidationError):
            services.set_pack(product=create("Khác"), sku="A", name="Gói")


class TestImages:
    def test_it_adds_a_picture_with_its_renditions(self, django_capture_on_commit_callbacks):
        product = create()
        with django_capture_on_commit_callbacks(execute=True):
            first = add_image(product=product, file=ContentFile(picture_bytes(), name="a.png"), alt="Hạt cà phê")
        second = add_image(product=product, file=ContentFile(picture_bytes(), name="b.png"))

        assert (first.position, second.position) == (0, 1)
        assert listing(product).image_id == first.image_id
        assert first.image.default_alt_text == "Hạt cà phê"
        assert ShopRendition.objects.filter(image=first.image, filter_spec="width-640|format-webp").exists()

    def test_a_mark_names_its_product_and_never_stands_without_stars(self):
        product = create()
        shown = add_image(product=product, file=ContentFile(picture_bytes(), name="a.png"), shows_ocop_mark=True)
        assert shown.image.marked_product == product
        assert (listing(product).image_id, listing(product).unmarked_image_id) == (shown.image_id, None)


def test_lint_finds_claims_in_every_text_of_the_catalogue():
    product = make_product(description_en="A 4-star OCOP coffee")
    make_pack(product, name="Hộp OCOP 5 sao")
    found = {(source, claim.text) for source, where, claim in stored_claims() if source.startswith("catalog.")}
    assert {source for source, text in found} == {"catalog.Product", "catalog.Pack"}
