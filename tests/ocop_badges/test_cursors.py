import base64
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_badges.cursors import BadCursor, Cursor, decode, encode

KINDS = (int, (int, type(None)), str, bytes, datetime, date)

cursors = st.builds(
    Cursor,
    key=st.tuples(
        st.integers(),
        st.none() | st.integers(),
        st.text(),
        st.binary(),
        st.datetimes(timezones=st.just(UTC)),
        st.dates(),
    ),
    backwards=st.booleans(),
)


@given(cursors)
def test_it_reads_back_what_it_wrote(cursor):
    assert decode(encode(cursor, ordering="newest"), ordering="newest", kinds=KINDS) == cursor


@given(cursors, st.data())
def test_it_refuses_a_cursor_with_any_one_character_changed(cursor, data):
    token = encode(cursor, ordering="newest")
    place = data.draw(st.integers(0, len(token) - 1))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = data.draw(st.sampled_from(alphabet).filter(lambda c: c != token[place]))
    with pytest.raises(BadCursor):
        decode(token[:place] + other + token[place + 1 :], ordering="newest", kinds=KINDS)


@given(st.text())
def test_it_refuses_any_text_that_is_no_cursor(text):
    with pytest.raises(BadCursor):
        decode(text, ordering="newest", kinds=(int,))


@pytest.mark.parametrize("suffix", ["=", "==", "A", " ", "\n"])
def test_it_refuses_a_cursor_with_something_appended(suffix):
    token = encode(Cursor(key=(1,)), ordering="newest")
    with pytest.raises(BadCursor):
        decode(token + suffix, ordering="newest", kinds=(int,))


def test_it_refuses_a_cursor_of_another_ordering():
    token = encode(Cursor(key=(1,)), ordering="price")
    with pytest.raises(BadCursor):
        decode(token, ordering="-price", kinds=(int,))


@pytest.mark.parametrize("kinds", [(str,), (int, int), ()])
def test_it_refuses_a_cursor_whose_key_has_other_types(kinds):
    token = encode(Cursor(key=(1,)), ordering="price")
    with pytest.raises(BadCursor):
        decode(token, ordering="price", kinds=kinds)


def test_it_refuses_a_cursor_made_with_another_secret(settings):
    token = encode(Cursor(key=(1,)), ordering="price")
    settings.SECRET_KEY = "another"
    with pytest.raises(BadCursor):
        decode(token, ordering="price", kinds=(int,))


def test_it_refuses_a_forged_body_without_a_checksum():
    forged = base64.urlsafe_b64encode(b"\0" * 9 + b'[1,"price",0,[1]]').rstrip(b"=").decode()
    with pytest.raises(BadCursor):
        decode(forged, ordering="price", kinds=(int,))
