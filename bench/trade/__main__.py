"""``python -m bench.trade``: see ``--help``."""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from bench.dataset import FOLDER, ROOT, Dataset
from bench.search.shops import SERVER_OPTIONS
from bench.servers import Server, serve
from bench.trade.buyers import Stretch, ask_beside, keep_asking, send_all
from bench.trade.report import table
from tests.services.postgresql import running

CLIENTS = 8
MOST_PER_SECOND = 200  # checkouts beside lists: more than the shop can do, so that there are carts enough
LIST = "/api/v1/products/?page_size=24"
AS_IN_PRODUCTION = ("--config", "gunicorn.conf.py")
AIMS = {"ratio": 12.0, "per_second": 40.0, "lists": 1.5}
# What a checkout leaves has to be on the disk, as in a shop.
DURABLE = {**SERVER_OPTIONS, "fsync": "on", "full_page_writes": "on"}
DESCRIPTION = f"""
Checkouts over HTTP by {CLIENTS} clients at once (cash on delivery, two lines of two producers each, so that goods are
held, reserved and written down), beside a bare WSGI application that inserts the same rows by plain SQL in one
transaction, turn about, each served by gunicorn as in production (gunicorn.conf.py) on the same PostgreSQL. Then a
list page, asked at a steady pace, alone and while the {CLIENTS} clients check out as fast as they are answered. Aims
are printed beside; missing one does not fail the run, a wrong answer does.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "static").mkdir(exist_ok=True)
    with ExitStack() as stack:
        database_url = stack.enter_context(running(options=DURABLE))
        environment = {**Dataset(options.products).environment, "DATABASE_URL": database_url, "LOG_LEVEL": "ERROR"}
        carts = options.orders * options.rounds + options.seconds * MOST_PER_SECOND
        print(f"Making {options.products:,} products and {carts:,} carts …", flush=True)
        wanted = _prepare(environment, products=options.products, carts=carts)
        ours = stack.enter_context(
            serve("trade", "marketplace.wsgi:application", environment, options=AS_IN_PRODUCTION)
        )
        floor = stack.enter_context(
            serve("trade-floor", "bench.trade.floor:application", environment, options=AS_IN_PRODUCTION)
        )
        checkouts = iter(wanted)
        own: list[Stretch] = []
        bare: list[Stretch] = []
        for number in range(options.rounds):
            batch = [next(checkouts) for _ in range(options.orders)]
            turns = [
                lambda batch=batch: own.append(_buy(ours, batch)),
                lambda: bare.append(_insert(floor, options.orders)),
            ]
            for turn in turns if number % 2 == 0 else reversed(turns):
                turn()
            print(f"round {number + 1} of {options.rounds} done", file=sys.stderr, flush=True)
        lists = {"seconds": options.seconds, "per_second": options.pages}
        alone = keep_asking(ours.url, LIST, **lists)
        beside, sold = ask_beside(
            ours.url, LIST, **lists, target="/api/v1/checkout/", bodies=list(checkouts), clients=CLIENTS
        )
    if wrong := [answer for stretch in (*own, *bare, alone, beside, sold) for answer in stretch.wrong]:
        print(f"{len(wrong)} wrong answers, the first of them:\n{wrong[0]}", file=sys.stderr)
        return 1
    print(table(own, bare, alone, beside, pace=sold.per_second, aims=AIMS))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.trade", description=DESCRIPTION)
    parser.add_argument(
        "--quick", action="store_true", help="300 products, 2 rounds of 40 orders: to see that it works"
    )
    parser.add_argument("--products", type=int, help="size of the catalogue (default: 3000)")
    parser.add_argument("--rounds", type=int, help="how often each is asked (default: 4)")
    parser.add_argument("--orders", type=int, help="orders in a round (default: 300)")
    parser.add_argument("--seconds", type=int, help="how long lists are asked (default: 15)")
    parser.add_argument("--pages", type=int, default=10, help="list pages a second (default: 10)")
    options = parser.parse_args(arguments)
    products, rounds, orders, seconds = (300, 2, 40, 3) if options.quick else (3_000, 4, 300, 15)
    options.products = options.products or products
    options.rounds = options.rounds or rounds
    options.orders = options.orders or orders
    options.seconds = options.seconds or seconds
    return options


def _prepare(environment: dict[str, str], *, products: int, carts: int) -> list[dict[str, object]]:
    """Fill the database; the bodies of checkouts, one for each cart."""
    for command in (
        ["migrate", "--verbosity=0"],
        ["generate_catalog", f"--products={products}", "--seed=1"],
        ["load_places", "--verbosity=0"],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env={**environment, "TERM": "dumb"}, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "bench.trade.prepare", str(carts)],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    bodies: list[dict[str, object]] = json.loads(done.stdout)
    return bodies


def _buy(server: Server, bodies: Sequence[dict[str, object]]) -> Stretch:
    return send_all(server.url, "/api/v1/checkout/", bodies, clients=CLIENTS)


def _insert(server: Server, count: int) -> Stretch:
    return send_all(server.url, "/", [{} for _ in range(count)], clients=CLIENTS)


if __name__ == "__main__":
    sys.exit(main())
