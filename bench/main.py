"""Our API and the floor side by side, under the same load, in one run."""

import argparse
import json
import platform
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from . import report
from .dataset import ROOT, Dataset
from .load import CLIENTS, Load, client_name, put_under_load
from .report import Result
from .scenarios import LIST, Scenario, read_samples, scenarios, walk_to
from .servers import WORKERS, Server, serve

DESCRIPTION = f"""
Our API beside the floor: a bare Django project on the same database whose plain views get the same pages with
hand-written SQL, `count` included, and answer the same bytes (verified before any load); texts they find by the same
index, unranked. Each is served by gunicorn with {WORKERS} sync workers and asked by {CLIENTS} clients; neither keeps
results. They take turns (A B, B A, …), and
a share is the median over the rounds: of requests a second, and of processor time, which a busy machine disturbs less.
Aims are printed beside; missing one does not fail the run, different bytes do.
"""
OWN_PATHS = ("same", "alike")  # what the floor may answer to the paths of a scenario
SAMPLE = 12  # paths of a scenario whose bytes are compared and whose queries are counted


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    data = Dataset(products=options.products)
    data.prepare(today=datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date())
    ours_environment = data.environment
    floor_environment = {**data.environment, "DJANGO_SETTINGS_MODULE": "bench.floor.settings"}
    with ExitStack() as servers:
        ours = servers.enter_context(serve("ours", "marketplace.wsgi:application", ours_environment))
        floor = servers.enter_context(serve("floor", "bench.floor.wsgi:application", floor_environment))
        get_json = _json_of(ours)
        samples = read_samples(data.database)
        asked = scenarios(samples, cursor_of_page=lambda page: walk_to(page, get_json=get_json))
        if options.only:
            asked = [scenario for scenario in asked if options.only in scenario.name]
        if not (asked and _same_bytes(ours, floor, asked)):
            return 1
        print(_circumstances(options))
        details = next((scenario.paths for scenario in asked if scenario.name == "detail"), [])
        results = _counted(asked, ours_environment, floor_environment)
        for number in range(options.rounds):
            for result in results:
                _round(result, ours, floor, details=details, seconds=options.seconds, ours_first=number % 2 == 0)
            print(f"round {number + 1} of {options.rounds} done", file=sys.stderr, flush=True)
        print(report.table(results))
        print(_summary(results, ours, floor))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run.py", description=DESCRIPTION)
    parser.add_argument("--quick", action="store_true", help="3,000 products, 2 rounds of 1 s: to see that it works")
    parser.add_argument("--products", type=int, help="size of the catalogue (default: 17400)")
    parser.add_argument("--rounds", type=int, help="how often each is asked (default: 3)")
    parser.add_argument("--seconds", type=int, help="how long each is asked in a round (default: 3)")
    parser.add_argument("--only", metavar="TEXT", help="only scenarios with this in their name")
    options = parser.parse_args(arguments)
    products, rounds, seconds = (3_000, 2, 1) if options.quick else (17_400, 3, 3)
    options.products = options.products or products
    options.rounds = options.rounds or rounds
    options.seconds = options.seconds or seconds
    return options


def _json_of(server: Server) -> Callable[[str], dict[str, Any]]:
    def get_json(path: str) -> dict[str, Any]:
        answer = server.get(path)
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}: {answer.body[:300]!r}")
        parsed: dict[str, Any] = json.loads(answer.body)
        return parsed

    return get_json


def _same_bytes(ours: Server, floor: Server, asked: Iterable[Scenario]) -> bool:
    compared = 0
    for scenario in asked:
        for path in scenario.paths[:SAMPLE]:
            own = ours.get(path)
            if own.status != 200:
                print(f"{path} answers {own.status}: {own.body[:300]!r}", file=sys.stderr)
                return False
            if scenario.beside == "same":
                other = floor.get(path)
                if own.body != other.body:
                    print(f"The floor does not answer the bytes of {path}", file=sys.stderr)
                    print(report.difference(own.body, other.body), file=sys.stderr)
                    return False
                compared += 1
    print(f"Bytes: {compared} answers of the floor are ours to the byte")
    return True


def _counted(asked: Sequence[Scenario], ours: dict[str, str], floor: dict[str, str]) -> list[Result]:
    """A result for each scenario, with the most queries that one of its paths took."""
    own = _queries([path for scenario in asked for path in scenario.paths[:SAMPLE]], ours)
    other = _queries(
        [path for scenario in asked if scenario.beside in OWN_PATHS for path in scenario.paths[:SAMPLE]], floor
    )
    return [
        Result(
            scenario,
            queries=max(own[path] for path in scenario.paths[:SAMPLE]),
            floor_queries=max((other[path] for path in scenario.paths[:SAMPLE] if path in other), default=None),
        )
        for scenario in asked
    ]


def _queries(paths: list[str], environment: dict[str, str]) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.probe"],
        input=json.dumps(paths), cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    counts: dict[str, int] = json.loads(done.stdout)
    return counts


def _round(
    result: Result, ours: Server, floor: Server, *, details: Sequence[str], seconds: float, ours_first: bool
) -> None:
    scenario = result.scenario
    floor_paths = {"same": scenario.paths, "alike": scenario.paths, "detail": details, "none": []}[scenario.beside]
    turns = [(ours, scenario.paths, result.ours), (floor, floor_paths, result.floor)]
    for server, paths, loads in turns if ours_first else reversed(turns):
        if paths:
            loads.append(_put_under_load(server, paths, seconds=seconds))


def _put_under_load(server: Server, paths: Sequence[str], *, seconds: float) -> Load:
    before = server.processor_seconds()
    load = put_under_load(server.url, paths, seconds=seconds)
    after = server.processor_seconds()
    if before is None or after is None or not load.requests:
        return load
    return replace(load, cpu=(after - before) * 1000 / load.requests)


def _circumstances(options: argparse.Namespace) -> str:
    return (
        f"{options.products:,} products on SQLite {sqlite3.sqlite_version}, Python {platform.python_version()}, "
        f"{WORKERS} sync workers, {CLIENTS} clients of {client_name()}, "
        f"median of {options.rounds} rounds of {options.seconds} s\n"
    )


def _summary(results: Sequence[Result], ours: Server, floor: Server) -> str:
    first = next((result for result in results if result.scenario.paths == [LIST]), None)
    deep = next((result for result in results if result.scenario.name.startswith("list, page")), None)
    lines = [
        report.cost_of_deep_page(first, deep) if first and deep else "",
        report.memory(ours.worker_memory(), floor.worker_memory()),
    ]
    return "\n".join(filter(None, lines))
