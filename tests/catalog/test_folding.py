import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.folding import accented_words, fold, folded_words, sort_key, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chẳm chéo M'Then", "cham cheo m'then"),
        ("ĐIỆN BIÊN", "dien bien"),
        ("Đắk Nông", "dak nong"),
        ("Ưởng ỡ Ỵ", "uong o y"),
        ("cha\u0306\u0309m", "cham"),
        ("Straße Ñandú", "straße nandu"),
    ],
)
def test_it_folds_case_and_accents(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert folded_words(composed) == folded_words(decomposed)
    assert accented_words(composed) == accented_words(decomposed)


@given(st.text())
def test_words_are_letters_and_digits_only(text: str) -> None:
    for word in words(text) + folded_words(text) + accented_words(text):
        assert word.isalnum()


@pytest.mark.parametrize(("old", "new"), [("hòa", "hoà"), ("Khỏe", "khoẻ"), ("THỦY", "thuỷ"), ("xõa tụy", "xoã tuỵ")])
def test_the_place_of_a_tone_makes_no_other_word(old: str, new: str) -> None:
    assert accented_words(old) == accented_words(new)
    assert accented_words("hoa") != accented_words("hòa")


def test_letters_sort_by_the_vietnamese_alphabet() -> None:
    alphabet = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    assert sorted(set(alphabet), key=sort_key) == alphabet


def test_tones_sort_after_letters_in_their_own_order() -> None:
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]
    assert sorted(["mạn", "mà"], key=sort_key) == ["mà", "mạn"]  # letters first, whatever the tones


def test_a_shorter_name_sorts_before_one_that_goes_on() -> None:
    names = ["Cà phê", "Cà phê Rin", "Cà phê rang", "Cá", "Cao", "Cà"]
    assert sorted(names, key=sort_key) == ["Cà", "Cá", "Cà phê", "Cà phê rang", "Cà phê Rin", "Cao"]


@given(st.text())
def test_case_and_composition_do_not_change_the_sort_key(text: str) -> None:
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(unicodedata.normalize("NFC", text))
