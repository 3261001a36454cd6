"""An Elasticsearch for one test: indices with a prefix of its own on the server ``ELASTICSEARCH_TEST_URL`` names."""

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db.models import F
from elasticsearch import Elasticsearch

from catalog.models import SearchChange
from catalog.search.elastic.client import client, patient
from catalog.search.elastic.indices import (
    all_indices,
    create_next,
    delete_indices,
    end_loading,
    refresh,
    swap,
    writable_indices,
)
from catalog.search.elastic.writing import write_documents

SECONDS_TO_ANSWER = 20.0  # the machine of the tests may be busy; a test of time-outs sets its own


@pytest.fixture
def elastic_server(settings) -> Iterator[Elasticsearch]:
    """The shop has an Elasticsearch, without any index yet."""
    settings.ELASTICSEARCH_URL = os.environ["ELASTICSEARCH_TEST_URL"]
    settings.ELASTICSEARCH_PREFIX = f"test-{uuid4().hex}"
    settings.ELASTICSEARCH_TIMEOUT = SECONDS_TO_ANSWER
    yield client()
    delete_indices(client(), [index.name for index in all_indices(client())])


@pytest.fixture
def elastic(elastic_server: Elasticsearch) -> Elasticsearch:
    """The shop has an Elasticsearch with an empty live index."""
    name = create_next(elastic_server)
    end_loading(elastic_server, name)
    swap(elastic_server, name)
    return elastic_server


def sync() -> None:
    """Send every pending change to the index and let searches see it."""
    pending = dict(SearchChange.objects.pending().values_list("product_id", "version"))
    indices = writable_indices(client())
    refused = write_documents(client=client(), indices=indices, versions=pending)
    assert refused == {}
    SearchChange.objects.filter(pk__in=pending).update(indexed_version=F("version"))
    for name in indices:
        refresh(patient(client()), name)
