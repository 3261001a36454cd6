"""What a reader of a story sees."""

from datetime import date, timedelta

import pytest
from django.test import Client
from wagtail.models import Page, Site

from cms.models import HomePage, StoryIndexPage
from ocop_badges.tokens import token_for
from tests.conftest import SetClock
from tests.factories import (
    certify,
    certify_expired,
    list_products,
    make_image,
    make_product,
    make_story,
)

pytestmark = pytest.mark.django_db
LAST_DAY = date(2026, 12, 1)


def ends_on_last_day(product):
    return certify(product, stars=4, valid_until=LAST_DAY, end_reason="as printed in the source")


def test_it_has_a_tree_of_home_stories_gifts_and_storefronts() -> None:
    home = HomePage.objects.get()
    assert Site.objects.get(is_default_site=True).root_page_id == home.pk
    assert [page.slug for page in home.get_children()] == ["stories", "gifts", "producers"]
    assert not Page.find_problems()[0]
    assert Page.objects.filter(depth=2).count() == 1


@pytest.mark.parametrize(("prefix", "language"), [("", "vi"), ("/en", "en")])
def test_it_serves_the_whole_tree_in_both_languages(client: Client, prefix: str, language: str) -> None:
    story = make_story()
    for path in ("/", "/stories/", story.shop_path, "/gifts/"):
        response = client.get(prefix + path)
        assert response.status_code == 200, path
        assert f'<html lang="{language}">' in response.text


def test_it_carries_the_language_of_the_story(client: Client) -> None:
    story = make_story(language="en", title="Slow macadamias")
    assert '<div lang="en">' in client.get(story.shop_path).text


def test_it_shows_every_block_with_what_it_names(client: Client) -> None:
    product = make_product(name="Mắc ca sấy")
    certify(product)
    list_products(product)
    image = make_image()
    picture = {"image": {"image": image, "alt_text": "Người hái", "decorative": False}, "caption": "Sáng sớm"}
    story = make_story(
        about=[product],
        cover=image,
        cover_alt="Đồi mắc ca",
        body=[
            ("heading", "Mùa hái"),
            ("paragraph", "<p>Ba nắng <b>phơi</b>.</p>"),
            ("image", picture),
            ("quote", {"text": "Không vội được.", "who": "Cô Hạnh"}),
            ("gallery", {"pictures": [picture, picture]}),
            ("place_and_people", {"place": "Tuy Đức", "people": "42 gia đình", "text": "<p>Đất đỏ</p>", "image": None}),
            ("products", {"title": "Mua ở đây", "products": [product]}),
            ("stars", {"product": product}),
        ],
    )
    page = client.get(story.shop_path).text
    for text in ("Mùa hái", "Ba nắng", "Người hái", "Sáng sớm", "Không vội được.", "Cô Hạnh", "Tuy Đức", "42 gia đình"):
        assert text in page
    assert 'alt="Đồi mắc ca"' in page
    assert page.count("Người hái") == 3
    assert page.count(f'href="/products/{product.slug}/"') == 3  # the block, the star line, the story's products
    assert page.count("data-stars-end") == 3


def test_it_shows_stars_until_the_last_second_and_then_nothing_anywhere(client: Client, clock: SetClock) -> None:
    product = make_product()
    ends_on_last_day(product)
    list_products(product)
    token = token_for(product.public_id)
    story = make_story(
        about=[product],
        summary=f"Ngon {token}.",
        body=[
            ("paragraph", f"<p>Hạt này {token} rất bùi.</p>"),
            ("quote", {"text": f"Ngon lắm {token}", "who": ""}),
            ("products", {"title": "", "products": [product]}),
            ("stars", {"product": product}),
        ],
    )
    from ocop_badges.days import start_of

    midnight = start_of(LAST_DAY + timedelta(days=1))
    clock(midnight - timedelta(seconds=1))
    before = client.get(story.shop_path)
    assert before.text.count("data-stars-end") == 5
    assert before.headers["Cache-Control"] == "private, max-age=1, must-revalidate"
    clock(midnight)
    after = client.get(story.shop_path).text
    assert "data-stars-end" not in after
    assert "[[ocop" not in after
    assert "Hạt này rất bùi." in after
    assert product.name in after  # the product stays, its stars do not


def test_the_star_block_renders_nothing_for_a_product_without_stars(client: Client) -> None:
    product = make_product(name="Hết hạn rồi")
    certify_expired(product)
    story = make_story(body=[("stars", {"product": product})])
    page = client.get(story.shop_path).text
    assert "live-stars" not in page
    assert "Hết hạn rồi" not in page


def test_it_does_not_serve_a_picture_with_a_mark_after_the_stars_ended(client: Client, clock: SetClock) -> None:
    product = make_product()
    ends_on_last_day(product)
    marked = make_image("Có dấu OCOP", marks=product)
    plain = make_image("Không có dấu")
    block = {"alt_text": "", "decorative": True}
    story = make_story(
        cover=marked,
        body=[
            ("image", {"image": {"image": marked, **block}, "caption": "chú thích một"}),
            ("gallery", {"pictures": [{"image": {"image": i, **block}, "caption": ""} for i in (marked, plain)]}),
            ("place_and_people", {"place": "A", "people": "", "text": "<p>B</p>", "image": {"image": marked, **block}}),
        ],
    )
    clock(LAST_DAY)
    assert client.get(story.shop_path).text.count("<picture>") == 5
    clock(LAST_DAY + timedelta(days=1))
    page = client.get(story.shop_path).text
    assert page.count("<picture>") == 1
    assert "chú thích một" not in page
    assert "<picture>" not in client.get("/stories/").text


def test_it_leaves_out_products_that_left_the_shop(client: Client) -> None:
    gone, there = make_product(name="Đã gỡ", is_published=False), make_product(name="Còn đây")
    list_products(gone, there)
    story = make_story(about=[gone, there], body=[("products", {"title": "", "products": [gone, there]})])
    page = client.get(story.shop_path).text
    assert "Còn đây" in page
    assert "Đã gỡ" not in page


def test_it_survives_the_deletion_of_a_product_and_an_image(client: Client) -> None:
    product, image = make_product(), make_image()
    story = make_story(
        about=[product],
        cover=image,
        body=[
            ("products", {"title": "", "products": [product]}),
            ("stars", {"product": product}),
            ("image", {"image": {"image": image, "alt_text": "x", "decorative": False}, "caption": ""}),
        ],
    )
    story.save_revision()
    product.delete()
    image.delete()
    assert client.get(story.shop_path).status_code == 200
    draft = story.get_latest_revision_as_object()
    assert list(draft.products.all()) == []
    assert draft.cover is None


def test_it_asks_the_same_number_of_queries_however_many_blocks_and_cards(
    client: Client, django_assert_max_num_queries
) -> None:
    def story_with(times: int):
        products = [make_product() for _ in range(times)]
        for product in products:
            certify(product)
        list_products(*products)
        image = make_image()
        blocks = []
        for product in products:
            blocks += [
                ("products", {"title": "", "products": products}),
                ("stars", {"product": product}),
                ("paragraph", f"<p>{token_for(product.public_id)}</p>"),
                ("image", {"image": {"image": image, "alt_text": "a", "decorative": False}, "caption": ""}),
            ]
        return make_story(about=products, body=blocks, cover=image)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for story in (story_with(1), story_with(6)):
        client.get(story.shop_path)  # renditions are made once
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(story.shop_path)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 20


def test_the_list_shows_stories_of_the_pages_language_first_and_none_that_is_a_draft(client: Client) -> None:
    make_story(title="Chuyện cũ", first_published_at=None)
    make_story(title="An English story", language="en")
    make_story(title="Bản nháp", live=False)
    english, vietnamese = client.get("/en/stories/").text, client.get("/stories/").text
    assert english.index("An English story") < english.index("Chuyện cũ")
    assert vietnamese.index("Chuyện cũ") < vietnamese.index("An English story")
    assert "Bản nháp" not in vietnamese


def test_the_list_leafs_and_takes_nonsense_for_the_first_page(client: Client) -> None:
    for number in range(13):
        make_story(title=f"Chuyện số {number:02}")
    assert client.get("/stories/").text.count("card--story") == 12
    assert client.get("/stories/?page=2").text.count("card--story") == 1
    assert client.get("/stories/?page=abc").text.count("card--story") == 12
    assert client.get("/stories/?page=999").text.count("card--story") == 1


def test_a_draft_is_not_served(client: Client) -> None:
    story = make_story(live=False)
    assert client.get(story.shop_path).status_code == 404


def test_a_story_has_one_full_address_whatever_the_site_row_says(settings) -> None:
    settings.SITE_URL = settings.WAGTAILADMIN_BASE_URL = "https://cho.example.vn"
    story = make_story(slug="mac-ca")
    assert story.full_url == "https://cho.example.vn/stories/mac-ca/"
    assert StoryIndexPage.objects.get().shop_path == "/stories/"
    assert HomePage.objects.get().shop_path == "/"
