import unicodedata
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from ocop_badges import claims
from ocop_badges.claims import find_claims, refuse_claims

CLAIMS = [
    "OCOP 4 sao",
    "4★ OCOP",
    "OCOP ★★★★",
    "OCOP ★ ★ ★ ★",
    "OCOP bốn sao",
    "4-sao OCOP",
    "OCOP hạng 5 sao",
    "OCOP hạng 4",
    "4-star OCOP",
    "OCOP four stars",
    "four-star OCOP",
    "OCOP 4 Stars",
    "OCOP 4*",
    "4* OCOP",
    "OCOP ****",
    "OCOP 4⭐",
    "⭐⭐⭐⭐ OCOP",
    "OCOP 🌟🌟🌟",
    "ocop4sao",
    "OCOP_3_sao",
    "OCOP: 4 sao",
    "OCOP – 4 sao",
    "OCOP, 4 sao",
    "OCOP đạt 4 sao",
    "OCOP năm 2024 đạt 4 sao",
    "OCOP cấp tỉnh 3 sao",
    "OCOP quốc gia 5 sao",
    "OCOP được công nhận 4 sao",
    "5 sao cấp quốc gia OCOP",
    "4 sao của chương trình OCOP",
    "five stars in the OCOP",
    "OCOP certified 4 stars",
    "O.C.O.P 4 sao",
    "ＯＣＯＰ ４ sao",
    "OCOP 4\u00a0\u2003sao",
    "OCOP\n4 sao",
    "OC\u200bOP 4 sao",
    "ОСОР 4 sao",  # Cyrillic
    "OCOP 04 sao",
    "OCOP ba ngôi sao",
]

INNOCENT = [
    "khách sạn 4 sao",
    "OCOP",
    "sản phẩm OCOP",
    "Sản phẩm OCOP tại khách sạn 5 sao",
    "Khách sạn 5 sao bán sản phẩm OCOP",
    "Nghỉ ở khách sạn 4 sao. OCOP là chương trình mỗi xã một sản phẩm.",
    "<p>Khách sạn 4 sao</p><p>OCOP của xã</p>",
    "Chương trình OCOP. Bốn sao trên trời",
    "OCOP từ 3 sao trở lên",
    "OCOP 3–5 sao",
    "OCOP 2024",
    "OCOP năm 2025",
    "chương trình OCOP lần thứ 4",
    "**OCOP** là gì",
    "★ OCOP ★",
    "Khách chấm 5 sao cho quà OCOP",
    "OCOP 15 sao biển",
    "4 sào ruộng, sản phẩm OCOP",  # "sào" is a measure of land
    "TOCOP 4",
    "OCOPE 4 sao",
    "[[ocop:5stars000000]]",
    "OCOP [[ocop:4sa0sa0sa000]] sao",
    "",
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("claim", CLAIMS)
def test_it_finds_a_claim(claim, form):
    claim = unicodedata.normalize(form, claim)
    before = unicodedata.normalize(form, "Mật ong rừng đạt chuẩn ")
    for spelling in (claim, claim.upper(), claim.lower()):
        text = f"{before}{spelling}, thơm ngon"
        assert [found.text.strip(" ,") for found in find_claims(text)] == [spelling], text


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("OCOP 4 ⭐\ufe0f!", "OCOP 4 ⭐"),
        ("quà OCOP (5 sao)", "OCOP (5 sao"),
        ("quà (4 sao) OCOP", "4 sao) OCOP"),
        ("<b>OCOP</b> <i>4</i> sao", "OCOP</b> <i>4</i> sao"),
        ("OCOP&nbsp;4&#160;sao", "OCOP&nbsp;4&#160;sao"),
        ("OCOP &#9733;&#9733;&#9733;.", "OCOP &#9733;&#9733;&#9733;"),
    ],
)
def test_it_finds_a_claim_between_signs_and_markup(text, claim):
    assert [found.text for found in find_claims(text)] == [claim]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("text", INNOCENT)
def test_it_leaves_innocent_text_alone(text, form):
    assert find_claims(unicodedata.normalize(form, text)) == []


def test_it_tells_where_each_claim_stands():
    text = "Trà đạt OCOP 4 sao; bánh đạt 3 sao OCOP."
    assert [(claim.start, claim.end) for claim in find_claims(text)] == [(8, 18), (29, 39)]


def test_it_refuses_a_claim_and_quotes_it():
    with pytest.raises(ValidationError) as caught:
        refuse_claims("Cà phê OCOP 4 sao")
    assert caught.value.code == "typed-claim"
    assert "OCOP 4 sao" in caught.value.messages[0]
    refuse_claims("Cà phê OCOP")


@given(st.text())
def test_it_takes_any_text(text):
    for claim in find_claims(text):
        assert text[claim.start : claim.end] == claim.text


@given(before=st.text(alphabet=" abđ.,\n<>&;*★4", max_size=30), after=st.text(alphabet=" .,\n<&*", max_size=30))
def test_it_finds_a_claim_within_any_text(before, after):
    text = f"{before} ; OCOP bốn sao{after}"
    assert any("OCOP bốn sao" in claim.text for claim in find_claims(text))


def test_it_stays_quick_on_hostile_text():
    for text in (
        "OCOP " * 20_000,
        "4 " * 40_000,
        "<a" * 40_000,
        "★ " * 40_000,
        "OCOP dat dat dat " * 5_000,
        "*" * 80_000,
    ):
        find_claims(text)


class TestLintClaims:
    @pytest.fixture(autouse=True)
    def only_our_source(self, monkeypatch):
        monkeypatch.setattr(claims, "_sources", {})

    def lint(self) -> tuple[int, str]:
        out = StringIO()
        try:
            call_command("lint_claims", stdout=out)
        except SystemExit as left:
            return int(str(left.code)), out.getvalue()
        return 0, out.getvalue()

    def test_it_lists_stored_claims_by_source_and_fails(self):
        claims.register_source("product", lambda: [("ca-phe, name", "Cà phê OCOP 4 sao"), ("tra, name", "Trà OCOP")])
        code, out = self.lint()
        assert code == 1
        assert "product" in out
        assert "ca-phe, name" in out
        assert "OCOP 4 sao" in out
        assert "tra, name" not in out

    def test_it_succeeds_where_nothing_is_claimed(self):
        claims.register_source("product", lambda: [("tra, name", "Trà OCOP")])
        assert self.lint()[0] == 0
