"""A rebuild in a process of its own, killed between any two steps; and one beside writers and relays."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from elasticsearch import Elasticsearch

from catalog.models import Product
from catalog.search import rebuilding
from catalog.search.elastic.indices import all_indices, live_index, refresh
from catalog.search.indexing import refresh_listings
from catalog.search.rebuilding import rebuild
from catalog.search.relay import relay_changes
from catalog.search.verifying import compare
from ocop_badges import days
from tests.elastic_fixtures import sync
from tests.factories import list_products, make_pack, make_product

pytestmark = [
    pytest.mark.elasticsearch,
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

ROOT = Path(__file__).resolve().parents[3]
# Ends itself at the n-th call of a step.
KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from catalog.search import rebuilding
command, step, call = sys.argv[1], sys.argv[2], int(sys.argv[3])
rebuilding.BATCH = 3
original, calls = getattr(rebuilding, step), []
def killed(*args, **options):
    calls.append(step)
    if len(calls) == call:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*args, **options)
setattr(rebuilding, step, killed)
call_command(command)
"""


def surroundings() -> Mapping[str, str]:
    """The environment of a process that uses this test's database and indices."""
    database = connection.settings_dict
    user = f"{database['USER']}:{database['PASSWORD']}".rstrip(":")
    return {
        **os.environ,
        "DATABASE_URL": f"postgres://{user}@/{database['HOST']}/{database['NAME']}",
        "DJANGO_SETTINGS_MODULE": "marketplace.settings.development",
        "ELASTICSEARCH_URL": settings.ELASTICSEARCH_URL,
        "ELASTICSEARCH_PREFIX": settings.ELASTICSEARCH_PREFIX,
        "ELASTICSEARCH_TIMEOUT": "20",
    }


@pytest.fixture
def products(elastic: Elasticsearch) -> list[Product]:
    products = [make_product() for _ in range(10)]
    list_products(*products)
    sync()
    return products


BEFORE_THE_SWAP = [
    ("search_rebuild", "create_next", 1),
    ("search_rebuild", "load_documents", 1),
    ("search_rebuild", "send_documents", 1),
    ("search_rebuild", "send_documents", 3),
    ("search_rebuild", "end_loading", 1),
    ("search_rebuild", "compare", 1),
    ("search_rebuild", "swap", 1),
    ("search_rollback", "compare", 1),
    ("search_rollback", "swap", 1),
]
AFTER_THE_SWAP = [("search_rebuild", "catch_up", 1), ("search_rebuild", "_remove_leftovers", 2)]


@pytest.mark.parametrize(("command", "step", "call"), BEFORE_THE_SWAP + AFTER_THE_SWAP)
def test_killed_at_any_step_it_leaves_a_whole_index(
    elastic: Elasticsearch, products: list[Product], command: str, step: str, call: int
) -> None:
    rebuild(client=elastic)
    before = live_index(elastic)
    child = subprocess.run([sys.executable, "-c", KILLED, command, step, str(call)], cwd=ROOT, env=surroundings())
    assert child.returncode == -signal.SIGKILL
    live = live_index(elastic)
    assert live is not None
    assert (live == before) == ((command, step, call) in BEFORE_THE_SWAP)
    Product.objects.filter(pk=products[0].pk).update(is_published=False)
    list_products(products[0], make_product())
    sync()  # whatever was left behind does not keep changes from the live index
    assert elastic.count(index=live)["count"] == 10
    assert compare(client=elastic, index=live).differences == 0
    done = rebuild(client=elastic)  # and the dead process keeps nobody out
    assert compare(client=elastic, index=done.live).differences == 0
    assert {index.name for index in all_indices(elastic)} == {done.live, live}


def test_nothing_is_lost_beside_writers_and_relays(
    elastic: Elasticsearch, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Products change, go and come while one rebuild after another runs and two relays work."""
    monkeypatch.setattr(rebuilding, "BATCH", 5)
    list_products(*(make_product() for _ in range(40)))
    packs = [make_pack(product) for product in products]
    ended, failures = threading.Event(), []

    def until_the_end(work: Callable[[int], object]) -> None:
        turn = 0
        try:
            while not ended.is_set():
                work(turn)
                turn += 1
        except BaseException as error:  # noqa: BLE001 - asserted below
            failures.append(error)
        finally:
            connection.close()

    def price(turn: int) -> None:
        pack = packs[turn % len(packs)]
        with transaction.atomic():
            type(pack).objects.filter(pk=pack.pk).update(price=1_000 + turn)
            refresh_listings([pack.product_id])

    def come_and_go(turn: int) -> None:
        product = products[turn % len(products)]
        with transaction.atomic():
            Product.objects.filter(pk=product.pk).update(is_published=bool(turn // len(products) % 2))
            refresh_listings([product.pk])
        if turn % 5 == 0:
            list_products(make_product())

    def relay(turn: int) -> None:
        relayed = relay_changes(at=days.now().at, limit=7)
        assert relayed.refused == {}
        ended.wait(0.01 if relayed.done else 0.05)

    threads = [
        threading.Thread(target=until_the_end, args=[work], daemon=True) for work in (price, come_and_go, relay, relay)
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in range(4):
            rebuild(client=elastic)
    finally:
        ended.set()
        for thread in threads:
            thread.join(30)
    assert failures == []
    sync()
    live = live_index(elastic)
    refresh(elastic, live)
    assert compare(client=elastic, index=live).differences == 0
