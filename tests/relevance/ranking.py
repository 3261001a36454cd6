"""How good the first page of a search is, on every engine.

An engine's test subclasses this, names its aim and supplies the fixture ``engine``, which may ask for ``corpus`` to
find the products stored.
"""

from collections.abc import Callable, Sequence

import pytest

from tests.contracts.searching import Engine

from .corpus import Described, described_products, load_corpus
from .judgements import read_judgements
from .measure import measure


@pytest.mark.django_db
class RelevanceContract:
    aim: float  # nDCG@10, at least

    @pytest.fixture
    def corpus(self) -> Sequence[Described]:
        load_corpus()
        return described_products()

    @pytest.fixture
    def engine(self, corpus: Sequence[Described]) -> Engine:
        raise NotImplementedError

    def test_it_ranks_what_shoppers_mean_first(
        self, engine: Engine, corpus: Sequence[Described], record_property: Callable[[str, object], None]
    ) -> None:
        measured = measure(engine, read_judgements(), corpus)
        record_property("measured", str(measured))
        print(measured.table())  # noqa: T201 - shown by ``python -m tests.relevance``
        assert measured.mean >= self.aim, f"{measured}, less than {self.aim}; the worst:\n{measured.worst()}"
