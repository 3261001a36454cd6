"""The bench: that the floor answers our bytes, that load is counted right, that the table says what was measured."""

import json
import shutil
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve

from bench import dataset, report
from bench.dataset import Dataset
from bench.load import Load, put_under_load
from bench.report import Result
from bench.scenarios import LIST, PAGE_SIZE, Samples, Scenario, scenarios, walk_to
from catalog.generation.generate import generate_catalog
from catalog.models import Listing, Province
from tests.factories import DAY


@pytest.fixture
def shop(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Samples:
    """A small generated catalogue with pictures, served under a fixed address."""
    settings.SITE_URL = "https://bench.example"
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("catalog.generation.pictures.PICTURES_A_SET", 1)
    generate_catalog(products=150, seed=1, on=DAY, pictures=True)
    provinces = Province.objects.filter(products__listing__isnull=False).order_by("code").distinct()
    slugs = list(Listing.objects.order_by("product__slug").values_list("product__slug", flat=True))
    return Samples(list(provinces.values_list("code", flat=True))[:8], slugs[::3], len(slugs))


def floor_body(path: str) -> bytes:
    request = RequestFactory().get(path)
    match = resolve(request.path, urlconf="bench.floor.urls")
    body: bytes = match.func(request, *match.args, **match.kwargs).content
    return body


@pytest.fixture
def asked(shop: Samples, client: Client) -> list[Scenario]:
    def get_json(path: str) -> dict[str, Any]:
        body: dict[str, Any] = client.get(path).json()
        return body

    return scenarios(shop, cursor_of_page=lambda page: walk_to(page, get_json=get_json))


@pytest.mark.sqlite  # the floor speaks it
def test_the_floor_answers_our_bytes(asked: list[Scenario], client: Client) -> None:
    compared = 0
    for path in (path for scenario in asked if scenario.beside == "same" for path in scenario.paths):
        own = client.get(path)
        assert own.status_code == 200, path
        assert report.difference(own.content, floor_body(path)) == ""
        compared += 1
    assert compared > 60


def test_the_floor_finds_texts_in_its_own_way(asked: list[Scenario], client: Client) -> None:
    alike = [path for scenario in asked if scenario.beside == "alike" for path in scenario.paths]
    found = [json.loads(floor_body(path))["count"] for path in alike]
    ours = [client.get(path).json()["count"] for path in alike]

    assert sum(bool(count) for count in found) > 5
    assert all(count <= own for count, own in zip(found, ours, strict=True))


@pytest.mark.postgresql
def test_the_floor_answers_our_lists_on_postgresql(asked: list[Scenario], client: Client) -> None:
    for path in (path for scenario in asked if scenario.name.startswith("list") for path in scenario.paths):
        own, other = client.get(path).content, floor_body(path)
        if "q=" not in path:
            assert report.difference(own, other) == ""
        if "facets" not in path:
            alone = json.loads(floor_body(path.replace(LIST, "/page-alone/")))
            whole = json.loads(other)
            assert alone == {name: whole[name] for name in ("next", "previous", "results")}


def test_the_bench_asks_for_pages_that_hold_something(asked: list[Scenario], shop: Samples, client: Client) -> None:
    answers = {scenario.name: [client.get(path) for path in scenario.paths] for scenario in asked}

    assert all(response.status_code == 200 for responses in answers.values() for response in responses)
    page = answers["list, newest"][0].json()
    assert page["next"]
    assert len(page["results"]) == PAGE_SIZE
    assert any(card["image"] for card in page["results"])
    assert any(card["badge"] for card in page["results"])
    assert any(response.json()["results"] for response in answers["list, filters + facets"])
    assert sum(bool(response.json()["results"]) for response in answers["list, text"]) > 5
    assert len({response.content for response in answers["detail"]}) == len(shop.slugs)


def test_it_walks_to_a_page_by_following_next() -> None:
    asked: list[str] = []

    def get_json(path: str) -> dict[str, Any]:
        asked.append(path)
        return {"next": f"https://shop.example{LIST}?page_size=100&cursor=c{len(asked)}"}

    assert walk_to(10, get_json=get_json) == "c3"
    assert asked == [
        f"{LIST}?page_size=100",
        f"{LIST}?page_size=100&cursor=c1",
        f"{LIST}?page_size=16&cursor=c2",
    ]
    with pytest.raises(ValueError, match="no page 2"):
        walk_to(2, get_json=lambda path: {"next": None})


# --- the database ---------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bench's own folder, and a ``manage.py`` that only notes what it was asked."""
    monkeypatch.setattr(dataset, "ROOT", tmp_path)
    monkeypatch.setattr(dataset, "FOLDER", tmp_path / "var" / "bench")
    (tmp_path / "catalog" / "models").mkdir(parents=True)
    (tmp_path / "catalog" / "models" / "packs.py").write_text("one")
    return tmp_path


def prepare(monkeypatch: pytest.MonkeyPatch, *, today: date = DAY) -> list[str]:
    """Prepare a database; the management commands that were run."""
    data = Dataset(products=10)
    commands: list[str] = []

    def run(command: list[str], **options: Any) -> SimpleNamespace:
        commands.append(command[2])
        data.database.write_text("rows")
        return SimpleNamespace()

    monkeypatch.setattr("bench.dataset.subprocess.run", run)
    data.prepare(today=today)
    return commands


def test_it_makes_its_database_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert prepare(monkeypatch) == ["migrate", "generate_catalog"]
    assert prepare(monkeypatch) == []
    assert prepare(monkeypatch, today=DAY + timedelta(days=14)) == []


def test_it_makes_its_database_anew_when_it_is_out_of_step(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(monkeypatch)
    assert prepare(monkeypatch, today=DAY + timedelta(days=15)) == ["migrate", "generate_catalog"]
    (folder / "catalog" / "models" / "packs.py").write_text("two")
    assert prepare(monkeypatch, today=DAY + timedelta(days=15)) == ["migrate", "generate_catalog"]


def test_it_makes_its_database_anew_after_it_was_interrupted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(monkeypatch)
    (folder / "var" / "bench" / "10.json").write_text('{"fingerprint": ')
    assert prepare(monkeypatch) == ["migrate", "generate_catalog"]


# --- the load --------------------------------------------------------------


class _Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        body = b"x" * 5_000
        self.send_response(500 if self.path == "/broken" else 200)
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/closing":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Shop)
        self.seen: list[str] = []

    def handle_error(self, *args: object) -> None:
        """A client may leave at the end of its time."""


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.mark.parametrize("client_name", ["wrk", "our own"])
def test_it_asks_for_every_path_in_turn_and_counts_failures(
    server: _Server, client_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if client_name == "wrk" and not shutil.which("wrk"):
        pytest.skip("wrk is not installed")
    if client_name == "our own":
        monkeypatch.setattr("bench.load.shutil.which", lambda name: None)

    measured = put_under_load(
        f"http://127.0.0.1:{server.server_port}", ["/one", "/closing", "/three?q=a", "/broken"], seconds=1
    )

    assert set(server.seen) == {"/one", "/closing", "/three?q=a", "/broken"}
    assert measured.requests <= len(server.seen)
    assert measured.per_second > 50
    assert 0 < measured.p50 <= measured.p99
    assert measured.errors == pytest.approx(len(server.seen) / 4, rel=0.2)


# --- the report ------------------------------------------------------------


def _load(per_second: float, *, errors: int = 0, cpu: float | None = None) -> Load:
    return Load(requests=100, per_second=per_second, p50=1, p99=2, errors=errors, cpu=cpu)


def result(name: str, *, ours: list[float], floor: list[float], **fields: Any) -> Result:
    return Result(
        Scenario(name, [LIST], **fields),
        queries=2,
        floor_queries=2,
        ours=[_load(speed) for speed in ours],
        floor=[_load(speed) for speed in floor],
    )


def test_a_share_is_the_median_of_the_rounds() -> None:
    drifting = result("list", ours=[400, 90, 45], floor=[800, 100, 100])
    assert drifting.share == 0.5
    assert result("badge", ours=[100], floor=[]).share is None
    assert result("dead floor", ours=[100], floor=[0]).share is None


def test_it_prints_shares_beside_their_aims() -> None:
    lines = report.table(
        [
            result("list, newest", ours=[50], floor=[100], aim=0.4),
            result("detail", ours=[29], floor=[100], aim=0.3),
            result("badge JSON", ours=[60], floor=[100], beside="detail", aim=0.5),
            result("badge SVG", ours=[60], floor=[], beside="none"),
        ]
    ).splitlines()
    assert "50%" in lines[3]
    assert "✓ ≥ 40%" in lines[3]
    assert "29%" in lines[4]
    assert "✗ ≥ 30%" in lines[4]
    assert "✓ ≥ 50% of the floor's detail" in lines[5]
    assert "%" not in lines[6]


def test_a_share_of_processor_time_is_what_the_floor_spends_of_ours() -> None:
    measured = result("list", ours=[10, 10, 10], floor=[90, 5, 90])
    measured.ours = [_load(10, cpu=cpu) for cpu in (4, 5, 2)]
    measured.floor = [_load(10, cpu=cpu) for cpu in (2, 2, 2)]
    assert report.median_share_of_processor(measured.ours, measured.floor) == 0.5
    assert "50%" in report.table([measured]).splitlines()[-1]
    assert report.median_share_of_processor([_load(1)], [_load(1)]) is None


def test_it_says_when_requests_failed() -> None:
    failing = result("list", ours=[10], floor=[10])
    failing.ours[0] = _load(10, errors=7)
    assert "7 FAILED REQUESTS" in report.table([failing])


def test_it_says_what_a_deep_page_and_a_worker_cost() -> None:
    first, deep = result("first", ours=[100, 120, 90], floor=[]), result("page 500", ours=[100, 80, 75], floor=[])
    assert report.cost_of_deep_page(first, deep) == "page 500 costs 1.20 first pages   ✓ ≤ 1.2"
    first.ours, deep.ours = [_load(90, cpu=2)], [_load(60, cpu=3)]
    assert report.cost_of_deep_page(first, deep) == (
        "page 500 costs 1.50 first pages, 1.50 of processor time   ✗ ≤ 1.2"
    )
    assert report.memory(201, 40) == "memory of a worker: 201 MB (floor 40 MB)   ✗ < 200 MB"
    assert report.memory(None, None) == ""


def test_it_shows_where_two_bodies_part() -> None:
    assert report.difference(b"same", b"same") == ""
    assert report.difference(b'{"count":1}', b'{"count":2}').startswith("at byte 9:")
    assert "at byte 4" in report.difference(b"long", b"longer")
