"""Tax codes: the check digit finds every single wrong digit."""

import pytest

from marketplace.invoices.tax_codes import is_tax_code, tax_code
from ocop_badges.errors import InvalidFact

# Published codes: Viettel, VNPT, Vietcombank, FPT, Vinamilk.
KNOWN = ["0100109106", "0100684378", "0100112437", "0101248141", "0300588569"]


@pytest.mark.parametrize("code", KNOWN)
def test_codes_in_use_are_taken_and_every_wrong_digit_is_found(code: str) -> None:
    assert is_tax_code(code)
    for place in range(10):
        for digit in "0123456789":
            if digit != code[place]:
                assert not is_tax_code(code[:place] + digit + code[place + 1 :])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0100109106", "0100109106"),
        (" 0100 109 106 ", "0100109106"),
        ("0100109106-001", "0100109106-001"),
        ("0100109106001", "0100109106-001"),
        ("079 123 456 789", "079123456789"),
    ],
)
def test_it_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert tax_code(typed) == kept


@pytest.mark.parametrize(
    "text", ["", "010010910", "01001091060", "0100109106-000", "0100109106-01", "０１００１０９１０６", "x"]
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidFact) as refusal:
        tax_code(text)
    assert refusal.value.code == "tax-code"
