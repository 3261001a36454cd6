import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Listing
from catalog.search.engines.lexemes import MAX_LETTERS, vector_of
from catalog.search.engines.postgresql import PostgresqlEngine
from catalog.search.engines.tiers import EXACTLY, Reading
from catalog.search.folding import accented_words
from catalog.search.lines import folded_line, joined_line
from catalog.search.query import ListingQuery, SearchText
from tests.factories import DAY, list_products, make_product

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def listing(name: str) -> Listing:
    return Listing(
        name_exact=" ".join(accented_words(name)), name_folded=folded_line(name), name_joined=joined_line(name)
    )


def lexemes(vector: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT UNNEST(TSVECTOR_TO_ARRAY(%s::tsvector))", [vector])
        return {row[0] for row in cursor.fetchall()}


def test_a_word_stands_by_itself_and_with_the_mark_of_its_column() -> None:
    found = lexemes(vector_of(Listing(name_exact="mắc ca", name_folded="mac ca", name_joined="»mac macca",
                                      producer_folded="mac", other_former_place_folded="dak")))  # fmt: skip
    assert found == {"mac", "ca", "dak", "^mac", "^ca", "@mac", "=mắc", "=ca", "+»mac", "+macca"}


def test_words_are_not_split_again() -> None:
    assert {"1e5kg", "3²x"} <= lexemes(vector_of(listing("1e5kg 3²x")))


def test_a_word_longer_than_a_lexeme_is_cut_in_the_listing_and_in_the_query() -> None:
    word = "각" * 255  # becomes three times as many letters
    list_products(make_product(name_en=word))
    engine = PostgresqlEngine()
    assert max(map(len, lexemes(vector_of(listing(word))))) == MAX_LETTERS + 1
    assert engine.search(ListingQuery(text=word, day=DAY)).total == 1


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=40), typed=st.text(max_size=40))
def test_any_name_and_any_text_are_legal(name: str, typed: str) -> None:
    vector = vector_of(listing(name.replace("\0", "")))
    text = SearchText.of(typed)
    with connection.cursor() as cursor:
        params = {"vector": vector}
        terms = [terms for _tier, terms in Reading(text, EXACTLY).tiers()]
        if terms:
            condition = PostgresqlEngine().matches(terms, params)
            cursor.execute(f"SELECT {condition} FROM (SELECT %(vector)s::tsvector AS words) AS l", params)
            cursor.fetchall()
