"""What people write for places, looked up in the official list."""

import pytest
from django.test import Client

from catalog.places.loading import load_own_lists
from marketplace.shop.gift_lists import read_recipients
from marketplace.shop.places import Places
from tests.factories import DAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1", "01"),
        ("68", "68"),
        ("Thành phố Hà Nội", "01"),
        ("TP. Hồ Chí Minh", "79"),
        ("tp.ho chi minh", "79"),
        ("TP Hồ  Chí Minh", "79"),
        ("Tỉnh Lâm Đồng", "68"),
        ("99", None),
        ("Tỉnh", None),
        ("", None),
    ],
)
def test_a_province_is_found_as_people_write_it(text: str, code: str | None) -> None:
    found = Places(on=DAY).province(text)
    assert (found.code if found else None) == code


def test_a_commune_is_found_as_people_write_it_and_the_sample_can_be_handed_in(client: Client) -> None:
    load_own_lists()
    places = Places(on=DAY)
    lam_dong, ha_noi = places.province("68"), places.province("01")
    assert lam_dong is not None
    assert ha_noi is not None
    for text in (
        "Xuân Hương - Đà Lạt",
        "Xuân Hương – Đà Lạt",
        "phường xuân hương-đà lạt",
        "xuan huong – da lat",
        "24781",
    ):
        found = places.commune(lam_dong, text)
        assert found is not None, text
        assert found.code == "24781"
    short = places.commune(ha_noi, "70")  # as a spreadsheet leaves 00070
    assert short is not None
    assert short.name == "phường Hoàn Kiếm"
    sample = client.get("/checkout/recipients/sample.csv").content
    assert [row["address"]["province"] for row in read_recipients(sample, on=DAY)] == ["68", "01"]
