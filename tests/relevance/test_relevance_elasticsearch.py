from collections.abc import Sequence

import pytest
from elasticsearch import Elasticsearch

from catalog.search.elastic.engine import ElasticsearchEngine
from tests.elastic_fixtures import elastic, elastic_server, sync

from .corpus import Described
from .ranking import RelevanceContract

__all__ = ["elastic", "elastic_server"]


@pytest.mark.elasticsearch
class TestElasticsearchRelevance(RelevanceContract):
    aim = 0.95

    @pytest.fixture
    def engine(self, elastic: Elasticsearch, corpus: Sequence[Described]) -> ElasticsearchEngine:
        sync()
        return ElasticsearchEngine()
