from collections.abc import Callable

import pytest

from catalog.models import Listing, SearchWord
from catalog.search.folding import BEGINS
from catalog.search.vocabulary import MAX_JOINED, corrections, learn_words, words_of
from tests.factories import list_products, make_producer, make_product

pytestmark = pytest.mark.django_db


def known() -> set[str]:
    return set(SearchWord.objects.values_list("word", flat=True))


def test_it_learns_the_words_of_every_column_when_a_product_is_listed() -> None:
    seller = make_producer(name="Cơ sở Bechamp")
    list_products(make_product(name="Bonbubo rang", name_en="Macadamia", producer=seller, former_district="Krông Nô"))
    assert {"bonbubo", "rang", "macadamia", "bechamp", "krong", "lam", "dong", "coffee"} <= known()


def test_it_learns_short_words_run_together_and_no_long_ones() -> None:
    list_products(make_product(name="Cà phê nguyên chất"))
    assert "caphe" in known()
    assert "nguyenchat" not in known()
    assert max(map(len, known() - {"macadamia"})) <= 24
    assert len("nguyenchat") > MAX_JOINED


def test_it_learns_no_marks_and_no_words_of_one_or_two_letters() -> None:
    list_products(make_product(name="Ốc đá xào"))
    assert not [word for word in known() if word.startswith(BEGINS) or len(word) < 3]
    assert "xao" in known()  # who typed four letters may have meant three


def test_what_is_known_is_not_written_again(django_assert_num_queries: Callable) -> None:
    list_products(make_product(name="Bonbubo"))
    listings = list(Listing.objects.all())
    rows = list(SearchWord.objects.order_by("pk").values_list("pk", "shape", "word"))
    with django_assert_num_queries(1):
        learn_words(words_of(listings))
    assert list(SearchWord.objects.order_by("pk").values_list("pk", "shape", "word")) == rows


def test_words_that_somebody_else_learned_meanwhile_are_no_fault() -> None:
    SearchWord.objects.create(shape="onbubo", word="bonbubo")
    learn_words({"bonbubo"})
    assert SearchWord.objects.filter(word="bonbubo").count() == len({*"bonbubo"}) + 4


def test_it_corrects_a_word_by_one_letter_in_one_query(django_assert_num_queries: Callable) -> None:
    learn_words({"canh", "chanh", "banh", "manh", "thanh", "can", "bonbubo"})
    with django_assert_num_queries(1):
        found = corrections(["canhh", "banh", "bonbuko", "cahn", "xxxx"])
    assert found == {
        "canhh": ["canh"],
        "banh": ["canh", "manh"],
        "bonbuko": ["bonbubo"],
        "cahn": ["can", "canh"],
        "xxxx": [],
    }


def test_it_corrects_nothing_without_a_query(django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(0):
        assert corrections([]) == {}


def test_a_shape_shared_by_words_two_letters_apart_corrects_nothing() -> None:
    learn_words({"abxcd"})
    assert corrections(["yabcd"]) == {"yabcd": []}  # both become abcd
