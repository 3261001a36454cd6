"""``search_verify`` finds each kind of difference between a real index and the database, and mends it."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from elasticsearch import Elasticsearch

from catalog.models import Listing, Product, SearchChange
from catalog.search import verifying
from catalog.search.elastic.documents import load_documents
from catalog.search.elastic.indices import create_next, end_loading, swap, writable_indices
from catalog.search.elastic.reading import stored_documents
from catalog.search.elastic.writing import send_documents
from catalog.search.outbox import record_changes
from catalog.search.verifying import compare
from tests.elastic_fixtures import sync
from tests.factories import certify, list_products, make_product

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]


def index_of(elastic: Elasticsearch) -> str:
    return writable_indices(elastic)[0]


@pytest.fixture
def products(elastic: Elasticsearch) -> list[Product]:
    """Twelve listed products, all of them in the index, the last with stars."""
    products = [make_product() for _ in range(12)]
    list_products(*products)
    certify(products[-1])
    sync()
    return products


@pytest.fixture(params=[1_000, 3])
def batch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """One stretch of ids that holds all products, or several with several pages each."""
    monkeypatch.setattr(verifying, "BATCH", request.param)
    monkeypatch.setattr("catalog.search.elastic.reading.PAGE", request.param - 1)


def verify(*options: str) -> tuple[int, str]:
    """The exit status and all that was printed."""
    out = StringIO()
    try:
        call_command("search_verify", *options, stdout=out, stderr=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def write(elastic: Elasticsearch, product_id: int, version: int, document: dict[str, Any] | None) -> None:
    """As a writer would that does not know better."""
    documents = {} if document is None else {product_id: document}
    send_documents(client=elastic, indices=[index_of(elastic)], versions={product_id: version}, documents=documents)


def is_missing(elastic: Elasticsearch, product: Product) -> None:
    elastic.delete(index=index_of(elastic), id=str(product.pk), version=1, version_type="external_gte")


def is_too_many(elastic: Elasticsearch, product: Product) -> None:
    Listing.objects.filter(pk=product.pk).delete()


def is_of_no_product(elastic: Elasticsearch, product: Product) -> None:
    write(elastic, 10**9, 5, {**load_documents([product.pk])[product.pk], "id": 10**9})


def is_old(elastic: Elasticsearch, product: Product) -> None:
    record_changes([product.pk])
    SearchChange.objects.filter(pk=product.pk).update(indexed_version=2)


def was_given_up(elastic: Elasticsearch, product: Product) -> None:
    record_changes([product.pk])
    SearchChange.objects.filter(pk=product.pk).update(is_dead=True)


def is_newer(elastic: Elasticsearch, product: Product) -> None:
    write(elastic, product.pk, 9, {**load_documents([product.pk])[product.pk], "price": 1})


def has_other_content(elastic: Elasticsearch, product: Product) -> None:
    write(elastic, product.pk, 1, {**load_documents([product.pk])[product.pk], "price": 1})


def is_not_recorded(elastic: Elasticsearch, product: Product) -> None:
    SearchChange.objects.filter(pk=product.pk).delete()


@pytest.mark.usefixtures("batch")
@pytest.mark.parametrize("at", [2, 10])
@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (is_missing, "missing"),
        (is_too_many, "too many"),
        (is_of_no_product, "too many"),
        (is_old, "old version"),
        (was_given_up, "old version"),
        (is_newer, "newer version"),
        (has_other_content, "other content"),
        (is_not_recorded, "not recorded"),
    ],
)
def test_it_finds_a_difference_and_mends_it(
    elastic: Elasticsearch, products: list[Product], spoil: Any, kind: str, at: int
) -> None:
    spoil(elastic, products[at])
    found = compare(client=elastic, index=index_of(elastic))
    assert found.counts == {kind: 1}
    assert [(one.kind, one.product_id) for one in found.first] == [
        (kind, 10**9 if spoil is is_of_no_product else products[at].pk)
    ]
    mended = compare(client=elastic, index=index_of(elastic), repair=True)
    assert (mended.differences, mended.repaired) == (0, 0 if spoil is is_not_recorded else 1)
    again = compare(client=elastic, index=index_of(elastic))
    assert again.differences == 0
    assert stored_documents(elastic, index_of(elastic), [10**9]) == {}


@pytest.mark.usefixtures("batch")
def test_an_index_like_the_database_has_no_difference(elastic: Elasticsearch, products: list[Product]) -> None:
    found = compare(client=elastic, index=index_of(elastic))
    assert (found.products, found.differences, found.pending) == (12, 0, 0)


def test_the_command_names_products_and_counts_kinds(elastic: Elasticsearch, products: list[Product]) -> None:
    is_missing(elastic, products[0])
    has_other_content(elastic, products[1])
    status, said = verify()
    assert status == 1
    assert f"missing: {products[0].slug}, id {products[0].pk}" in said
    assert f"other content: {products[1].slug}, id {products[1].pk} (price)" in said
    assert "1 missing, 1 other content" in said
    status, said = verify("--repair")
    assert (status, "2 repaired" in said) == (0, True)
    assert verify()[0] == 0


def test_it_shows_twenty_and_counts_the_others(elastic: Elasticsearch) -> None:
    products = [make_product() for _ in range(23)]
    list_products(*products)
    SearchChange.objects.update(indexed_version=1)
    status, said = verify()
    assert (status, said.count("missing: "), "… and 3 more" in said, "23 missing" in said) == (1, 20, True, True)


def test_what_waits_in_the_outbox_is_no_difference(elastic: Elasticsearch, products: list[Product]) -> None:
    record_changes([products[0].pk])
    late = make_product()
    list_products(late)
    status, said = verify()
    assert (status, "no difference" in said, "2 waiting" in said) == (0, True, True)


def test_repair_sends_what_waits_too(elastic: Elasticsearch, products: list[Product]) -> None:
    late = make_product()
    list_products(late)
    Product.objects.filter(pk=products[0].pk).update(is_published=False)
    list_products(products[0])
    assert verify("--repair")[0] == 0
    assert not SearchChange.objects.pending().exists()
    assert set(stored_documents(elastic, index_of(elastic), [late.pk, products[0].pk])) == {late.pk}


def test_what_cannot_be_mended_is_named_with_the_reason(
    elastic: Elasticsearch, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    is_missing(elastic, products[3])

    def strange(ids: Any) -> dict[int, dict[str, Any]]:
        return {pid: {**found, "colour": "red"} for pid, found in load_documents(ids).items()}

    monkeypatch.setattr("catalog.search.elastic.writing.load_documents", strange)
    status, said = verify("--repair")
    assert status == 1
    assert f"missing: {products[3].slug}" in said
    assert "[colour]" in said
    assert "search_rebuild" in said


def test_a_change_made_while_it_looks_is_no_difference(
    elastic: Elasticsearch, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the database's page and the index's, a product changes and the relay sends it."""
    load = verifying.load_documents
    changed: list[int] = []

    def load_and_change(ids: Any) -> Any:
        documents = load(ids)
        if not changed:
            changed.append(products[4].pk)
            Listing.objects.filter(pk=products[4].pk).update(price=77)
            record_changes(changed)
            sync()
        return documents

    monkeypatch.setattr(verifying, "load_documents", load_and_change)
    assert compare(client=elastic, index=index_of(elastic)).differences == 0
    assert changed


def test_a_change_made_while_it_looks_closely_is_no_difference(
    elastic: Elasticsearch, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent and noted as done, too, between the two closer looks."""
    load, calls = verifying.load_documents, []
    is_old(elastic, products[4])

    def load_and_change(ids: Any) -> Any:
        documents = load(ids)
        calls.append(ids)
        if len(calls) == 2:
            Listing.objects.filter(pk=products[4].pk).update(price=77)
            record_changes([products[4].pk])
            sync()
        return documents

    monkeypatch.setattr(verifying, "load_documents", load_and_change)
    assert compare(client=elastic, index=index_of(elastic)).differences == 0
    assert len(calls) == 2


def test_it_says_that_there_is_no_index(elastic_server: Elasticsearch) -> None:
    with pytest.raises(CommandError, match=r"There is no search index\. Run search_rebuild\."):
        verify()


def test_it_says_that_the_index_has_another_mapping(elastic: Elasticsearch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.search.elastic.indices.mapping_code", lambda: "0badc0de")
    with pytest.raises(CommandError, match=r"built for another mapping\. Run search_rebuild\."):
        verify()


def test_it_says_that_elasticsearch_is_away(settings: Any) -> None:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="does not answer"):
        verify()


def test_it_says_that_there_is_no_elasticsearch(settings: Any) -> None:
    settings.ELASTICSEARCH_URL = ""
    with pytest.raises(CommandError, match="ELASTICSEARCH_URL is not set"):
        verify()


def test_it_verifies_the_live_index_and_no_other(elastic: Elasticsearch, products: list[Product]) -> None:
    following = create_next(elastic)
    end_loading(elastic, following)
    assert verify()[0] == 0
    swap(elastic, following)
    assert verify()[0] == 1
