"""``GET /api/v1/certificates/{id}/renewal-info/``"""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from ocop_badges import days
from ocop_badges.models import Regulation
from tests.conftest import SetClock
from tests.factories import certify, make_product, revoke

pytestmark = pytest.mark.django_db

ISSUED = date(2026, 8, 5)
END = date(2029, 8, 5)
OPENS, CLOSES = date(2029, 2, 6), date(2029, 4, 7)  # 180 and 120 days before


def ask(client: Client, certificate: Any, query: str = "") -> Any:
    return client.get(f"/api/v1/certificates/{certificate.public_id}/renewal-info/{query}")


def test_it_tells_the_window_and_where_it_is_explained(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://shop.example.vn"
    certificate = certify(make_product(), issued_on=ISSUED)
    response = ask(client, certificate)
    assert response.status_code == 200
    assert response.json() == {
        "suggested_window": {"start": "2029-02-06T00:00:00+07:00", "end": "2029-04-07T23:59:59+07:00"},
        "explanation_url": f"https://shop.example.vn/verify/{certificate.public_id}/",
    }
    assert response.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert (
        ask(client, certificate, "?lang=en").json()["explanation_url"].startswith("https://shop.example.vn/en/verify/")
    )


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        (date(2027, 1, 1), 86_400),
        (datetime.combine(OPENS - timedelta(days=1), time(22), tzinfo=days.ZONE), 7_200),
        (OPENS, 21_600),
        (CLOSES, 21_600),
        (CLOSES + timedelta(days=1), 86_400),
    ],
)
def test_it_says_when_to_ask_again(client: Client, clock: SetClock, moment: Any, seconds: int) -> None:
    certificate = certify(make_product(), issued_on=ISSUED)
    clock(moment)
    assert ask(client, certificate).headers["Retry-After"] == str(seconds)


def test_an_expired_certificate_has_its_window_in_the_past(client: Client, clock: SetClock) -> None:
    certificate = certify(make_product(), issued_on=ISSUED)
    clock(END + timedelta(days=10))
    response = ask(client, certificate)
    assert response.status_code == 200
    assert response.json()["suggested_window"]["end"] == "2029-04-07T23:59:59+07:00"


def test_where_nothing_is_to_be_renewed_it_says_so(client: Client) -> None:
    revoked, product = certify(make_product()), make_product()
    revoke(revoked)
    replaced = certify(product, issued_on=date(2025, 1, 1))
    certify(product, issued_on=date(2026, 6, 1))
    for certificate in (revoked, replaced):
        response = ask(client, certificate)
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["type"] == "urn:cho-ocop:problem:nothing-to-renew"
    Regulation.objects.update(renewal_opens_days=None, renewal_closes_days=None)
    assert ask(client, certify(make_product())).json()["type"] == "urn:cho-ocop:problem:nothing-to-renew"


def test_an_unknown_certificate_and_an_unknown_parameter_are_problems(client: Client) -> None:
    assert client.get("/api/v1/certificates/0000000000zz/renewal-info/").json()["type"].endswith(":not-found")
    assert ask(client, certify(make_product()), "?on=2026-01-01").status_code == 400


def test_it_costs_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    certificate = certify(make_product())
    with django_assert_max_num_queries(6):
        ask(client, certificate)
