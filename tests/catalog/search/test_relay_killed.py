"""The relay is killed -9 between any two of its steps; the next one finishes its work, and nothing is lost or doubled.

On PostgreSQL, whose database the killed process can share with the test.
"""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as shop
from django.core.management import call_command
from django.db import connection

from catalog import services
from catalog.models import Product, SearchChange
from catalog.search.elastic.documents import load_documents
from catalog.search.elastic.indices import create_next, live_alias, next_alias
from catalog.search.outbox import LEASE
from catalog.search.relay import relay_changes
from tests.factories import AT, certify, list_products, make_pack, make_producer, make_product
from tests.services.server import ROOT

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.elasticsearch,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# The step after which it dies → the changes that are still pending then, of four.
STEPS = {
    "claiming": 4,
    "claimed": 4,
    "indices known": 4,
    "documents loaded": 4,
    "half the documents written": 4,
    "one of two indices written": 4,
    "written": 4,
    "settling": 4,
    "settled": 0,
}


@pytest.fixture
def changed(elastic: Any) -> dict[str, Product]:
    """An index with three products, another being built with the same; then a change of each kind, not yet told."""
    create_next(elastic)
    seller = make_producer()
    renamed, withdrawn, certified, new = [make_product(producer=seller) for _ in range(4)]
    list_products(renamed, withdrawn, certified)
    assert relay_changes(at=AT).done == 3
    services.update_product(product=renamed, name="Cà phê Mới")
    services.unpublish_product(product=withdrawn)
    certify(certified)
    make_pack(new, on_hand=3)
    list_products(new)
    return {"renamed": renamed, "withdrawn": withdrawn, "certified": certified, "new": new}


def run_until_killed(step: str) -> None:
    stored = connection.settings_dict
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "marketplace.settings.development",
        "DATABASE_URL": f"postgres://{stored['USER']}@/{stored['HOST']}/{stored['NAME']}",
        "ELASTICSEARCH_URL": shop.ELASTICSEARCH_URL,
        "ELASTICSEARCH_PREFIX": shop.ELASTICSEARCH_PREFIX,
        "ELASTICSEARCH_TIMEOUT": str(shop.ELASTICSEARCH_TIMEOUT),
    }
    command = [sys.executable, "-m", "tests.catalog.search.dying_relay", step]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr


def in_index(elastic: Any, alias: str) -> dict[int, Any]:
    elastic.indices.refresh(index=alias)
    hits = elastic.search(index=alias, size=100, query={"match_all": {}}).body["hits"]["hits"]
    return {int(hit["_id"]): hit["_source"] for hit in hits}


def pending() -> int:
    return SearchChange.objects.pending().count()


@pytest.mark.parametrize("step", STEPS)
def test_what_a_killed_relay_left_is_finished_by_the_next(step: str, elastic: Any, changed: dict[str, Product]) -> None:
    run_until_killed(step)
    assert pending() == STEPS[step]
    services.update_product(product=changed["renamed"], name="Cà phê Mới Nữa")  # the shop goes on meanwhile
    services.publish_product(product=changed["withdrawn"])
    services.unpublish_product(product=changed["new"])
    afterwards = datetime.now(UTC) + 2 * LEASE
    while relay_changes(at=afterwards).done:
        pass
    assert pending() == 0
    expected = load_documents(product.pk for product in changed.values())
    assert expected.keys() == {changed[name].pk for name in ("renamed", "withdrawn", "certified")}
    assert in_index(elastic, live_alias()) == expected
    assert in_index(elastic, next_alias()) == expected
    call_command("search_verify", verbosity=0)  # ends the process where it finds a difference


def test_a_change_of_what_a_dead_relay_holds_does_not_wait_for_the_lease(
    elastic: Any, changed: dict[str, Product]
) -> None:
    run_until_killed("claimed")
    soon = datetime.now(UTC)
    assert relay_changes(at=soon).done == 0  # all four are the dead relay's, for a minute
    services.update_product(product=changed["renamed"], name="Cà phê Mới Nữa")
    assert relay_changes(at=soon).done == 1
    assert relay_changes(at=soon + timedelta(minutes=2)).done == 3
