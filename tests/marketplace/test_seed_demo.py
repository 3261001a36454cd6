import csv
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from PIL import Image
from pytest_django import DjangoDbBlocker

from catalog import services
from catalog.models import Listing, Pack, Producer, Product, ProductImage, Stock
from cms.models import GiftBundlePage, HomePage, StoryPage
from marketplace.accounts.models import User
from marketplace.demo import content, images, seed
from marketplace.demo.drawing import DRAWINGS, draw
from marketplace.demo.goods import FILE
from marketplace.demo.people import (
    COMMUNE_OFFICER,
    CONTRIBUTOR,
    COUNCIL,
    CURATOR,
    HELPER,
    NATIONAL_OFFICER,
    OFFICER,
    OPERATOR,
    PACKER,
    PASSWORD,
    PRODUCER,
    STAFF,
)
from marketplace.demo.trade import WELCOME
from marketplace.orders.models import Fulfilment, Order, Packing
from marketplace.orders.quoting import quote_cart
from marketplace.orders.services import destinations_of
from marketplace.settlement.models import PayoutAccount
from ocop_badges.audit import flaws_of
from ocop_badges.badges import load_badges
from ocop_badges.claims import stored_claims
from ocop_badges.dossiers.contents import load_contents
from ocop_badges.dossiers.models import Dossier
from ocop_badges.inspections.models import Inspection, MarkReport
from ocop_badges.models import Certificate
from ocop_badges.officers import mandate_of
from tests.conftest import SetClock
from tests.factories import AT, DAY, make_producer
from tests.trade import make_cart, make_commune, make_party

LAST_DAY = date(2028, 6, 19)  # of the certificates of Decision 858/QĐ-UBND
DAY_AFTER = date(2028, 6, 20)


def untracked(things: Iterable[Any], what: str, *, total: int) -> Iterable[Any]:
    return things


def plain_picture(name: str) -> bytes:
    output = BytesIO()
    Image.new("RGB", (24, 18), (200, 120, len(name))).save(output, "JPEG")
    return output.getvalue()


@pytest.fixture(scope="class")
def seeded_shop(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo, seeded once for a whole class of tests, with plain pictures; each test still undoes its own changes."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(images, "draw", plain_picture)
        seed.seed(at=AT, day=DAY, track=untracked)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(seeded_shop: None, db: None) -> None:
    """The seeded shop, as a test sees it."""


def everything_stored() -> dict[str, list[Any]]:
    """Every row of every table of the site, of Wagtail and of the people."""
    labels = {
        "catalog", "cms", "ocop_badges", "ocop_dossiers", "ocop_inspections", "accounts", "auth", "wagtailcore",
        "wagtailimages", "hub", "orders", "settlement", "shipping",
    }  # fmt: skip
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in labels and model._meta.managed
    }


@pytest.mark.usefixtures("demo")
class TestSeedDemo:
    def test_it_changes_nothing_when_run_again(self) -> None:
        before = everything_stored()
        call_command("seed_demo", stdout=StringIO())
        assert everything_stored() == before
        assert len(before["catalog.Product"]) == 41
        assert len(before["cms.StoryPage"]) == 3
        assert len(before["cms.GiftBundlePage"]) == 2

    def test_it_leaves_orders_at_every_stage_to_look_at(self) -> None:
        parts = Fulfilment.objects.exclude(packing=Packing.BOX)
        assert {part.state for part in parts} == {"placed", "accepted", "shipped", "delivered"}
        assert set(Order.objects.values_list("state", flat=True)) == {"confirmed", "completed"}
        assert parts.filter(packing=Packing.INBOUND).count() == 3

    def test_it_keeps_what_somebody_changed(self) -> None:
        product = Product.objects.get(name="Hill coffee")
        services.update_product(product=product, name="Hill coffee – rang mộc", description="Lời của nhà sản xuất.")
        pack = Pack.objects.get(sku="DEMO-LEANH-500G")
        services.set_pack(product=pack.product, sku=pack.sku, price=1_000)
        services.set_stock(pack=pack, lot="MH-01", best_before=pack.stock.get(lot="MH-01").best_before, on_hand=1)
        before = everything_stored()
        call_command("seed_demo", stdout=StringIO())
        assert everything_stored() == before

    def test_it_brings_back_what_is_missing(self) -> None:
        StoryPage.objects.get(language="en").delete()
        ProductImage.objects.filter(product__name="Mắm nêm Seagull").delete()
        call_command("seed_demo", stdout=StringIO())
        assert StoryPage.objects.live().filter(language="en").count() == 1
        assert ProductImage.objects.filter(product__name="Mắm nêm Seagull").count() == 1

    def test_it_writes_a_story_without_what_is_gone(self) -> None:
        StoryPage.objects.get(language="en").delete()
        gone = Product.objects.get(name="Trà Bí đao")
        Stock.objects.filter(pack__product=gone).delete()
        gone.packs.all().delete()
        services.update_product(product=gone, name="Trà của nhà khác")
        call_command("seed_demo", stdout=StringIO())
        story = StoryPage.objects.live().get(language="en")
        cards = next(block.value["products"] for block in story.body if block.block_type == "products")
        assert gone not in list(cards)
        assert len(cards) == 2

    def test_it_shows_24_products_with_stars_and_invents_none(self) -> None:
        with FILE.open(encoding="utf-8") as file:
            signed = [row for row in csv.DictReader(file) if row["evidence"] == "decision"]
        assert len(load_badges(Product.objects.values_list("pk", flat=True), day=DAY)) == 24
        stored = Certificate.objects.values_list(
            "product__name", "decision_number", "stars", "issued_on", "valid_until"
        )
        assert sorted(stored) == sorted(
            (
                row["name"],
                row["decision_number"],
                int(row["stars"]),
                date.fromisoformat(row["issued_on"]),
                date.fromisoformat(row["valid_until"]),
            )
            for row in signed
        )

    def test_it_gives_every_product_a_picture_and_both_languages(self) -> None:
        assert ProductImage.objects.count() == Product.objects.count() == Listing.objects.count() == 41
        assert not Product.objects.filter(name_en="").exists()
        assert not Product.objects.filter(description_en="").exists()
        assert Listing.objects.filter(image__isnull=True).count() == 0

    def test_it_marks_as_demo_whatever_it_made_up(self) -> None:
        for product in Product.objects.all():
            assert product.description.endswith(content.NOTE[0])
            assert product.description_en.endswith(content.NOTE[1])
            for field in ("ingredients", "storage", "return_policy"):
                assert "minh hoạ" in getattr(product, field)
                assert "demo" in getattr(product, f"{field}_en")
        for pack in Pack.objects.all():
            assert pack.name.endswith("(minh hoạ)")
            assert pack.name_en.endswith("(demo)")
        for producer in Producer.objects.all():
            for field in ("legal_name", "address", "phone", "registration_number"):
                assert getattr(producer, field).endswith("(minh hoạ)")
            assert producer.story.startswith("Dữ liệu minh hoạ")
            assert producer.story_en.startswith("Demo data")
            assert PayoutAccount.objects.current([producer.pk])[producer.pk].holder.endswith("(minh hoạ)")
        for image in ProductImage.objects.all():
            assert image.alt.startswith("Hình vẽ minh hoạ")
            assert image.alt_en.startswith("Demo drawing")
        for page in [*StoryPage.objects.filter(language="vi"), *GiftBundlePage.objects.all()]:
            assert "minh hoạ" in page.summary
        for page in GiftBundlePage.objects.all():
            assert "emo" in page.summary_en
        assert "Demo" in StoryPage.objects.get(language="en").summary
        home = HomePage.objects.get()
        assert "minh hoạ" in home.hero_text
        assert "demo" in home.hero_text_en

    def test_it_types_no_claim_of_stars(self) -> None:
        assert list(stored_claims()) == []

    def test_it_lists_some_products_without_a_price_and_some_out_of_stock(self) -> None:
        not_for_sale = Listing.objects.filter(price__isnull=True).values_list("product__name", flat=True)
        assert set(not_for_sale) == {
            "Nước mắm Lê Gia",
            "Cà phê Bích Thao",
        }
        gone = Listing.objects.filter(price__isnull=False, sellable_until__isnull=True)
        assert set(gone.values_list("product__name", flat=True)) == {"Dâu tằm trái tươi", "Mộc Thanh Lọc"}

    def test_its_stock_outlives_the_day_of_seeding(self) -> None:
        assert Stock.objects.exists()
        assert not Stock.objects.filter(best_before__lte=DAY).exists()
        assert not Stock.objects.filter(best_before__isnull=True).exists()

    def test_the_spirit_is_for_adults_and_sold_while_its_demo_licences_last(
        self, client: Client, clock: SetClock
    ) -> None:
        spirit = Product.objects.get(product_set__code="ruou-trang")
        assert "18 tuổi" in spirit.description
        assert "18 and over" in spirit.description_en
        papers = spirit.documents.order_by("valid_until")
        assert all(paper.number.endswith("(minh hoạ)") and "minh hoạ" in paper.issued_by for paper in papers)
        last_day = papers[0].valid_until
        for day, is_sold in ((DAY, True), (last_day, True), (last_day + timedelta(days=1), False)):
            clock(day)
            told = client.get(f"/api/v1/products/{spirit.slug}/").json()
            assert told["in_stock"] is is_sold
            assert (told["price"] is not None) is is_sold

    def test_one_gift_goes_as_a_box_and_one_as_parcels_and_both_can_be_ordered(self) -> None:
        lam_dong = make_commune(province="68")
        for slug, parcels in (("qua-cao-nguyen-do", {"inbound", "box"}), ("qua-hai-mien-nui", {"direct"})):
            gift = GiftBundlePage.objects.get(slug=slug)
            cart = make_cart((gift, 1))
            line = cart.lines.get()
            party = make_party(portions={line.pk: 1}, commune=lam_dong)
            quote = quote_cart([line], destinations=destinations_of([party]), voucher_codes=[WELCOME], on=DAY, at=AT)
            assert [notice for notice in quote.notices if notice.is_blocking] == []
            assert {parcel.packing for parcel in quote.parcels} == parcels
            assert quote.discount_total > 0
            assert (quote.assembly_total > 0) is ("box" in parcels)

    def test_tax_is_withheld_by_what_its_sellers_are(self) -> None:
        forms = {"Công ty": "company", "Hợp tác xã": "cooperative", "Hộ kinh doanh": "household_business"}
        for start, form in forms.items():
            of_form = Producer.objects.filter(name__startswith=start)
            assert of_form.exists()
            assert set(of_form.values_list("legal_form", flat=True)) == {form}

    def test_its_packer_comes_to_the_hub(self, client: Client) -> None:
        client.login(username=PACKER, password=PASSWORD)
        page = client.get("/hub/", follow=True)
        assert page.status_code == 200
        assert "Hộp gỗ" in page.content.decode()

    @pytest.mark.parametrize(
        "email", [OPERATOR, CURATOR, CONTRIBUTOR, OFFICER, NATIONAL_OFFICER, COMMUNE_OFFICER, *COUNCIL]
    )
    def test_its_people_can_log_in(self, client: Client, email: str) -> None:
        assert client.login(username=email, password=PASSWORD)
        assert client.get("/admin/").status_code == 200
        assert client.get("/django-admin/").status_code == (200 if email == OPERATOR else 302)

    def test_it_leaves_an_existing_password_alone(self) -> None:
        curator = User.objects.get(email=CURATOR)
        curator.set_password("một câu dài của riêng tôi")
        curator.save()
        call_command("seed_demo", stdout=StringIO())
        curator.refresh_from_db()
        assert curator.check_password("một câu dài của riêng tôi")

    def test_the_gift_of_one_decision_has_stars_until_they_end(self, client: Client, clock: SetClock) -> None:
        gift = GiftBundlePage.objects.get(slug="qua-cao-nguyen-do")
        assert set(
            Certificate.objects.filter(product__packs__in=gift.items.values("pack")).values_list(
                "decision_number", "stars"
            )
        ) == {("858/QĐ-UBND", 4)}
        for day, certified in ((DAY, True), (LAST_DAY, True), (DAY_AFTER, False)):
            clock(day)
            assert gift.offer_on(day).all_certified is certified
            assert (b"data-all-certified" in client.get("/gifts/qua-cao-nguyen-do/").content) is certified

    def test_the_other_gift_is_cheaper_than_its_parts_and_not_all_certified(self) -> None:
        offer = GiftBundlePage.objects.get(slug="qua-hai-mien-nui").offer_on(DAY)
        assert not offer.all_certified
        assert offer.price is not None
        assert offer.full_price is not None
        assert offer.price < offer.full_price
        assert offer.in_stock

    def test_its_pages_open_in_both_languages(self, client: Client) -> None:
        pages = [*StoryPage.objects.live(), *GiftBundlePage.objects.live()]
        for path in ["/", "/products/", "/stories/", "/gifts/", *(page.shop_path for page in pages)]:
            for prefix in ("", "/en"):
                assert client.get(prefix + path).status_code == 200, prefix + path

    def test_a_story_uses_every_kind_of_block_and_is_the_story_of_its_products(self, client: Client) -> None:
        story = StoryPage.objects.get(slug="mac-ca-cao-nguyen-tuy-duc")
        assert {block.block_type for block in story.body} == {
            "heading", "paragraph", "image", "quote", "gallery", "place_and_people", "products", "stars"
        }  # fmt: skip
        answer = client.get("/api/v1/products/mac-ca-le-anh-tuy-duc/").json()
        assert answer["story"].endswith("/stories/mac-ca-cao-nguyen-tuy-duc/")
        assert [bundle["slug"] for bundle in answer["bundles"]] == ["qua-cao-nguyen-do"]

    def test_a_story_loses_its_stars_with_the_certificates(self, client: Client, clock: SetClock) -> None:
        for day, shown in ((LAST_DAY, True), (DAY_AFTER, False)):
            clock(day)
            answer = client.get("/stories/mac-ca-cao-nguyen-tuy-duc/").content.decode()
            assert ("live-stars" in answer) is shown
            assert "[[" not in answer

    def test_its_producer_owns_two_producers_and_staff_and_helper_come_to_the_first(self, client: Client) -> None:
        assert client.login(username=PRODUCER, password=PASSWORD)
        page = client.get("/portal/").content.decode()
        assert "Long Việt" in page
        assert "BOANERGES" in page
        assert client.get("/admin/").status_code == 302
        client.login(username=STAFF, password=PASSWORD)
        assert "Long Việt" in client.get("/portal/", follow=True).content.decode()
        client.login(username=HELPER, password=PASSWORD)
        assert "Long Việt" not in client.get("/portal/", follow=True).content.decode()

    def test_its_officers_keep_what_is_theirs(self) -> None:
        province, country, commune, council = (
            mandate_of(User.objects.get(email=email))
            for email in (OFFICER, NATIONAL_OFFICER, COMMUNE_OFFICER, COUNCIL[0])
        )
        made_there = Product.objects.get(slug="mac-ca-le-anh-tuy-duc")
        assert province.provinces == frozenset({made_there.province_id})
        assert country.is_national
        assert commune.communes == frozenset({made_there.commune_id})
        assert council.councils == frozenset({made_there.province_id})

    def test_a_renewal_is_begun_a_check_planned_and_a_report_sent(self) -> None:
        dossier = Dossier.objects.get()
        assert (dossier.kind, dossier.state, dossier.opened_by.email) == ("renewal", "draft", PRODUCER)
        held = load_contents(dossier, on=DAY)
        assert held.total > 50
        assert held.missing
        assert dossier.evidence.count() == 2
        assert Inspection.objects.get().state == "planned"
        assert "minh hoạ" in MarkReport.objects.get().text
        assert not flaws_of(Product.objects.values_list("pk", flat=True))

    def test_it_prints_where_to_look(self) -> None:
        printed = StringIO()
        call_command("seed_demo", port=8123, stdout=printed)
        for email in (OFFICER, NATIONAL_OFFICER, COMMUNE_OFFICER, *COUNCIL, PRODUCER, STAFF, HELPER):
            assert email in printed.getvalue()
        for text in ("http://127.0.0.1:8123/en/", "/api/docs/", "/admin/", OPERATOR, CURATOR, CONTRIBUTOR, PASSWORD):
            assert text in printed.getvalue()


def test_it_leaves_other_producers_alone(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "draw", plain_picture)
    stranger = make_producer(name="Hợp tác xã của người khác")
    seed.seed(at=AT, day=DAY, track=untracked)
    stranger.refresh_from_db()
    assert (stranger.legal_name, stranger.phone, stranger.story) == ("", "", "")


def test_it_is_refused_where_demo_data_is_not_allowed(db: None, settings: Any) -> None:
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("seed_demo")
    assert not Product.objects.exists()
    assert not User.objects.exists()


def test_it_is_refused_by_the_settings_of_production() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "seed_demo"],
        cwd=Path(settings.BASE_DIR),
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "marketplace.settings.production",
            "SECRET_KEY": "x" * 60,
            "DATABASE_URL": "sqlite:///:memory:",
            "SITE_URL": "https://shop.example.vn",
            "DEMO_ALLOWED": "1",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "DEMO_ALLOWED" in done.stderr


def test_every_text_names_a_drawing_that_exists() -> None:
    pages = content.load_pages()
    wanted = [product.picture for product in content.load_products()]
    wanted += [page["cover"] for page in [*pages["story"], *pages["gift"]]] + [pages["home"]["picture"]]
    assert sorted(wanted) == sorted(DRAWINGS)  # each is used once


@pytest.mark.parametrize("name", ["macadamia_bowl", "cham_cheo", "tuy_duc_plateau"])
def test_it_draws_the_same_picture_for_the_same_name(name: str) -> None:
    picture = Image.open(BytesIO(draw(name)))
    assert picture.size == (1200, 900)
    assert len(picture.convert("RGB").resize((120, 90)).getcolors(maxcolors=20_000) or []) > 1_000  # no blank sheet
    assert draw(name) == draw(name)
