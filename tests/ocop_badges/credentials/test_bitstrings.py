"""Lists as others published them, and as strangers read ours.

The vectors are from
- W3C Bitstring Status List 1.0 (Recommendation, 2025), example 3: 131,072 bits, none set;
- tests/10-BitstringStatusList.spec.js of github.com/digitalbazaar/vc-bitstring-status-list, the implementation of the
  specification's editors: 100,000 bits, number 50,000 set (there without the Multibase prefix).
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocop_badges.credentials import bitstrings

from .verifier import expand

W3C_EXAMPLE_3 = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
NUMBER_50000_OF_100000 = "uH4sIAAAAAAAAA-3OMQ0AAAgDsElHOh72EJJWQRMAAAAAAIDWXAcAAAAAAIDHFvRitn7UMAAA"


def test_it_writes_the_example_of_the_specification():
    assert bitstrings.encode([]) == W3C_EXAMPLE_3
    assert expand(W3C_EXAMPLE_3) == "0" * 131_072


def test_it_writes_what_the_list_of_the_editors_implementation_says():
    assert expand(bitstrings.encode([50_000], length=100_000)) == expand(NUMBER_50000_OF_100000)


def test_the_first_index_is_the_left_most_bit():
    bits = expand(bitstrings.encode([0, 9, 131_071]))
    assert (bits[:16], bits[-8:]) == ("1000000001000000", "00000001")


@pytest.mark.parametrize("index", [-1, 131_072])
def test_an_index_outside_of_the_list_is_an_error(index):
    with pytest.raises(IndexError):
        bitstrings.encode([index])


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 131_071), max_size=300))
def test_a_stranger_reads_what_we_write(indexes):
    bits = expand(bitstrings.encode(indexes))
    assert {index for index, bit in enumerate(bits) if bit == "1"} == indexes
