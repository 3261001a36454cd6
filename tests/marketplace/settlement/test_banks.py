from marketplace.settlement.banks import BANKS
from marketplace.settlement.providers.bank_file import plain


def test_wellknown_banks_have_the_numbers_that_napas_gave_them():
    """Pinned from VietQR's public list of banks (https://api.vietqr.io/v2/banks, field ``bin``), and from the lists of
    recipients' banks that Vietcombank and ACB show their customers, which agree."""
    numbers = {name: number for number, name in BANKS.items()}
    assert {
        name: numbers[name]
        for name in (
            "VIETCOMBANK", "VIETINBANK", "BIDV", "AGRIBANK", "TECHCOMBANK", "MB BANK", "ACB", "VPBANK", "TPBANK",
            "SACOMBANK", "HDBANK", "VIB", "SHB", "MSB", "OCB", "LPBANK", "CO-OPBANK", "BAC A BANK", "CIMB VIETNAM",
        )
    } == {
        "VIETCOMBANK": "970436",
        "VIETINBANK": "970415",
        "BIDV": "970418",
        "AGRIBANK": "970405",
        "TECHCOMBANK": "970407",
        "MB BANK": "970422",
        "ACB": "970416",
        "VPBANK": "970432",
        "TPBANK": "970423",
        "SACOMBANK": "970403",
        "HDBANK": "970437",
        "VIB": "970441",
        "SHB": "970443",
        "MSB": "970426",
        "OCB": "970448",
        "LPBANK": "970449",
        "CO-OPBANK": "970446",
        "BAC A BANK": "970409",
        "CIMB VIETNAM": "422589",
    }  # fmt: skip


def test_every_bank_has_a_number_of_six_digits_and_a_name_of_its_own():
    assert all(len(number) == 6 and number.isascii() and number.isdigit() for number in BANKS)
    assert len(set(BANKS.values())) == len(BANKS)
    assert all(plain(name) for name in BANKS.values())  # what the bank's file prints
