"""What search engines are told."""

import xml.etree.ElementTree as ET

import pytest
from django.test import Client

from cms.models import Language
from marketplace import sitemaps
from tests.factories import make_bundle, make_pack, make_producer, make_product, make_story

pytestmark = pytest.mark.django_db

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def files(client: Client) -> list[str]:
    index = ET.fromstring(client.get("/sitemap.xml").content)
    return [loc.text or "" for loc in index.findall("s:sitemap/s:loc", NAMES)]


def entries(client: Client) -> dict[str, dict[str, str]]:
    """Every address of every file, with its alternates by language."""
    found = {}
    for address in files(client):
        response = client.get(address.removeprefix("http://testserver"))
        assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
        for url in ET.fromstring(response.content).findall("s:url", NAMES):
            links = {link.attrib["hreflang"]: link.attrib["href"] for link in url.findall("x:link", NAMES)}
            found[url.findtext("s:loc", "", NAMES)] = links
    return found


def test_it_names_every_published_page_in_both_languages(client: Client) -> None:
    producer = make_producer(slug="long-viet")
    product = make_product(producer=producer, slug="mac-ca")
    make_product(producer=producer, slug="hidden", is_published=False)
    make_product(producer=make_producer(slug="gone", is_published=False), slug="of-gone")
    make_bundle(make_pack(product), slug="tay-nguyen")
    make_bundle(make_pack(product), slug="draft", live=False)

    found = entries(client)

    for path in ("/", "/products/", "/products/mac-ca/", "/producers/long-viet/", "/gifts/tay-nguyen/"):
        for prefix in ("", "/en"):
            assert f"http://testserver{prefix}{path}" in found
    for hidden in ("hidden", "of-gone", "gone", "draft", "badges", "verify"):
        assert not any(f"/{hidden}/" in address for address in found)


def test_every_address_it_names_answers(client: Client) -> None:
    product = make_product()
    make_story(about=[product])
    make_bundle(make_pack(product))

    for address in entries(client):
        assert client.get(address.removeprefix("http://testserver")).status_code == 200, address


def test_alternates_name_each_other(client: Client) -> None:
    make_product(slug="mac-ca")
    found = entries(client)

    for links in found.values():
        assert set(links) == {"vi", "en", "x-default"}
        assert links["x-default"] == links["vi"]
        for lang in ("vi", "en"):
            assert found[links[lang]] == links


def test_a_story_is_named_in_its_own_language_alone(client: Client) -> None:
    make_story(slug="tieng-viet")
    make_story(slug="in-english", language=Language.ENGLISH)

    found = entries(client)

    assert found["http://testserver/stories/tieng-viet/"] == {}
    assert found["http://testserver/en/stories/in-english/"] == {}
    assert "http://testserver/en/stories/tieng-viet/" not in found
    assert "http://testserver/stories/in-english/" not in found


def test_many_products_are_cut_into_files(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "CHUNK", 2)
    producer = make_producer()
    for at in range(5):
        make_product(producer=producer, slug=f"p-{at}")

    assert [name for name in files(client) if "products" in name] == [
        f"http://testserver/sitemap-products-{number}.xml" for number in (1, 2, 3)
    ]
    assert all(f"http://testserver/products/p-{at}/" in entries(client) for at in range(5))


@pytest.mark.parametrize("name", ["products-0", "products-2", "nothing-1", "stories-1"])
def test_a_file_that_is_not_there_is_not_found(client: Client, name: str) -> None:
    make_product()

    assert client.get(f"/sitemap-{name}.xml").status_code == 404


def test_robots_are_led_to_the_sitemap_and_kept_out_of_the_admin(client: Client) -> None:
    response = client.get("/robots.txt")

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Disallow: /admin/" in lines
    assert "public" in response.headers["Cache-Control"]
