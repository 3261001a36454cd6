from django.utils import translation

from ocop_badges.links import language_prefix, verify_address


def test_pages_in_vietnamese_have_no_prefix() -> None:
    assert [language_prefix(lang) for lang in ("vi", "en")] == ["", "/en"]


def test_the_verify_page_is_in_the_language_asked_for_whatever_that_of_the_request() -> None:
    for active in ("vi", "en"):
        with translation.override(active):
            assert verify_address("abc") == "/verify/abc/"
            assert verify_address("abc", base="https://x.test", lang="en") == "https://x.test/en/verify/abc/"
