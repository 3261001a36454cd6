"""``python -m bench.search``: see ``--help``."""

import argparse
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.dataset import FOLDER as LOGS
from bench.dataset import ROOT
from bench.load import CLIENTS, client_name
from bench.report import difference
from bench.scenarios import LIST
from bench.servers import WORKERS, Server, serve
from tests.services import elasticsearch, postgresql

from . import report
from .asked import Question, questions
from .index import Index, rebuild
from .report import Sized
from .rounds import Asked, Contest, Request, steps_of
from .shops import FOLDER, SERVER_OPTIONS, Shop

ENGINES = ("elasticsearch", "postgresql", "sqlite")
SIZES = (17_400, 200_000, 1_000_000)
SQLITE_UP_TO = 200_000  # products: beyond, nobody would keep a shop on it
HEAP = "2g"
PAGE_ALONE = "/page-alone/"
_FILES = re.compile(rb"(?<=/media/)[^\"]*")
PATIENCE = 30  # seconds until Elasticsearch must have answered in time
CHECKED = 12  # paths of a question whose answers are compared before any load

DESCRIPTION = f"""
The product list on each search engine, at several sizes of the catalogue: one client that waits for each answer, then
{CLIENTS} at once. In the same run, turn about: beside Elasticsearch the very searches that our engine sends, straight
to it; beside PostgreSQL a bare Django view with hand-written SQL on the same database, once with the same answer (text:
ILIKE, newest first) and once as one query for the page alone. Every engine must answer the same bytes, and the view the
bytes of ours, before anything is measured; other answers fail the run. Aims are printed beside; missing one does not.
"""


class WrongAnswer(Exception):
    """A server does not say what it should; the message tells where."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the servers are to be stopped, whoever ends this
    today = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    LOGS.mkdir(parents=True, exist_ok=True)
    (LOGS / "static").mkdir(exist_ok=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    done: list[Sized] = []
    try:
        with ExitStack() as services:
            cluster = services.enter_context(postgresql.running(data=FOLDER / "postgresql", options=SERVER_OPTIONS))
            node = services.enter_context(_node()) if "elasticsearch" in options.engines else None
            print(_circumstances(options), flush=True)
            for products in options.sizes:
                done.append(_measure(products, cluster, node, options, today=today))
                print(report.of_size(done[-1]), flush=True)
    except (WrongAnswer, postgresql.Unavailable, elasticsearch.Unavailable) as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    print(report.of_indexes(done))
    print(report.of_growth(done))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    def sizes(text: str) -> list[int]:
        return [int(part.replace("_", "")) for part in text.split(",")]

    def engines(text: str) -> list[str]:
        chosen = text.split(",")
        if unknown := set(chosen) - set(ENGINES):
            raise argparse.ArgumentTypeError(f"there is no engine {', '.join(sorted(unknown))}")
        return chosen

    parser = argparse.ArgumentParser(prog="python -m bench.search", description=DESCRIPTION)
    parser.add_argument("--quick", action="store_true", help="3,000 products, 1 round of 1 s: to see that it works")
    parser.add_argument("--sizes", type=sizes, help="products, by comma (default: 17400,200000,1000000)")
    parser.add_argument(
        "--engines", type=engines, default=list(ENGINES), help=f"by comma (default: {','.join(ENGINES)})"
    )
    parser.add_argument("--rounds", type=int, help="how often each is asked (default: 3)")
    parser.add_argument("--seconds", type=float, help="how long each is asked in a round (default: 2)")
    parser.add_argument("--only", metavar="TEXT", help="only questions with this in their name")
    options = parser.parse_args(arguments)
    if options.quick:
        options.sizes, options.rounds, options.seconds = (
            options.sizes or [3_000],
            options.rounds or 1,
            options.seconds or 1,
        )
    options.sizes = sorted(options.sizes or SIZES)
    options.rounds = options.rounds or 3
    options.seconds = options.seconds or 2
    return options


@contextmanager
def _node() -> Iterator[elasticsearch.Node]:
    folder = Path(tempfile.mkdtemp(prefix="elasticsearch-", dir=FOLDER))
    try:
        with elasticsearch.Node(folder, heap=HEAP) as node:
            yield node
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _circumstances(options: argparse.Namespace) -> str:
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} processors for everything, {WORKERS} sync workers, one "
        f"client, then {CLIENTS} of {client_name()}, median of {options.rounds} rounds of {options.seconds:g} s\n"
    )


def _measure(
    products: int, cluster: str, node: elasticsearch.Node | None, options: argparse.Namespace, *, today: date
) -> Sized:
    shop = Shop("postgresql", products, cluster)
    made = {"postgresql": shop.prepare(today=today)}
    environments = {"postgresql": shop.environment}
    samples = {"postgresql": _samples(shop.environment)}
    indexes: dict[str, Index] = {}
    if node:
        environment = _with_elasticsearch(shop, node)
        indexes["elasticsearch"] = rebuild(environment, node.url, documents=samples["postgresql"]["listings"])
        shop.settle()
        environments = {"elasticsearch": environment, **environments}
    if "sqlite" in options.engines and products <= SQLITE_UP_TO:
        embedded = Shop("sqlite", products, "")
        made["sqlite"] = embedded.prepare(today=today)
        environments["sqlite"] = embedded.environment
        samples["sqlite"] = _samples(embedded.environment)
    for vendor in samples:
        indexes[vendor] = Index(
            made[vendor].get("products", 0), made[vendor].get("seconds", 0), samples[vendor]["words_size"]
        )
    asked = [
        question for question in questions(samples["postgresql"]) if not options.only or options.only in question.name
    ]
    with ExitStack() as running:
        servers = {
            engine: running.enter_context(serve(engine, "marketplace.wsgi:application", environment))
            for engine, environment in environments.items()
        }
        floor = {**shop.environment, "DJANGO_SETTINGS_MODULE": "bench.floor.settings"}
        view = running.enter_context(serve("floor", "bench.floor.wsgi:application", floor))
        _check(asked, servers, view)
        contests = [
            contest
            for question in asked
            for contest in _contests(question, servers, view, node, environments, engines=options.engines)
        ]
        for contest in contests:
            for competitor in contest.competitors:
                competitor.warm_up(seconds=min(options.seconds, 1))
        for number in range(options.rounds):
            for contest in contests:
                contest.take_turns(seconds=options.seconds, ours_first=number % 2 == 0)
            print(f"{products:,}: round {number + 1} of {options.rounds} done", file=sys.stderr, flush=True)
        _check(asked, servers, view)
    return Sized(products, indexes, contests, stand_ins=_stand_ins())


def _stand_ins() -> int:
    """How often the shop's log says that the database went on for Elasticsearch."""
    log = LOGS / "elasticsearch.log"
    return log.read_text().count("the database answers instead") if log.exists() else 0


def _with_elasticsearch(shop: Shop, node: elasticsearch.Node) -> dict[str, str]:
    return {
        **shop.environment,
        "ELASTICSEARCH_URL": node.url,
        "ELASTICSEARCH_PREFIX": f"bench-{shop.products}",
    }


def _samples(environment: Mapping[str, str]) -> dict[str, Any]:
    samples: dict[str, Any] = json.loads(_run("bench.search.samples", environment))
    return samples


def _contests(
    question: Question,
    servers: Mapping[str, Server],
    view: Server,
    node: elasticsearch.Node | None,
    environments: Mapping[str, Mapping[str, str]],
    *,
    engines: Sequence[str],
) -> Iterator[Contest]:
    for engine, server in servers.items():
        if engine not in engines:
            continue
        beside: dict[str, Asked] = {}
        if engine == "elasticsearch" and node:
            beside["straight"] = Asked(node.url, _overheard(question, environments[engine]))
        if engine == "postgresql" and question.share is not None:
            beside["view"] = Asked(view.url, steps_of(question.paths))
            if "facets" not in question.name:
                alone = [path.replace(LIST, PAGE_ALONE) for path in question.paths]
                beside["page"] = Asked(view.url, steps_of(alone))
        ours = Asked(server.url, steps_of(question.paths))
        queries = json.loads(_run("bench.probe", environments[engine], json.dumps(question.paths[:CHECKED])))
        yield Contest(question, engine, max(queries.values()), ours, beside)


def _overheard(question: Question, environment: Mapping[str, str]) -> list[list[Request]]:
    """The searches that our engine makes for each path."""
    heard = json.loads(_run("bench.search.overheard", environment, json.dumps(question.paths)))
    if not all(heard.values()):
        raise WrongAnswer(f"{question.name}: Elasticsearch was not asked")
    return [[(path, body) for path, body in heard[asked]] for asked in question.paths]


def _check(asked: Sequence[Question], servers: Mapping[str, Server], view: Server) -> None:
    """Raise ``WrongAnswer`` unless each engine answers itself, all say the same, and so does the view where it can."""
    compared = 0
    for question in asked:
        for path in question.paths[:CHECKED]:
            bodies = {engine: _body(server, path, engine=engine) for engine, server in servers.items()}
            if question.is_same and question.share is not None:
                bodies["the bare view"] = _body(view, path)
            if not json.loads(bodies["postgresql"])["results"]:
                raise WrongAnswer(f"{path} finds nothing")
            for name, body in bodies.items():
                expected = bodies["postgresql"]
                if name == "sqlite":  # its pictures have file names of their own
                    body, expected = _FILES.sub(b"", body), _FILES.sub(b"", expected)
                if body != expected:
                    found = difference(expected, body)
                    raise WrongAnswer(f"postgresql (“ours”) and {name} (“floor”) differ on {path}\n{found}")
                compared += 1
    print(f"{compared} answers compared, the same from every engine", file=sys.stderr, flush=True)


def _body(server: Server, path: str, *, engine: str = "") -> bytes:
    """What a server answers; asked again for a while where another engine stands in while caches are cold."""
    for _ in range(PATIENCE):
        answer = server.get(path)
        if answer.status != 200:
            raise WrongAnswer(f"{server.name} answers {answer.status} to {path}: {answer.body[:300]!r}")
        if (told := answer.headers.get("X-Search-Engine", "")) == engine:
            return answer.body
        time.sleep(1)
    raise WrongAnswer(f"{path} was answered by {told or 'nobody'} instead of {engine}")


def _run(module: str, environment: Mapping[str, str], given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=given, cwd=ROOT, env=dict(environment), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
