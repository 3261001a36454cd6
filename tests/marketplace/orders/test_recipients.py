"""Phone numbers as people write them; that addresses and phones are told no longer than needed, see the portal's and
the hub's tests.
"""

import pytest

from marketplace.orders.recipients import written_phone


@pytest.mark.parametrize(
    ("kept", "written"),
    [
        ("+84912345678", "0912 345 678"),
        ("+842838223344", "028 3822 3344"),
        ("+12025550199", "+1 202-555-0199"),
        ("", ""),
        ("no number", "no number"),
    ],
)
def test_a_number_is_written_as_it_is_dialled_here(kept: str, written: str) -> None:
    assert written_phone(kept) == written
