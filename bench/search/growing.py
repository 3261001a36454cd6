"""Grows a generated catalogue: ``python -m bench.search.growing PRODUCTS [--workers N]`` under the shop's settings.

Generating a million products one by one takes hours. Here the products there are, the base, are copied as often as it
takes, by ``INSERT … SELECT``: producers, products, packs with their stock, pictures, certificates with what happened
to them, badge periods. Every copy has ids, public ids, addresses and names of its own (``naming``), was listed at
another moment of the same day and costs up to a quarter more or less. Where a thing comes from stays, since there are
no more places in a bigger catalogue. What shoppers find is then computed by the shop itself (``refresh_listings``), as
after any change, by one process for each core: its pace is the time a database engine needs for its index.

Prints one line of JSON: ``products`` listed anew and ``seconds`` it took to compute their listings.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from random import Random

import django
from tqdm import tqdm

SEED = "names"
BATCH = 1_000  # listings computed at once, each batch a transaction


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.search.growing", description=__doc__)
    parser.add_argument("products", type=int, help="how many there are to be")
    parser.add_argument("--workers", type=int, default=1, help="processes that compute listings (default: 1)")
    parser.add_argument("--refresh", type=int, nargs=2, metavar=("FIRST", "LAST"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    django.setup()
    if options.refresh:
        refresh(*options.refresh)
        return
    first, last = grow(options.products)
    started = time.perf_counter()
    _refresh_by_workers(first, last, options.workers)
    print(json.dumps({"products": last - first + 1, "seconds": round(time.perf_counter() - started, 3)}))


def grow(products: int) -> tuple[int, int]:
    """Copy the base until there are so many products; the first and the last id of what is new. Without listings."""
    from .copying import Base, copy_of

    base = Base.read()
    first = base.last_product + 1
    missing = products - len(base.products)
    namer = base.namer(Random(SEED))
    whole, rest = divmod(missing, len(base.products))
    sizes = [len(base.products)] * whole + ([rest] if rest else [])
    last = first - 1
    with tqdm(total=missing, desc="Products", unit="", mininterval=5) as bar:
        for number, size in enumerate(sizes, 1):
            last = copy_of(base, number=number, size=size, namer=namer)
            bar.update(size)
    return first, last


def refresh(first: int, last: int) -> None:
    """Compute the listings of the products from one id to another."""
    from django.db import transaction

    from catalog.models import Product
    from catalog.search.indexing import refresh_listings

    ids = list(Product.objects.filter(pk__range=(first, last)).order_by("pk").values_list("pk", flat=True))
    with tqdm(total=len(ids), desc="Listings", unit="", mininterval=5) as bar:
        for start in range(0, len(ids), BATCH):
            with transaction.atomic():
                refresh_listings(ids[start : start + BATCH])
            bar.update(len(ids[start : start + BATCH]))


def _refresh_by_workers(first: int, last: int, workers: int) -> None:
    """Each worker takes a stretch of its own; raises ``CalledProcessError`` where one fails."""
    bounds = [first + (last + 1 - first) * at // workers for at in range(workers + 1)]
    commands = [
        [sys.executable, "-m", "bench.search.growing", "0", "--refresh", str(start), str(end - 1)]
        for start, end in pairwise(bounds)
    ]
    running = [subprocess.Popen(command) for command in commands]
    codes = [process.wait() for process in running]
    for command, code in zip(commands, codes, strict=True):
        if code:
            raise subprocess.CalledProcessError(code, command)


if __name__ == "__main__":
    main()
