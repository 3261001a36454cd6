"""The register as a file, and the validators of every answer about certificates."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, connections
from django.utils.http import http_date

from catalog.models import Province
from ocop_badges import days, downloads, register, register_api, services
from ocop_badges.days import start_of
from ocop_badges.media_types import preferred_type
from ocop_badges.models import Certificate
from ocop_badges.register import RegisterQuery, batches_of
from ocop_badges.register_api import OFFERED
from tests.factories import AT, DAY, certify, certify_expired, make_producer, make_product, suspend

pytestmark = pytest.mark.django_db

URL = "/api/v1/certificates/"


def fetch(client, query: str = "", accept: str = "text/csv", **headers):
    return client.get(f"{URL}?{query}", headers={"Accept": accept, **headers})


def content_of(response) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def rows_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content_of(response).decode(), newline="")))


class TestFiles:
    def test_a_csv_holds_what_the_pages_hold_in_their_order(self, client, monkeypatch):
        monkeypatch.setattr(register, "BATCH", 2)
        for months in (1, 1, 1, 5, 3):
            certify(make_product(name="Trà “Shan”, Hà Giang"), issued_on=date(2026, months, 7))
        lines = client.get(f"{URL}?page_size=100&lang=en").json()["results"]
        rows = rows_of(fetch(client, "lang=en"))
        assert [row["id"] for row in rows] == [line["id"] for line in lines]
        assert rows[0] == {
            name: str(value["product"][path[1]] if path[0] == "product" else _at(value, path) or "")
            for value in lines[:1]
            for name, path in downloads.COLUMNS.items()
        }
        assert rows[0]["product_name"] == "Trà “Shan”, Hà Giang"

    @pytest.mark.parametrize("media_type", [downloads.JSON_LINES, downloads.NDJSON])
    def test_json_lines_hold_the_objects_of_the_pages(self, client, media_type):
        certify(make_product())
        suspend(certify(make_product()))
        response = fetch(client, accept=media_type)
        assert response.headers["Content-Type"] == media_type
        content = content_of(response)
        assert content.endswith(b"\n")
        assert [json.loads(line) for line in content.splitlines()] == client.get(URL).json()["results"]

    def test_it_says_what_file_it_is(self, client):
        response = fetch(client)
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
        assert response.headers["Content-Disposition"] == 'attachment; filename="ocop-certificates-2026-11-22.csv"'
        assert "Accept" in response.headers["Vary"]
        assert "Cookie" not in response.headers["Vary"]
        assert response.headers["Cache-Control"] == "public, max-age=60, must-revalidate"

    def test_an_empty_register_is_a_header_or_nothing(self, client):
        assert content_of(fetch(client)) == (",".join(downloads.COLUMNS) + "\r\n").encode()
        assert content_of(fetch(client, accept="application/jsonl")) == b""

    def test_it_holds_what_the_filters_let_through(self, client):
        elsewhere = make_producer(province=Province.objects.get(code="11"))
        certify(make_product(), stars=4)
        certify_expired(make_product(producer=elsewhere), stars=3)
        expected = certify(make_product(producer=elsewhere), stars=3)
        assert [row["id"] for row in rows_of(fetch(client, "province=11&status=valid&stars=3"))] == [expected.public_id]

    @pytest.mark.parametrize("name", ["=1+1", "+84", "-2", "@x", "\tx", "＝1"])
    def test_no_cell_is_a_formula(self, client, name):
        certify(make_product(name=name))
        (row,) = rows_of(fetch(client))
        assert row["product_name"] == f"'{name}"

    @pytest.mark.parametrize("parameter", ["cursor", "page_size"])
    def test_a_file_has_no_pages(self, client, parameter):
        response = fetch(client, f"{parameter}=24")
        assert response.status_code == 400
        (error,) = response.json()["errors"]
        assert (error["parameter"], error["code"]) == (parameter, "not-with-download")

    def test_head_answers_as_get_does_and_reads_no_certificate(self, client, monkeypatch):
        certify(make_product())
        got = fetch(client)
        monkeypatch.setattr(register_api, "load_families", None)
        response = client.head(URL, headers={"Accept": "text/csv"})
        assert (response.status_code, response.content) == (200, b"")
        for name in ("ETag", "Last-Modified", "Content-Type", "Content-Disposition", "Cache-Control", "Vary"):
            assert response.headers[name] == got.headers[name]

    def test_an_error_midway_breaks_the_transfer_off(self, client, monkeypatch):
        monkeypatch.setattr(register, "BATCH", 1)
        for _ in range(3):
            certify(make_product())
        pieces = iter(fetch(client).streaming_content)
        next(pieces), next(pieces)
        monkeypatch.setattr(register_api, "load_families", _fail)
        with pytest.raises(DatabaseError):
            list(pieces)

    def test_a_certificate_recorded_meanwhile_moves_no_other(self, monkeypatch):
        monkeypatch.setattr(register, "BATCH", 2)
        for months in (1, 2, 3, 4, 5):
            certify(make_product(), issued_on=date(2026, months, 7))
        before = list(Certificate.objects.order_by("-valid_from", "-id"))
        seen = []
        for batch in batches_of(RegisterQuery(day=DAY)):
            seen += batch
            certify(make_product(), issued_on=date(2026, 6, 7))
        assert seen == before

    def test_each_batch_costs_the_same(self, client, monkeypatch, django_assert_num_queries):
        monkeypatch.setattr(register, "BATCH", 3)
        for _ in range(3):
            certify(make_product())
        for batches in (1, 2, 3):
            # the state of the register: deeds, products, their names; then five for each batch and one that finds none
            with django_assert_num_queries(2 + batches + 5 * batches + 1):
                content_of(fetch(client))
            for _ in range(3):
                certify(make_product())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_file_shows_the_register_of_one_moment(client, monkeypatch):
    monkeypatch.setattr(register, "BATCH", 1)
    certificates = [certify(make_product(), issued_on=date(2026, months, 7)) for months in (3, 2, 1)]
    pieces = iter(fetch(client, accept="application/jsonl").streaming_content)
    first = next(pieces)
    in_another_connection(lambda: suspend(certificates[2]))
    lines = [json.loads(piece) for piece in (first, *pieces)]
    assert [line["status"] for line in lines] == ["valid"] * 3
    assert not connection.in_atomic_block
    assert [row["status"] for row in rows_of(fetch(client))] == ["valid", "valid", "suspended"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_reader_who_hangs_up_leaves_no_transaction_open(client, monkeypatch):
    monkeypatch.setattr(register, "BATCH", 1)
    for _ in range(3):
        certify(make_product())
    response = fetch(client)
    pieces = iter(response.streaming_content)
    next(pieces), next(pieces)
    assert connection.in_atomic_block
    del pieces
    response.close()
    assert not connection.in_atomic_block


def in_another_connection(act) -> None:
    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


class TestNegotiation:
    @pytest.mark.parametrize(
        ("accept", "expected"),
        [
            ("", "application/json"),
            ("*/*", "application/json"),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
            ("application/json, text/plain, */*", "application/json"),
            ("text/csv", "text/csv"),
            ("TEXT/CSV; charset=utf-8", "text/csv"),
            ("text/*", "text/csv"),
            ("text/csv, */*", "text/csv"),
            ("text/csv;q=0.5, application/jsonl;q=0.9", "application/jsonl"),
            ("text/csv;q=0.5, application/json", "application/json"),
            ("application/json;q=0, */*;q=0.1", "text/csv"),
            ("application/*", "application/json"),
            ("application/x-ndjson", "application/x-ndjson"),
            ("text/csv;q=0", None),
            ("text/csv;q=high", None),
            ("application/pdf, text/html", None),
            ("nonsense", None),
        ],
    )
    def test_it_gives_what_is_liked_best(self, accept, expected):
        assert preferred_type(accept, OFFERED) == expected

    def test_what_it_does_not_have_is_a_problem(self, client):
        response = fetch(client, accept="application/pdf")
        assert response.status_code == 406
        assert response.headers["Content-Type"] == "application/problem+json"
        assert "Accept" in response.headers["Vary"]
        assert response.headers["Cache-Control"] == "no-store"


ACCEPTS = ["application/json", "text/csv", "application/jsonl"]


class TestValidators:
    def known(self, client, url: str, accept: str, **headers: str) -> bool:
        response = client.get(url, headers={"Accept": accept, **headers})
        assert response.status_code in (200, 304)
        if response.status_code == 304:
            assert response.content == b""
            assert {"ETag", "Last-Modified", "Cache-Control"} <= set(response.headers)
            assert "Content-Type" not in response.headers
        return response.status_code == 304

    @pytest.mark.parametrize("accept", ACCEPTS)
    def test_each_change_changes_the_etag(self, client, clock, accept):
        product = make_product(slug="tra")
        first = certify(product, issued_on=date(2026, 1, 1))
        producer, province = product.producer, product.province
        changes = {
            "a suspension": lambda: suspend(first),
            "a lift": lambda: services.lift_suspension(certificate=first, lifted_on=DAY, at=AT),
            "a correction": lambda: services.correct_certificate(
                certificate=first, changes={"decision_number": "77/QĐ"}, reason="x", at=AT
            ),
            "another certificate": lambda: certify(make_product()),
            "the product's name": lambda: _change(product, name="Trà mới"),
            "its slug": lambda: _change(product, slug="tra-moi"),
            "it is withdrawn": lambda: _change(product, is_published=False),
            "the producer's name": lambda: _change(producer, name="Hợp tác xã mới"),
            "the province's name": lambda: _change(province, name="Tỉnh mới"),
            "the day": lambda: clock(DAY + timedelta(days=1)),
        }
        for what, change in changes.items():
            etag = client.get(URL, headers={"Accept": accept}).headers["ETag"]
            since = client.get(URL, headers={"Accept": accept}).headers["Last-Modified"]
            assert self.known(client, URL, accept, **{"If-None-Match": etag}), what
            assert self.known(client, URL, accept, **{"If-Modified-Since": since}), what
            clock(days.now().at + timedelta(seconds=1))
            change()
            assert not self.known(client, URL, accept, **{"If-None-Match": etag}), what
            assert not self.known(client, URL, accept, **{"If-Modified-Since": since}), what

    def test_one_certificate_and_those_of_a_product_have_them_too(self, client):
        product = make_product(slug="tra", name="Trà")
        certificate = certify(product)
        for url in (f"{URL}{certificate.public_id}/", "/api/v1/products/tra/certificates/"):
            etag = client.get(url).headers["ETag"]
            assert self.known(client, url, "*/*", **{"If-None-Match": f'"x", W/{etag}'})
        etag = client.get(f"{URL}{certificate.public_id}/").headers["ETag"]
        _change(product, name="Trà mới")
        assert not self.known(client, f"{URL}{certificate.public_id}/", "*/*", **{"If-None-Match": etag})

    def test_filters_forms_and_languages_have_etags_of_their_own(self, client):
        certify(make_product())
        urls = [URL, f"{URL}?lang=en", f"{URL}?stars=4", f"{URL}?status=valid"]
        tags = [client.get(url, headers={"Accept": accept}).headers["ETag"] for url in urls for accept in ACCEPTS]
        assert len(set(tags)) == len(tags)

    def test_the_instant_alone_changes_nothing(self, client, clock):
        certify(make_product())
        for accept in ACCEPTS:
            clock(start_of(DAY) + timedelta(hours=1))
            before = client.get(URL, headers={"Accept": accept})
            clock(start_of(DAY) + timedelta(hours=23))
            after = client.get(URL, headers={"Accept": accept})
            for name in ("ETag", "Last-Modified"):
                assert before.headers[name] == after.headers[name]

    def test_an_etag_goes_before_a_date(self, client):
        certify(make_product())
        since = client.get(URL).headers["Last-Modified"]
        assert not self.known(client, URL, "*/*", **{"If-None-Match": '"other"', "If-Modified-Since": since})
        assert not self.known(client, URL, "*/*", **{"If-None-Match": "rubbish", "If-Modified-Since": since})
        assert self.known(client, URL, "*/*", **{"If-None-Match": "*", "If-Modified-Since": http_date(0)})

    @pytest.mark.parametrize("asked", ["rubbish", "", http_date(0)])
    def test_another_date_is_not_this_one(self, client, asked):
        assert not self.known(client, URL, "*/*", **{"If-Modified-Since": asked})

    def test_what_was_changed_and_changed_back_is_not_taken_for_what_came_between(self, client, clock):
        product = make_product(name="Trà")
        certify(product)
        client.get(URL)
        clock(start_of(DAY) + timedelta(hours=15))
        _change(product, name="Chè")
        between = client.get(URL).headers["Last-Modified"]
        _change(product, name="Trà")
        assert not self.known(client, URL, "*/*", **{"If-Modified-Since": between})


def _change(row, **fields) -> None:
    type(row).objects.filter(pk=row.pk).update(**fields)


def _fail(*args, **kwargs):
    raise DatabaseError("the server went away")


def _at(line, path):
    value = line
    for name in path:
        value = value[name]
    return value
