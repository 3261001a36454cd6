from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation

from ocop_badges import tokens
from ocop_badges.badges import Badge
from ocop_badges.claims import find_claims
from tests.factories import DAY, certify, certify_expired, make_product

ID = "0123456789ab"
BADGE = Badge(stars=4, valid_until=date(2028, 6, 19), certificate="c0c0c0c0c0c0")
TOKEN = tokens.token_for(ID)


def test_it_shows_the_stars_and_their_end():
    html = tokens.expand(f"Mắc ca {TOKEN} ngon", {ID: BADGE}, "en")
    assert 'data-stars="4"' in html
    assert 'data-stars-end="2028-06-20T00:00:00+07:00"' in html
    assert '<time datetime="2028-06-19">19 June 2028</time>' in html
    assert html.startswith("Mắc ca <span")
    assert html.endswith("</span> ngon")


def test_it_leaves_nothing_without_stars():
    assert tokens.expand(f"Mắc ca {TOKEN} ngon", {}) == "Mắc ca ngon"
    assert tokens.expand_text(f"Mắc ca {TOKEN}.", {}) == "Mắc ca."
    assert tokens.expand_html(f"<p>Mắc ca {TOKEN}.</p>", {}) == "<p>Mắc ca.</p>"


def test_it_escapes_all_else():
    assert tokens.expand(f"<script>alert(1)</script>{TOKEN} & co", {}) == (
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co"
    )


def test_it_never_puts_markup_into_an_attribute():
    html = tokens.expand_html(f'<a title="{TOKEN}" href="/x">x {TOKEN}</a>', {ID: BADGE})
    assert html.startswith('<a title="" href="/x">x <span')


@pytest.mark.parametrize(
    "text", ["[[ocop:]]", "[[ocop:<b>]]", "[[ocop:0123456789a]]", "[[ocop:0123456789abc]]", "[[x]]"]
)
def test_it_leaves_what_is_no_token_as_it_stands(text):
    assert tokens.expand_text(text, {ID: BADGE}) == text


def test_it_takes_the_spellings_editors_type():
    assert tokens.products_in(f"[[ OCOP: {ID.upper()} ]]") == {ID}


def test_it_says_the_stars_in_words():
    assert "4" in tokens.expand_text(TOKEN, {ID: BADGE}, "en")
    assert "19 June 2028" in tokens.expand_text(TOKEN, {ID: BADGE}, "en")
    assert "19/06/2028" in tokens.expand_text(TOKEN, {ID: BADGE}, "vi")


def test_a_token_is_no_typed_claim():
    assert find_claims(f"OCOP {TOKEN}") == []


@pytest.mark.django_db
def test_it_loads_the_badges_of_all_texts_in_one_query(django_assert_num_queries):
    certified, expired = make_product(), make_product()
    certificate = certify(certified, stars=5)
    certify_expired(expired)
    texts = [f"a {tokens.token_for(certified.public_id)}", tokens.token_for(expired.public_id), "no token"]
    with django_assert_num_queries(1):
        badges = tokens.load_token_badges(texts, day=DAY)
    assert list(badges) == [certified.public_id]
    assert badges[certified.public_id].certificate == certificate.public_id
    with django_assert_num_queries(0):
        assert tokens.load_token_badges(["no token"], day=DAY) == {}


def test_the_template_tag_shows_stars_or_nothing():
    template = Template("{% load ocop_badges %}[{% stars badge %}]")
    assert template.render(Context({"badge": None})) == "[]"
    with translation.override("vi"):
        shown = template.render(Context({"badge": BADGE}))
    assert "19/06/2028" in shown
    assert shown.count("<path") == 5
    assert shown.count('fill="currentColor"') == 4
