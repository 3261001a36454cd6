from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules import (
    MAX_RETRY_SECONDS,
    SLUG_LENGTH,
    gtin_check_digit,
    normalised_gtin,
    retry_delay,
    slug_candidates,
)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Chẳm chéo M'Then", "cham-cheo-mthen"),
        ("Trà thảo mộc 7 vị", "tra-thao-moc-7-vi"),
        ("Đắk  Nông / (đặc biệt)", "dak-nong-dac-biet"),
        ("★", "san-pham"),
        ("蜂蜜", "san-pham"),
        ("suggest", "suggest"),
    ],
)
def test_it_writes_a_name_as_a_slug(name, slug):
    assert next(slug_candidates(name, fallback="san-pham")) == slug


def test_it_adds_the_producer_then_numbers():
    candidates = slug_candidates("Cà phê", fallback="x", producer_slug="ha-chung")
    assert list(islice(candidates, 4)) == ["ca-phe", "ca-phe-ha-chung", "ca-phe-ha-chung-2", "ca-phe-ha-chung-3"]


@given(st.text(max_size=400), st.from_regex(r"[a-z0-9][a-z0-9-]{0,80}", fullmatch=True))
def test_every_candidate_is_a_slug_of_its_own(name, producer_slug):
    first = list(islice(slug_candidates(name, fallback="san-pham", producer_slug=producer_slug), 5))
    assert all(0 < len(slug) <= SLUG_LENGTH for slug in first)
    assert all(slug.isascii() and slug.replace("-", "").replace("_", "").isalnum() for slug in first)
    assert len(set(first[2:])) == 3


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("4006381333931", "04006381333931"),
        ("893 4567 890 120", "08934567890120"),
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("10614141000415", "10614141000415"),
    ],
)
def test_it_takes_a_gtin(text, gtin):
    assert normalised_gtin(text) == gtin


@pytest.mark.parametrize("text", ["", "4006381333932", "893456789012", "abc", "0" * 13, "４" * 13, "1"])
def test_it_refuses_what_is_no_gtin(text):
    with pytest.raises(ValueError):
        normalised_gtin(text)


@given(st.text("0123456789", min_size=13, max_size=13), st.integers(0, 12), st.integers(1, 9))
def test_it_notices_any_one_wrong_digit(digits, place, shift):
    right = gtin_check_digit(digits)
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    assert gtin_check_digit(wrong) != right


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (2, 4), (8, 256), (9, 300), (60_000, 300)])
def test_what_was_refused_rests_longer_each_time(attempts, seconds):
    assert retry_delay(attempts=attempts, product_id=16).total_seconds() == seconds


@given(st.integers(1, 100), st.integers(1, 2**62))
def test_products_refused_together_come_back_apart(attempts, product_id):
    longest = min(2**attempts, MAX_RETRY_SECONDS)
    delay = retry_delay(attempts=attempts, product_id=product_id)
    assert 0.75 * longest < delay.total_seconds() <= longest
    assert delay != retry_delay(attempts=attempts, product_id=product_id + 1)
