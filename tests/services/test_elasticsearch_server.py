"""The private Elasticsearch of the tests: it answers, and a crash loses nothing it has acknowledged."""

from pathlib import Path

import pytest
from elasticsearch import ConnectionError as NoConnection
from elasticsearch import Elasticsearch

from .needed import elasticsearch_node

pytestmark = pytest.mark.elasticsearch


def test_it_survives_a_kill_with_its_data(tmp_path: Path) -> None:
    with elasticsearch_node(tmp_path) as node:
        url = node.url
        client = Elasticsearch(url, max_retries=0)
        assert client.cluster.health()["status"] == "green"
        client.index(index="honey", id="1", document={"name": "mat ong"})
        node.kill()
        with pytest.raises(NoConnection):
            client.get(index="honey", id="1")
        node.start()
        assert node.url == url
        assert client.search(index="honey", query={"match": {"name": "ong"}})["hits"]["total"]["value"] == 1
    with pytest.raises(NoConnection):
        client.get(index="honey", id="1")


def test_two_servers_run_side_by_side(tmp_path: Path) -> None:
    with elasticsearch_node(tmp_path / "one") as one, elasticsearch_node(tmp_path / "two") as two:
        Elasticsearch(one.url).index(index="honey", id="1", document={"name": "mat ong"})
        assert not Elasticsearch(two.url).indices.exists(index="honey")
