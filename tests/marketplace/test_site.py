"""The site as a whole: health, language, ids of requests, addresses too long, errors for programs and for people."""

import json
import logging
from http import HTTPStatus

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from marketplace import urls
from marketplace.logs import JsonFormatter, RequestIdFilter
from marketplace.middleware import MAX_REQUEST_LINE

pytestmark = pytest.mark.django_db


def test_it_is_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "checks": {"database": "ok", "search": "off"}}


@pytest.mark.django_db(databases=[])
def test_it_is_alive_without_its_database(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("address", "language"),
    [("/products/", "vi"), ("/en/products/", "en"), ("/english/", "vi"), ("/en", "en")],
)
def test_the_address_alone_decides_the_language(client: Client, address: str, language: str) -> None:
    response = client.get(address, headers={"Accept-Language": "fr, en;q=0.9" if language == "vi" else "vi"})
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" not in response.headers.get("Vary", "")


def test_it_names_every_request(client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": "abc-123"}).headers["X-Request-Id"] == "abc-123"
    assert client.get("/healthz", headers={"X-Request-Id": "a\nb"}).headers["X-Request-Id"] != "a\nb"
    problem = client.get("/api/v1/nowhere/", headers={"X-Request-Id": "abc-123"})
    assert problem.json()["request_id"] == "abc-123"


def test_an_address_too_long_is_414(client: Client) -> None:
    longest = "/api/v1/products/?q="
    longest += "a" * (MAX_REQUEST_LINE - len(longest) + 1)
    assert client.get(longest).status_code == 200
    response = client.get(longest + "a")
    assert response.status_code == HTTPStatus.REQUEST_URI_TOO_LONG
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "urn:cho-ocop:problem:uri-too-long"


@pytest.mark.parametrize("address", ["/api/v1/nowhere/", "/api/nowhere/", "/badges/nobody.json", "/embed/nobody.js"])
def test_a_program_gets_a_problem(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 404
    assert response.json()["title"] == "Not Found"


@pytest.mark.parametrize("address", ["/api/v1/nowhere/", "/api/v1/carts/1/lines/a/", "/webhooks/nobody/", "/badges/b/"])
def test_what_a_program_sends_nowhere_is_not_found(address: str) -> None:
    for method in ("post", "patch", "delete"):
        response = getattr(Client(enforce_csrf_checks=True), method)(address)
        assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("address", "words"), [("/khong-co/", '<html lang="vi">'), ("/en/nowhere/", '<html lang="en">')]
)
def test_a_person_gets_a_page(client: Client, address: str, words: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert words in response.content.decode()
    assert response.content.decode().count("<h1") == 1


def test_a_form_without_its_token_is_refused_in_words_of_the_shop() -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post("/cart/lines/")
    assert (page.status_code, page.headers["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert "Hãy quay lại và thử lần nữa." in page.content.decode()
    told = client.post("/badges/nobody.json")
    assert (told.status_code, told.headers["Content-Type"]) == (403, "application/problem+json")


def crash(request: object) -> HttpResponse:
    raise RuntimeError("a view nobody foresaw")


@pytest.mark.parametrize(("address", "kind"), [("/api/crash", "application/problem+json"), ("/crash", "text/html")])
def test_a_crash_is_a_500_without_its_secrets(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: pytest.FixtureRequest, address: str, kind: str
) -> None:
    routes = type("routes", (), {"urlpatterns": [path(address[1:], crash), *urls.urlpatterns]})
    for name in ("handler400", "handler403", "handler404", "handler500"):
        setattr(routes, name, getattr(urls, name))
    settings.ROOT_URLCONF = routes
    client.raise_request_exception = False
    response = client.get(address)
    assert response.status_code == 500
    assert response.headers["Content-Type"].startswith(kind)
    assert response.headers["Cache-Control"] == "no-store"
    assert b"nobody foresaw" not in response.content


def test_the_api_can_be_read_by_people_and_programs(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    assert "GET /api/v1/products/" in page
    schema = json.loads(client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).content)
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) >= {
        "/api/v1/products/",
        "/api/v1/products/{slug}/",
        "/api/v1/products/suggest/",
        "/api/v1/products/{slug}/certificates/",
        "/api/v1/producers/",
        "/api/v1/provinces/",
        "/api/v1/product-sets/",
        "/api/v1/stories/",
        "/api/v1/gift-bundles/",
        "/api/v1/certificates/",
        "/api/v1/certificates/{certificate_id}/",
    }


def test_a_log_line_is_json_with_the_request() -> None:
    record = logging.LogRecord("shop", logging.INFO, __file__, 1, "đã bán %s", ("mật ong",), None)
    RequestIdFilter().filter(record)
    assert '"message": "đã bán mật ong"' in JsonFormatter().format(record)


def test_views_that_are_not_for_writing_refuse_it(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
