"""``search_rebuild`` and ``search_rollback`` on a real Elasticsearch: nothing is lost, nothing half done is served."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from elasticsearch import Elasticsearch

from catalog.models import Listing, Product, SearchChange
from catalog.search import listings, rebuilding, verifying
from catalog.search.elastic import documents
from catalog.search.elastic.client import IndexAway, client
from catalog.search.elastic.indices import Index, all_indices, create_next, live_index
from catalog.search.elastic.reading import stored_documents
from catalog.search.elastic.writing import send_documents
from catalog.search.engines import database_engine
from catalog.search.one_at_a_time import AnotherIsAtIt, one_at_a_time
from catalog.search.outbox import record_changes
from catalog.search.query import ListingQuery
from catalog.search.rebuilding import rebuild, roll_back
from catalog.search.verifying import compare
from tests.elastic_fixtures import sync
from tests.factories import DAY, certify, list_products, make_product
from tests.services.needed import elasticsearch_node

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]

Change = Callable[[], object]


@pytest.fixture
def products(elastic: Elasticsearch) -> list[Product]:
    """Ten listed products, all in the live index; requests hold three of them."""
    products = [make_product() for _ in range(10)]
    list_products(*products)
    certify(products[-1])
    sync()
    return products


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 3)
    monkeypatch.setattr(verifying, "BATCH", 3)
    monkeypatch.setattr(rebuilding, "PAUSES", (0.01,))


def roles(elastic: Elasticsearch) -> dict[int, str]:
    """What each index is, by its number."""

    def role(index: Index) -> str:
        return " ".join(name for name in ("live", "next", "previous") if getattr(index, f"is_{name}"))

    return {index.number: role(index) for index in all_indices(elastic)}


def differences(elastic: Elasticsearch) -> int:
    return compare(client=elastic, index=live_index(elastic) or "").differences


def run(command: str, *options: str) -> tuple[int, str]:
    """The exit status and all that was printed."""
    out = StringIO()
    try:
        call_command(command, *options, stdout=out, stderr=out)
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def unpublish(product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(is_published=False)
    list_products(product)


def test_it_swaps_and_keeps_the_one_before(elastic: Elasticsearch, products: list[Product]) -> None:
    for number in (2, 3, 4):
        status, said = run("search_rebuild")
        assert status == 0, said
        assert "10 products compared: no difference" in said
        assert roles(elastic) == {number - 1: "previous", number: "live"}
        assert differences(elastic) == 0


def test_the_first_one_needs_nothing_to_be_there(elastic_server: Elasticsearch) -> None:
    list_products(*(make_product() for _ in range(7)))
    SearchChange.objects.all().delete()
    status, said = run("search_rebuild")
    assert (status, "there was none before" in said) == (0, True)
    assert roles(elastic_server) == {1: "live"}
    assert differences(elastic_server) == 0
    assert not SearchChange.objects.pending().exists()
    assert SearchChange.objects.count() == 7


def test_an_empty_shop_has_an_index_too(elastic_server: Elasticsearch) -> None:
    assert run("search_rebuild")[0] == 0
    assert roles(elastic_server) == {1: "live"}


def test_it_settles_what_the_new_index_has(elastic: Elasticsearch, products: list[Product]) -> None:
    record_changes([products[0].pk])
    unpublish(products[1])
    SearchChange.objects.filter(pk=products[1].pk).update(is_dead=True, attempts=10)
    rebuild(client=elastic)
    assert not SearchChange.objects.pending().exists()
    assert differences(elastic) == 0


def test_no_late_write_brings_back_what_went(elastic: Elasticsearch, products: list[Product]) -> None:
    late = documents.load_documents([products[1].pk])
    unpublish(products[1])
    sync()
    done = rebuild(client=elastic)
    send_documents(client=elastic, indices=[done.live], versions={products[1].pk: 1}, documents=late)
    assert stored_documents(elastic, done.live, [products[1].pk]) == {}


STEPS = ("create_next", "load_documents", "send_documents", "end_loading", "compare", "swap", "catch_up")


@pytest.mark.parametrize("is_relayed", [True, False], ids=["relayed", "waiting"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_nothing_that_changes_meanwhile_is_lost(
    elastic: Elasticsearch,
    products: list[Product],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    when: str,
    is_relayed: bool,
) -> None:
    change = _changes_of(products, is_relayed=is_relayed)
    original, calls = getattr(rebuilding, step), []

    def changing(*args: Any, **options: Any) -> Any:
        calls.append(step)
        if len(calls) == 1 and when == "before":
            change()
        done = original(*args, **options)
        if len(calls) == 1 and when == "after":
            change()
        return done

    if step == "send_documents":  # that one runs in a thread, which does not see the test's transaction
        monkeypatch.setattr(rebuilding, "ThreadPoolExecutor", Inline)
    monkeypatch.setattr(rebuilding, step, changing)
    rebuild(client=elastic)
    assert calls
    sync()
    assert differences(elastic) == 0
    assert Listing.objects.count() == 10


class Inline:
    """Sends at once, in the thread that asks."""

    def __init__(self, workers: int) -> None:
        pass

    def __enter__(self) -> "Inline":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, send: Callable[..., None], *args: Any) -> "Future[None]":
        send(*args)
        done: Future[None] = Future()
        done.set_result(None)
        return done


def _changes_of(products: list[Product], *, is_relayed: bool) -> Change:
    """One product gets another name, one goes, one comes."""

    def change() -> None:
        products[0].name = "Tên mới"
        products[0].save()
        list_products(products[0], make_product(name="Vừa có"))
        unpublish(products[8])
        if is_relayed:
            sync()

    return change


def test_leftovers_are_removed_and_other_shops_let_be(
    elastic: Elasticsearch, products: list[Product], settings: Any
) -> None:
    mine = settings.ELASTICSEARCH_PREFIX
    settings.ELASTICSEARCH_PREFIX = f"{mine}-other"
    create_next(elastic)
    settings.ELASTICSEARCH_PREFIX = mine
    create_next(elastic)
    elastic.indices.create(index=f"{mine}-listings-0badc0de-000077")
    try:
        rebuild(client=elastic)
        assert roles(elastic) == {1: "previous", 2: "live"}
        settings.ELASTICSEARCH_PREFIX = f"{mine}-other"
        assert roles(elastic) == {1: "next"}
    finally:
        elastic.indices.delete(index=f"{mine}-other-listings-{documents.mapping_code()}-000001")
        settings.ELASTICSEARCH_PREFIX = mine


@pytest.mark.parametrize("step", STEPS[:5])
@pytest.mark.parametrize(
    ("failure", "status", "told"),
    [
        (IndexAway("It is away."), 1, "It is away. The index that was live is whole and goes on."),
        (DatabaseError("the connection is closed"), 1, "The database failed: the connection is closed"),
        (KeyboardInterrupt(), 130, "Interrupted. The index that was live is whole"),
    ],
    ids=["index", "database", "Ctrl-C"],
)
def test_a_failure_leaves_the_live_index_alone(
    elastic: Elasticsearch,
    products: list[Product],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    failure: BaseException,
    status: int,
    told: str,
) -> None:
    def fail(*args: Any, **options: Any) -> Any:
        raise failure

    monkeypatch.setattr(rebuilding, step, fail)
    ended, said = run("search_rebuild")
    assert (ended, told in said) == (status, True), said
    assert roles(elastic) == {1: "live"}
    monkeypatch.undo()
    assert run("search_rebuild")[0] == 0
    assert differences(elastic) == 0


@pytest.mark.parametrize("step", ["catch_up", "_remove_leftovers"])
def test_a_failure_after_the_swap_is_told_and_mends_itself(
    elastic: Elasticsearch, products: list[Product], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    original = getattr(rebuilding, step)
    is_swapped: list[bool] = []

    def fail_after_swap(*args: Any, **options: Any) -> Any:
        if is_swapped:
            raise IndexAway("It is away.")
        return original(*args, **options)

    swap = rebuilding.swap

    def swap_and_tell(*args: Any) -> None:
        swap(*args)
        is_swapped.append(True)

    monkeypatch.setattr(rebuilding, "swap", swap_and_tell)
    monkeypatch.setattr(rebuilding, step, fail_after_swap)
    status, said = run("search_rebuild")
    assert (status, "The new index is live, but what is left to do failed: It is away." in said) == (1, True), said
    assert roles(elastic) == {1: "previous", 2: "live"}
    monkeypatch.undo()
    assert run("search_rebuild")[0] == 0
    assert roles(elastic) == {2: "previous", 3: "live"}


def test_a_document_that_the_index_refuses_stops_it(
    elastic: Elasticsearch, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    def strange(ids: Any) -> dict[int, dict[str, Any]]:
        loaded = documents.load_documents(ids)
        if products[4].pk in loaded:
            loaded[products[4].pk]["colour"] = "red"
        return loaded

    monkeypatch.setattr(rebuilding, "load_documents", strange)
    status, said = run("search_rebuild")
    assert status == 1
    assert f"product {products[4].pk}: strict_dynamic_mapping_exception" in said
    assert roles(elastic) == {1: "live"}


def test_an_index_that_cannot_be_made_equal_is_not_swapped(
    elastic: Elasticsearch, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_stars(ids: Any) -> dict[int, dict[str, Any]]:
        return {pid: {**found, "periods": []} for pid, found in documents.load_documents(ids).items()}

    monkeypatch.setattr(rebuilding, "load_documents", without_stars)
    monkeypatch.setattr("catalog.search.elastic.writing.load_documents", without_stars)
    status, said = run("search_rebuild")
    assert status == 1
    assert f"other content: {products[9].slug}, id {products[9].pk} (periods)" in said
    assert roles(elastic) == {1: "live"}


def test_a_moment_of_refusal_is_waited_out(
    elastic: Elasticsearch, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [IndexAway("429")]

    def busy(**options: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return send_documents(**options)

    monkeypatch.setattr(rebuilding, "send_documents", busy)
    assert run("search_rebuild")[0] == 0
    assert refusals == []


def test_it_never_builds_more_documents_than_a_few_requests_hold(
    elastic: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While Elasticsearch takes nothing, documents of all the other products are not loaded."""
    list_products(*(make_product() for _ in range(40)))
    loaded: list[int] = []
    sent: list[int] = []
    ahead: list[int] = []

    def send_late(**options: Any) -> dict[int, str]:
        time.sleep(0.3)  # long enough to load everything, if nothing held that back
        sent.append(len(options["versions"]))
        return {}

    def load(ids: Any) -> Any:
        loaded.append(len(ids))
        ahead.append(sum(loaded) - sum(sent))
        return documents.load_documents(ids)

    monkeypatch.setattr(rebuilding, "send_documents", send_late)
    monkeypatch.setattr(rebuilding, "load_documents", load)
    rebuilding._load(elastic, create_next(elastic), rebuilding.unwatched)
    assert sum(loaded) == sum(sent) == 40
    assert max(ahead) <= (rebuilding.SENDERS + rebuilding.AHEAD) * rebuilding.BATCH


def test_a_rollback_catches_up_first(elastic: Elasticsearch, products: list[Product]) -> None:
    rebuild(client=elastic)
    _changes_of(products, is_relayed=True)()
    record_changes([products[3].pk])
    status, said = run("search_rollback")
    assert status == 0, said
    assert "-000001 is live again;" in said
    assert "-000002 was live until now and is kept." in said
    assert roles(elastic) == {1: "live", 2: "previous"}
    assert differences(elastic) == 0
    assert not SearchChange.objects.pending().exists()
    unpublish(products[5])
    assert run("search_rollback")[0] == 0
    assert roles(elastic) == {1: "previous", 2: "live"}
    assert differences(elastic) == 0


def test_a_rollback_that_fails_leaves_the_live_index_alone(
    elastic: Elasticsearch, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild(client=elastic)

    def fail(**options: Any) -> Any:
        raise IndexAway("It is away.")

    monkeypatch.setattr(rebuilding, "compare", fail)
    status, said = run("search_rollback")
    assert (status, "It is away. The index that was live is whole" in said) == (1, True)
    assert roles(elastic) == {1: "previous", 2: "live"}


def test_a_rollback_that_was_killed_leaves_its_index_for_the_next(
    elastic: Elasticsearch, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild(client=elastic)
    monkeypatch.setattr(rebuilding, "_give_up", lambda *args: None)
    monkeypatch.setattr(rebuilding, "compare", lambda **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        roll_back(client=elastic)
    assert roles(elastic) == {1: "next previous", 2: "live"}
    monkeypatch.undo()
    roll_back(client=elastic)
    assert roles(elastic) == {1: "live", 2: "previous"}


def test_without_a_previous_index_there_is_nothing_to_go_back_to(elastic: Elasticsearch) -> None:
    status, said = run("search_rollback")
    assert (status, "There is no previous index to go back to." in said) == (1, True)
    assert roles(elastic) == {1: "live"}


@pytest.fixture
def other_mapping(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Deploy a version of the shop that maps one field otherwise."""

    def deploy() -> None:
        changed = documents.mapping()
        changed["properties"]["size"] = {"type": "integer"}
        monkeypatch.setattr(documents, "mapping", lambda: changed)
        monkeypatch.setattr("catalog.search.elastic.indices.mapping", lambda: changed)

    return deploy


def test_an_index_of_another_mapping_is_never_asked(
    elastic: Elasticsearch, products: list[Product], other_mapping: Callable[[], None]
) -> None:
    everything = ListingQuery(day=DAY)
    assert listings.search(everything).engine == "elasticsearch"
    other_mapping()
    assert listings.search(everything).engine == database_engine().name
    status, said = run("search_verify")
    assert (status, "built for another mapping. Run search_rebuild." in said) == (1, True)


def test_a_rebuild_with_another_mapping_retires_the_old_index(
    elastic: Elasticsearch,
    products: list[Product],
    other_mapping: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever still runs with the old mapping asks the database from then on: its index hears of nothing any more."""
    other_mapping()
    assert run("search_rebuild")[0] == 0
    assert roles(elastic) == {1: "previous", 2: "live"}
    assert differences(elastic) == 0
    status, said = run("search_rollback")
    assert (status, "built for another mapping" in said, "search_rebuild" in said) == (1, True, True)
    unpublish(products[2])
    sync()
    monkeypatch.undo()
    assert live_index(elastic) is None
    assert listings.search(ListingQuery(day=DAY)).engine == database_engine().name
    assert run("search_rollback")[0] == 0  # the old version was deployed again
    assert roles(elastic) == {1: "live", 2: "previous"}
    assert differences(elastic) == 0


@pytest.mark.postgresql
@pytest.mark.parametrize("command", [["search_rebuild"], ["search_rollback"], ["search_verify", "--repair"]])
def test_a_second_one_is_refused_on_postgresql(
    elastic: Elasticsearch, products: list[Product], command: list[str]
) -> None:
    with one_at_a_time():
        status, said = run(*command)
        assert (status, "Another process is rebuilding" in said) == (1, True)
    assert roles(elastic) == {1: "live"}
    assert run("search_rebuild")[0] == 0


@pytest.mark.sqlite
def test_a_second_one_is_refused_on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "is_in_memory_db", lambda: False)
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "shop.sqlite3"))
    with one_at_a_time(), pytest.raises(AnotherIsAtIt), one_at_a_time():
        pass
    with one_at_a_time():
        pass


def test_elasticsearch_may_crash_while_it_is_rebuilt(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with elasticsearch_node(tmp_path) as node:
        settings.ELASTICSEARCH_URL = node.url
        settings.ELASTICSEARCH_TIMEOUT = 20.0
        products = [make_product() for _ in range(10)]
        list_products(*products)
        assert run("search_rebuild")[0] == 0
        sent = []

        def crash(**options: Any) -> dict[int, str]:
            sent.append(options)
            if len(sent) == 3:
                node.kill()
            return send_documents(**options)

        monkeypatch.setattr(rebuilding, "send_documents", crash)
        unpublish(products[0])
        status, said = run("search_rebuild")
        assert (status, "does not answer" in said, "The index that was live is whole" in said) == (1, True, True), said
        assert run("search_verify")[0] == 1
        node.start()
        monkeypatch.setattr(rebuilding, "send_documents", send_documents)
        elastic = client()
        live = live_index(elastic)
        assert live is not None
        assert live.endswith("-000001")
        assert elastic.count(index=live)["count"] == 10
        status, said = run("search_rebuild")
        assert status == 0, said
        assert roles(elastic) == {1: "previous", 2: "live"}
        assert run("search_verify")[0] == 0
