"""Wagtail's own search boxes, and ours in the choosers: any text is a legal query, accents do not matter."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page
from wagtail.search.backends import get_search_backend
from wagtail.search.query import MATCH_ALL, MATCH_NONE, And, Boost, Fuzzy, Not, Or, Phrase, PlainText

from catalog.models import ShopImage
from cms.models import StoryPage
from cms.search_backend import MAX_LENGTH, legal_query
from marketplace.accounts.models import User
from tests.factories import certify, make_image, make_pack, make_producer, make_product, make_story

pytestmark = pytest.mark.django_db

SEARCHES = [
    "wagtailadmin_pages:search",
    "wagtailadmin_pages:search_results",
    "wagtailadmin_choose_page_search",
    "wagtailimages:index",
    "wagtailimages:index_results",
    "wagtailimages_chooser:choose",
    "wagtailimages_chooser:choose_results",
    "wagtailadmin_workflows:task_chooser_results",
    "wagtailusers_users:index",
    "wagtailusers_groups:index",
    "wagtailsites:index",
    "wagtailredirects:index",
    "wagtaildocs:index",
    "wagtaildocs_chooser:choose_results",
    "wagtailadmin_tag_autocomplete",
    "product_chooser:choose",
    "product_chooser:choose_results",
    "pack_chooser:choose",
    "pack_chooser:choose_results",
]
# What databases take for syntax, among the words that are looked for.
PIECES = ['"', "'", "*", "(", ")", "^", "+", "-", ":", "title:", "{title}", "AND", "OR", "NOT", "NEAR(", "\\", "%", "_"]
PIECES += [
    "\x00",
    "mắc",
    "đắk",
    "ca",
    "🌰",
    "&",
    "|",
    "!",
    "<->",
    "''",
    '""',
    "live:true",
    "\u2028",
    " ",
    "é",
    "²",
    "ﬁ",
]
texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("operator@example.vn", "a-long-password"))
    return client


def found(client: Client, name: str, query: str, **kwargs: Any) -> str:
    response = client.get(reverse(name, kwargs=kwargs), {"q": query})
    assert response.status_code == 200, (name, query)
    return response.json()["html"] if "json" in response.headers["Content-Type"] else response.text


@pytest.mark.parametrize("name", SEARCHES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=texts)
def test_no_text_breaks_a_search_box(operator: Client, name: str, query: str) -> None:
    response = operator.get(reverse(name), {"q": query, "term": query})
    assert response.status_code == 200, (name, query)


@pytest.mark.parametrize(
    "query", ['"', '"mắc', "'", "NOT", "AND OR", "*", "\x00", "mắc\x00ca", "NEAR(", "x" * 5000, "a " * 1500]
)
def test_known_traps_answer(operator: Client, query: str) -> None:
    explorer = reverse("wagtailadmin_explore", args=[Page.objects.get(slug="stories").pk])
    for address in (explorer, *(reverse(name) for name in SEARCHES)):
        assert operator.get(address, {"q": query}).status_code == 200, (address, query[:20])


def test_it_finds_pages_and_pictures_without_their_accents(operator: Client) -> None:
    make_story(title="Mùa mắc ca ở Đắk Nông", slug="a")
    make_story(title="Chè Thái Nguyên", slug="b")
    make_image("Đồi chè")
    for query in ("mac ca", "MẮC CA", "dak nong", "đắk", "mua mac"):
        page = found(operator, "wagtailadmin_pages:search", query)
        assert "Mùa mắc ca" in page, query
        assert "Chè Thái" not in page, query
    assert "Đồi chè" in found(operator, "wagtailimages:index", "doi che")
    assert "Đồi chè" not in found(operator, "wagtailimages:index", "doi thong")


def test_it_finds_words_of_the_body_by_the_public_search_method() -> None:
    story = make_story(title="Chuyện", body=[("paragraph", "<p>Phơi ba nắng trên đồi</p>")])
    make_story(title="Khác", body=[("heading", "Không có gì")])
    backend = get_search_backend()
    assert list(backend.search("ba nang", StoryPage)) == [story]
    assert list(backend.search(Phrase("tren doi"), StoryPage)) == [story]
    assert list(backend.search(PlainText("ba") & ~PlainText("khong"), StoryPage)) == [story]
    assert list(backend.search("ba", StoryPage.objects.filter(language="en"))) == []


def test_a_changed_title_is_found_by_its_new_words() -> None:
    image = make_image("Đồi chè")
    image.title = "Vườn cà phê"
    image.save()
    backend = get_search_backend()
    assert list(backend.autocomplete("ca phe", ShopImage)) == [image]
    assert list(backend.autocomplete("doi che", ShopImage)) == []


queries = st.recursive(
    st.one_of(
        texts.map(PlainText),
        texts.map(Phrase),
        texts.map(Fuzzy),
        st.just(MATCH_ALL),
        texts.map(lambda t: PlainText(t, "or")),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(And),
        st.lists(inner, min_size=1, max_size=4).map(Or),
        inner.map(Not),
        inner.map(lambda query: Boost(query, 2.0)),
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=queries)
def test_a_legal_query_has_only_words_and_no_constant_inside(query: Any) -> None:
    legal = legal_query(query)

    def leaves(part: Any, depth: int = 0) -> list[str]:
        if isinstance(part, And | Or):
            return [text for inner in part.subqueries for text in leaves(inner, depth + 1)]
        if isinstance(part, Not | Boost):
            if repr(part) == repr(MATCH_NONE):
                assert depth == 0
                return []
            return leaves(part.subquery, depth + 1)
        if part is MATCH_ALL:
            assert depth == 0
            return []
        return [part.query_string]

    for text in leaves(legal):
        assert text
        assert all(char.isalnum() or char == " " for char in text)
    assert sum(map(len, leaves(legal))) <= MAX_LENGTH * 3  # folding may lengthen a ligature


def test_only_the_first_characters_of_a_query_count() -> None:
    assert legal_query("a" * 500).query_string == "a" * MAX_LENGTH
    assert repr(legal_query('"')) == repr(MATCH_NONE)
    assert legal_query(None) is MATCH_ALL


# --- the choosers -----------------------------------------------------------------


def test_the_product_chooser_shows_maker_and_the_stars_of_today(operator: Client) -> None:
    starred = make_product(name="Mắc ca sấy", producer=make_producer(name="HTX Đắk Búk So"))
    certify(starred, stars=4)
    make_product(name="Mắc ca vỡ", is_published=False)
    make_product(name="Cà phê")
    page = found(operator, "product_chooser:choose", "mac ca")
    assert "Mắc ca sấy" in page
    assert "HTX Đắk Búk So" in page
    assert page.count("★★★★") == 1
    assert "Mắc ca vỡ" in page
    assert "Cà phê" not in page
    assert "Mắc ca sấy" in found(operator, "product_chooser:choose_results", "dak buk MAC")
    assert "Mắc ca sấy" not in found(operator, "product_chooser:choose_results", "mac tra")


def test_the_pack_chooser_finds_by_product_producer_and_sku(operator: Client) -> None:
    pack = make_pack(make_product(name="Mật ong rừng"), sku="MO-500", name="Chai 500 ml")
    make_pack(make_product(name="Cà phê"), sku="CF-1", price=None)
    for query in ("mat ong", "MO-500", "rung"):
        page = found(operator, "pack_chooser:choose_results", query)
        assert str(pack) in page, query
        assert "CF-1" not in page
        assert "Cà phê" not in page


def test_the_choosers_ask_the_same_number_of_queries_however_many_rows(operator: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for name in ("product_chooser:choose_results", "pack_chooser:choose_results"):
        counts = []
        for _ in range(2):
            for _ in range(5):
                product = make_product()
                certify(product)
                make_pack(product)
            with CaptureQueriesContext(connection) as captured:
                operator.get(reverse(name))
            counts.append(len(captured))
        assert counts[0] == counts[1], name


@pytest.mark.parametrize("kind", ["product", "pack"])
def test_a_chooser_answers_404_for_what_is_not_there(operator: Client, kind: str) -> None:
    for pk in ("999999", "abc", "9" * 30, "²"):
        assert operator.get(reverse(f"{kind}_chooser:chosen", args=[pk])).status_code == 404
    assert operator.get(reverse(f"{kind}_chooser:chosen_multiple"), {"id": "x"}).status_code == 404


def test_a_chosen_product_comes_without_a_link_to_edit_it() -> None:
    from tests.cms.test_permissions import logged_in, make_user

    product = make_product(name="Mắc ca")
    answer = (
        logged_in(make_user("curator", "Curators")).get(reverse("product_chooser:chosen", args=[product.pk])).json()
    )
    assert answer["result"] == {"id": str(product.pk), "title": "Mắc ca", "edit_url": None}
