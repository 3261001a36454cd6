"""The page that lists products: found, filtered, ordered, paged, and never refusing an address."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from catalog.models import FormerProvince, ProductSet, Province
from tests.conftest import SetClock
from tests.factories import DAY, certify, list_products, make_image, make_pack, make_producer, make_product
from tests.pages import Page

pytestmark = pytest.mark.django_db


def get(client: Client, address: str = "/products/") -> Page:
    response = client.get(address)
    assert response.status_code == 200, address
    return Page(response.content.decode())


def names(page: Page) -> list[str]:
    return [e.text for e in page.all("a") if "h3" in e.inside and "article" in e.inside]


def stock_the_shop(number: int = 3) -> None:
    producer = make_producer(name="Hợp tác xã Long Việt")
    products = [make_product(producer=producer, name=f"Cà phê {at:02}") for at in range(number)]
    for at, product in enumerate(products):
        make_pack(product, price=50_000 + at, on_hand=at)
    list_products(*products)


def test_it_lists_products_in_both_languages(client: Client) -> None:
    product = make_product(name="Mắc ca Lê Anh", name_en="Lê Anh macadamia")
    make_pack(product, price=120_000, on_hand=3)
    list_products(product)

    vietnamese = client.get("/products/").content.decode()
    english = client.get("/en/products/").content.decode()

    assert names(Page(vietnamese)) == ["Mắc ca Lê Anh"]
    assert "120.000\u00a0₫" in vietnamese
    assert "1 sản phẩm" in vietnamese
    assert 'href="/products/ca-phe-' in vietnamese
    assert names(Page(english)) == ["Lê Anh macadamia"]
    assert "₫120,000" in english
    assert "1 product" in english
    assert 'href="/en/products/ca-phe-' in english


@pytest.mark.parametrize(
    "english", ["Filters", "Any stars", "All provinces", "Show results", "Newest", "Products", "Stories", "Skip to"]
)
def test_it_leaves_no_english_on_the_vietnamese_page(client: Client, english: str) -> None:
    stock_the_shop()

    assert english not in client.get("/products/").content.decode()
    assert english in client.get("/en/products/").content.decode()


@pytest.mark.parametrize("address", ["/products/", "/en/products/?q=ca+phe&stars=4&price_min=1", "/products/?q=zzz"])
def test_it_is_well_formed(client: Client, address: str) -> None:
    stock_the_shop()

    assert get(client, address).flaws == []


def test_it_finds_words_without_accents(client: Client) -> None:
    product = make_product(name="Chẳm chéo Điện Biên")
    list_products(product, make_product())

    page = get(client, "/products/?q=cham+cheo")

    assert names(page) == ["Chẳm chéo Điện Biên"]
    assert page.one("input", id="site-search").attributes["value"] == "cham cheo"


def test_it_filters_by_everything_at_once(client: Client) -> None:
    wanted = make_product(name="Được chọn")
    certify(wanted, stars=4)
    make_pack(wanted, price=80_000, on_hand=2)
    elsewhere = make_product(producer=make_producer(province=Province.objects.get(code="11")))
    certify(elsewhere, stars=4)
    make_pack(elsewhere, price=80_000, on_hand=2)
    dear, sold_out, plain = make_product(), make_product(), make_product()
    for product, price, on_hand in ((dear, 900_000, 2), (sold_out, 80_000, 0), (plain, 80_000, 2)):
        make_pack(product, price=price, on_hand=on_hand)
    certify(dear, stars=4)
    certify(sold_out, stars=4)
    list_products(wanted, elsewhere, dear, sold_out, plain)
    product_set = ProductSet.objects.get(code="ca-phe-ca-cao")

    page = get(
        client,
        "/products/?stars=4&certified=true&province=68&in_stock=true&price_min=50.000&price_max=100.000"
        f"&product_set={product_set.code}&industry={product_set.industry.code}&producer={wanted.producer.slug}",
    )

    assert names(page) == ["Được chọn"]
    chips = [e for e in page.all("a") if "chip--remove" in e.attributes.get("class", "")]
    assert len(chips) == 9  # each end of the price is one
    for chip in chips:
        assert parse_qs(urlsplit(chip.attributes["href"]).query).keys() < {
            "stars", "certified", "province", "in_stock", "price_min", "price_max", "product_set", "industry",
            "producer",
        }  # fmt: skip


def test_it_shows_how_many_each_filter_would_find(client: Client) -> None:
    for stars in (3, 3, 5):
        product = make_product()
        certify(product, stars=stars)
        list_products(product)

    page = get(client, "/products/?stars=5")

    labels = [" ".join(e.text.split()) for e in page.all("label", class_="check")]
    assert labels[:3] == ["5 sao 1", "4 sao 0", "3 sao 2"]
    assert [" ".join(e.text.split()) for e in page.all("option") if "Lâm Đồng" in e.text] == ["Lâm Đồng (1)"]


@pytest.mark.parametrize(
    "query",
    [
        "stars=9", "stars=x,,", "certified=maybe", "province=zz", "industry=%00", "product_set=nope", "producer=no%00",
        "price_min=-5", "price_max=abc", "price_min=99999999999999999999", "ordering=random", "ordering=relevance",
        "cursor=made-up", "page_size=0", "utm_source=x", "stars=4&stars=x", "q=%00", "in_stock=1", "lang=xx",
    ],
)  # fmt: skip
def test_it_leaves_out_what_it_cannot_understand(client: Client, query: str) -> None:
    product = make_product()
    certify(product, stars=4)
    list_products(product)

    assert len(names(get(client, f"/products/?{query}"))) == 1


@pytest.mark.parametrize("text", ['"', "'; --", "(a OR b", "cà*", "🍵", "NEAR(", "\\", "%", "a" * 3000, "\x00"])
def test_any_text_can_be_searched(client: Client, text: str) -> None:
    stock_the_shop()

    response = client.get("/products/", {"q": text})

    assert response.status_code == 200
    assert Page(response.content.decode()).flaws == []


def test_it_takes_prices_in_either_order(client: Client) -> None:
    product = make_product()
    make_pack(product, price=60_000)
    list_products(product)

    assert len(names(get(client, "/products/?price_min=90000&price_max=50000"))) == 1


def test_it_walks_all_pages_and_back(client: Client) -> None:
    stock_the_shop(50)
    seen, address = [], "/products/?ordering=name"
    forth: list[str] = []
    while address:
        page = get(client, address)
        seen += names(page)
        forth.append(address)
        following = page.all("a", rel="next")
        address = f"/products/{following[0].attributes['href']}" if following else ""
    assert seen == [f"Cà phê {at:02}" for at in range(50)]
    assert len(forth) == 3

    back = page.one("a", rel="prev").attributes["href"]
    assert names(get(client, f"/products/{back}")) == seen[24:48]


def test_it_marks_the_ordering_in_force(client: Client) -> None:
    stock_the_shop()

    page = get(client, "/products/?q=ca+phe&ordering=-price")

    (current,) = [e for e in page.all("a", aria_current="true") if "chip" in e.attributes.get("class", "")]
    assert current.text == "Giá cao đến thấp"
    assert names(page) == ["Cà phê 02", "Cà phê 01", "Cà phê 00"]
    assert "Khớp nhất" in [e.text for e in page.all("a")]


def test_an_empty_answer_gives_advice(client: Client) -> None:
    stock_the_shop()

    page = get(client, "/products/?q=zzzz&province=68")

    assert names(page) == []
    text = " ".join(e.text for e in page.all("main"))
    assert "Không tìm thấy sản phẩm nào" in text
    assert page.one("a", class_="button").attributes["href"] == "?q=zzzz"
    assert [e for e in page.all("a") if e.attributes["href"].startswith("?industry=")]


def test_it_finds_by_a_former_province(client: Client) -> None:
    product = make_product(former_province=FormerProvince.objects.get(name="Đắk Nông"))
    list_products(product)

    assert len(names(get(client, "/products/?q=dak+nong"))) == 1


def test_stars_are_gone_the_day_after_their_end(client: Client, clock: SetClock) -> None:
    product = make_product(name="Mắc ca")
    certify(product, stars=4, issued_on=date(2025, 6, 19))
    list_products(product)

    clock(date(2028, 6, 19))
    before = client.get("/products/").content.decode()
    clock(date(2028, 6, 20))
    after = client.get("/products/").content.decode()

    assert 'data-stars-end="2028-06-20T00:00:00+07:00"' in before
    assert names(get(client, "/products/?stars=4")) == []
    assert "data-stars" not in after
    assert "Mắc ca" in after


def test_a_hostile_name_stays_text(client: Client) -> None:
    name = "<script>alert(1)</script>\"'&"
    product = make_product(name=name)
    list_products(product)

    response = client.get("/products/", {"q": '"><script>alert(2)</script>'})
    listed = client.get("/products/").content.decode()

    assert "<script>alert" not in response.content.decode()
    assert "<script>alert" not in listed
    assert names(Page(listed)) == [name]


def test_it_asks_the_database_a_fixed_number_of_times(client: Client, django_assert_num_queries: Any) -> None:
    def stock(number: int) -> None:
        for _ in range(number):
            product = make_product()
            certify(product)
            make_pack(product, on_hand=1)
            product.images.create(image=make_image())
            list_products(product)

    stock(2)
    client.get("/products/")  # makes the renditions
    with django_assert_num_queries(3):
        client.get("/products/")
    stock(10)
    client.get("/products/")
    with django_assert_num_queries(3):
        client.get("/products/")


def test_it_is_private_and_fresh_for_a_minute_at_most(client: Client) -> None:
    assert client.get("/products/").headers["Cache-Control"] == "private, max-age=60, must-revalidate"


def test_search_engines_keep_to_the_plain_list(client: Client) -> None:
    stock_the_shop()

    plain, filtered = get(client), get(client, "/products/?q=ca&utm_source=x")

    assert plain.all("meta", name="robots") == []
    assert filtered.one("meta", name="robots").attributes["content"] == "noindex, follow"
    assert filtered.one("link", rel="canonical").attributes["href"] == "http://testserver/products/"


def test_the_clock_of_the_tests_stands_at_the_day_of_the_factories(client: Client) -> None:
    product = make_product()
    certify(product, issued_on=DAY)
    list_products(product)

    assert 'data-stars="4"' in client.get("/products/").content.decode()
