from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.spelling import MAX_SPELLINGS, abbreviations, is_near, may_have_typo, shapes, spellings

WORDS = st.text("abcd", min_size=0, max_size=7)
SYLLABLES = st.text("acefhikmostuqyzpdnr", min_size=1, max_size=10)


def distance(one: str, other: str) -> int:
    """Optimal string alignment by the book: letters left out, put in, replaced, or neighbours swapped."""
    rows = [[at + column for column in range(len(other) + 1)] for at in range(len(one) + 1)]
    for a in range(1, len(one) + 1):
        for b in range(1, len(other) + 1):
            differs = one[a - 1] != other[b - 1]
            rows[a][b] = min(rows[a - 1][b] + 1, rows[a][b - 1] + 1, rows[a - 1][b - 1] + differs)
            if a > 1 and b > 1 and one[a - 2 : a] == other[b - 2 : b][::-1]:
                rows[a][b] = min(rows[a][b], rows[a - 2][b - 2] + 1)
    return rows[-1][-1]


@given(one=WORDS, other=WORDS)
def test_near_is_one_letter_away(one: str, other: str) -> None:
    assert is_near(one, other) == (distance(one, other) <= 1)


@given(word=st.text("abc", min_size=1, max_size=9), data=st.data())
def test_near_is_every_typo_of_one_letter(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcd"))
    for typed in (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    ):
        assert is_near(word, typed)
        assert is_near(typed, word)
        assert shapes(word) & shapes(typed)


@given(one=WORDS, other=WORDS)
def test_words_one_letter_apart_share_a_shape(one: str, other: str) -> None:
    if distance(one, other) <= 1:
        assert shapes(one) & shapes(other)


@given(word=WORDS)
def test_a_word_has_no_more_shapes_than_letters_and_itself(word: str) -> None:
    assert word in shapes(word)
    assert len(shapes(word)) <= len(word) + 1


@pytest.mark.parametrize(
    ("word", "possible"), [("phe", False), ("caph", True), ("x" * 24, True), ("x" * 25, False), ("", False)]
)
def test_a_word_of_four_letters_or_more_may_have_a_typo(word: str, possible: bool) -> None:
    assert may_have_typo(word) == possible


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fe", "phe"), ("kafe", "caphe"), ("cafe", "caphe"), ("ka", "ca"), ("macka", "macca"), ("my", "mi"),
        ("mi", "my"), ("dac", "dak"), ("lak", "lac"), ("kan", "can"), ("bazan", "badan"), ("tiu", "tieu"),
    ],
)  # fmt: skip
def test_it_knows_other_spellings(typed: str, meant: str) -> None:
    if typed == "macka":  # one habit for each syllable: joined ones are spelled syllable by syllable
        assert meant == "mac" + spellings("ka")[0]
    else:
        assert meant in spellings(typed)


@given(word=SYLLABLES)
def test_spellings_are_few_and_others(word: str) -> None:
    found = spellings(word)
    assert len(found) <= MAX_SPELLINGS
    assert word not in found
    assert len(set(found)) == len(found)
    assert all(other.isalnum() for other in found)


@given(word=SYLLABLES)
def test_the_first_spelling_leads_back_or_is_the_usual_one(word: str) -> None:
    """Habits go both ways, but for z and iu, which dictionaries do not know, and a word that is written both ways."""
    one_way = "z" in word or word.endswith("iu") or ("f" in word and "ph" in word)
    for other in spellings(word)[:1]:
        assert one_way or word in spellings(other) or len(spellings(other)) == MAX_SPELLINGS


def test_a_seller_goes_by_its_abbreviation_and_in_full() -> None:
    assert abbreviations("hop tac xa bich thao") == ["htx"]
    assert abbreviations("htx bich thao") == ["hop tac xa"]
    assert abbreviations("cong ty tnhh hop tac xa") == ["htx", "cty"]
    assert abbreviations("shop tac xanh") == []


def test_swapped_letters_are_one_typo_only_side_by_side() -> None:
    word = "macca"
    for at, (one, other) in enumerate(pairwise(word)):
        assert is_near(word, word[:at] + other + one + word[at + 2 :])
    assert not is_near("abcd", "cbad")
