"""``GET /api/v1/provinces/{code}/communes/``"""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from catalog.models import Commune, CommuneKind, Province

pytestmark = pytest.mark.django_db


def make(name: str, code: str, kind: CommuneKind, **fields: date) -> Commune:
    place = Province.objects.get(code="68")
    return Commune.objects.create(
        province=place, name=name, code=code, kind=kind, **{"valid_from": date(2025, 7, 1), **fields}
    )


def test_it_lists_the_communes_of_a_province_today(client: Client, django_assert_num_queries: Callable) -> None:
    make("xã Ninh Gia", "24985", CommuneKind.COMMUNE)
    make("phường B'Lao", "24829", CommuneKind.WARD)
    make("xã Đã Cũ", "00009", CommuneKind.COMMUNE, valid_until=date(2025, 12, 31))
    Commune.objects.create(province=Province.objects.get(code="68"), name="thị trấn Xưa")
    with django_assert_num_queries(2):
        response = client.get("/api/v1/provinces/68/communes/")
    assert response.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert response.json() == {
        "count": 2,
        "next": None,
        "previous": None,
        "results": [
            {"code": "24829", "name": "phường B'Lao", "kind": "ward"},
            {"code": "24985", "name": "xã Ninh Gia", "kind": "commune"},
        ],
    }


def test_the_list_changes_on_its_day(client: Client, clock: Callable[[date], None]) -> None:
    make("xã Mới", "24985", CommuneKind.COMMUNE, valid_from=date(2030, 1, 1))
    clock(date(2029, 12, 31))
    assert client.get("/api/v1/provinces/68/communes/").json()["count"] == 0
    clock(date(2030, 1, 1))
    assert client.get("/api/v1/provinces/68/communes/").json()["count"] == 1


@pytest.mark.parametrize("code", ["00", "6", "lam-dong"])
def test_an_unknown_province_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"/api/v1/provinces/{code}/communes/").status_code == 404
