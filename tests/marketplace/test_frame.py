"""What every page has around its content, and the pages that say no."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tests.factories import make_bundle, make_pack, make_producer, make_product, make_story
from tests.pages import Page

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/products/",
    "/stories/",
    "/gifts/",
    "/producers/long-viet/",
    "/stories/chuyen/",
    "/gifts/qua/",
    "/nope/",
]


@pytest.fixture(autouse=True)
def shop() -> None:
    product = make_product(producer=make_producer(slug="long-viet", name="Long Việt", story="Hai mươi hộ."))
    make_story(about=[product], slug="chuyen", title="Chuyện rừng")
    make_bundle(make_pack(product), slug="qua")


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_well_formed(client: Client, prefix: str, path: str) -> None:
    page = Page(client.get(prefix + path).content.decode())

    assert page.flaws == []
    assert page.one("html").attributes["lang"] == ("en" if prefix else "vi")
    assert page.one("title").text.strip()
    assert page.one("a", class_="skip").attributes["href"] == "#content"
    assert page.one("main").attributes["id"] == "content"


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PAGES)
def test_it_asks_no_other_site_for_anything(client: Client, prefix: str, path: str) -> None:
    page = Page(client.get(prefix + path).content.decode())

    loaded = [e.attributes.get("src") or "" for e in page.elements if e.tag in {"script", "img", "iframe"}]
    loaded += [
        e.attributes["href"] for e in page.all("link") if e.attributes["rel"] in {"stylesheet", "preload", "icon"}
    ]
    assert loaded
    assert all(address.startswith("/") or not address for address in loaded)


@pytest.mark.parametrize("path", PAGES[:-1])
def test_the_language_switch_leads_to_the_same_page(client: Client, path: str) -> None:
    for here, there in ((path, f"/en{path}"), (f"/en{path}", path)):
        page = Page(client.get(f"{here}?utm=1&x=%C4%91").content.decode())
        switch = page.one("a", class_="language")
        assert switch.attributes["href"] == f"{there}?utm=1&x=%C4%91"
        assert client.get(there).status_code == 200


def test_a_story_has_one_canonical_address_and_keeps_its_language(client: Client) -> None:
    page = Page(client.get("/en/stories/chuyen/").content.decode())

    assert page.one("link", rel="canonical").attributes["href"] == "http://testserver/stories/chuyen/"
    assert page.all("link", rel="alternate") == []
    (title,) = page.all("h1")
    assert title.text == "Chuyện rừng"
    assert any(e.attributes.get("lang") == "vi" and "Chuyện rừng" in e.text for e in page.all("div"))


def test_the_api_page_offers_no_other_language(client: Client) -> None:
    page = Page(client.get("/api/docs/").content.decode())

    assert page.all("a", class_="language") == []
    assert page.all("link", rel="alternate") == []


def test_a_day_moved_by_hand_is_told_on_every_page(client: Client, settings: Any) -> None:
    assert "chỉnh tay" not in client.get("/").content.decode()

    settings.TODAY = "2028-06-20"

    vietnamese = Page(client.get("/").content.decode())
    assert "20/06/2028" in vietnamese.one("p", class_="moved-day").text
    assert vietnamese.one("body").attributes["data-moved-day"] == "2028-06-20"
    assert "20 June 2028" in client.get("/en/").content.decode()


@pytest.mark.parametrize("code", ["400", "500"])
def test_the_pages_for_broken_requests_need_nothing(code: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        page = Page(render_to_string(f"{code}.html"))

    assert page.flaws == []
    assert page.all("link") == page.all("script") == []


def test_an_unknown_address_is_answered_in_the_language_of_the_address(client: Client) -> None:
    for path, told in (("/nope/", "Không có gì ở địa chỉ này"), ("/en/nope/", "Nothing is sold at this address")):
        response = client.get(path)
        assert response.status_code == 404
        assert told in response.content.decode()
