"""Lists as others published them, read and written by us.

The vectors are from
- W3C Bitstring Status List 1.0 (Recommendation, 2025), example 3: 131,072 bits, none set;
- tests/10-BitstringStatusList.spec.js of github.com/digitalbazaar/vc-bitstring-status-list, the implementation of the
  specification's editors: 100,000 bits, none set and number 50,000 set (there without the Multibase prefix).
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocop_badges.credentials import bitstrings

from .verifier import expand

W3C_EXAMPLE_3 = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
NONE_OF_100000 = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQsvoAAAAAAAAAAAAAAAAP4GcwM92tQwAAA"
NUMBER_50000_OF_100000 = "uH4sIAAAAAAAAA-3OMQ0AAAgDsElHOh72EJJWQRMAAAAAAIDWXAcAAAAAAIDHFvRitn7UMAAA"
# As one issuer writes it and the specification does not: base64 with padding, no prefix.
WITHOUT_MULTIBASE = "H4sIAAAAAAAAA/+3OMQ0AAAgDsOHfNBp2kZBWQRMAAAAAAAAAAAAAAL6Z6wAAAAAAtQVQdb5gAEAAAA=="


def bits_in(encoded: str, *, least: int = bitstrings.LENGTH) -> set[int]:
    bits = bitstrings.decode(encoded, least=least)
    return {index for index in range(len(bits) * 8) if bitstrings.is_set(bits, index)}


def test_it_reads_and_writes_the_example_of_the_specification():
    assert len(bitstrings.decode(W3C_EXAMPLE_3)) * 8 == 131_072
    assert bits_in(W3C_EXAMPLE_3) == set()
    assert bitstrings.encode([]) == W3C_EXAMPLE_3


def test_it_reads_and_writes_the_lists_of_the_editors_implementation():
    assert bits_in(NONE_OF_100000, least=100_000) == set()
    assert bits_in(NUMBER_50000_OF_100000, least=100_000) == {50_000}
    assert bits_in(bitstrings.encode([50_000], length=100_000), least=100_000) == {50_000}
    assert len(bitstrings.decode(NONE_OF_100000, least=100_000)) * 8 == 100_000


def test_a_list_shorter_than_the_specification_asks_is_refused():
    with pytest.raises(bitstrings.MalformedList, match="131072 bits at least, not 100000"):
        bitstrings.decode(NUMBER_50000_OF_100000)


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "u",
        WITHOUT_MULTIBASE,
        W3C_EXAMPLE_3[1:],
        "z" + W3C_EXAMPLE_3[1:],
        W3C_EXAMPLE_3 + "=",
        W3C_EXAMPLE_3.replace("-", "+"),
        W3C_EXAMPLE_3[:-6],  # cut off
        "uA",  # no whole number of octets
        "uAAAA",
    ],
)
def test_what_is_no_encoded_list_is_refused(encoded):
    with pytest.raises(bitstrings.MalformedList):
        bitstrings.decode(encoded)


def test_a_list_that_would_expand_without_end_is_refused():
    with pytest.raises(bitstrings.MalformedList, match="at most"):
        bitstrings.decode(bitstrings.encode([], length=(bitstrings.MAX_BYTES + 1) * 8))


def test_the_first_index_is_the_left_most_bit():
    assert bitstrings.decode(bitstrings.encode([0, 9, 131_071]))[:2] == b"\x80\x40"
    assert bitstrings.decode(bitstrings.encode([0, 9, 131_071]))[-1] == 1


@pytest.mark.parametrize("index", [-1, 131_072])
def test_an_index_outside_of_the_list_is_an_error(index):
    with pytest.raises(IndexError):
        bitstrings.encode([index])
    with pytest.raises(IndexError):
        bitstrings.is_set(bytes(16_384), index)


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 131_071), max_size=300))
def test_a_stranger_reads_what_we_write(indexes):
    bits = expand(bitstrings.encode(indexes))
    assert {index for index, bit in enumerate(bits) if bit == "1"} == indexes
