"""How well an engine ranks: nDCG of the first ten hits, query by query, against the judgements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, log2
from statistics import fmean

from catalog.search.query import ListingQuery
from tests.contracts.searching import Engine
from tests.factories import DAY

from .corpus import Described
from .judgements import Grades, Query

DEPTH = 10  # hits that count: about what a phone shows before a shopper gives up
WORST = 10  # queries told of when an engine misses its aim


@dataclass(frozen=True, slots=True)
class Score:
    """How an engine answered one query. ``hits`` are the names shown, each with its grade."""

    query: Query
    value: float
    ideal: Sequence[int]
    hits: Sequence[tuple[str, int]]

    def __str__(self) -> str:
        shown = ", ".join(f"{name} ({grade})" for name, grade in self.hits[:5]) or "nothing"
        wanted = "".join(map(str, self.ideal)) or "nothing"
        return f"{self.value:.3f}  {self.query.kind:10}  “{self.query.text}”  best {wanted}; got {shown}"


@dataclass(frozen=True, slots=True)
class Measurement:
    """An engine's scores; ``mean`` is the nDCG@10 it is known by."""

    engine: str
    scores: Sequence[Score]

    @property
    def mean(self) -> float:
        return fmean(score.value for score in self.scores)

    def __str__(self) -> str:
        return f"nDCG@{DEPTH} {self.engine} {self.mean:.3f} over {len(self.scores)} queries"

    def worst(self, count: int = WORST) -> str:
        """The lowest scores, a line each."""
        return "\n".join(str(score) for score in sorted(self.scores, key=lambda score: score.value)[:count])

    def table(self) -> str:
        """Every score, a line each in the order of the judgements, then the mean of each kind of query."""
        kinds = dict.fromkeys(score.query.kind for score in self.scores)
        by_kind = {kind: [score.value for score in self.scores if score.query.kind == kind] for kind in kinds}
        means = [f"{fmean(values):.3f}  {kind} ({len(values)})" for kind, values in by_kind.items()]
        return "\n".join([*map(str, self.scores), "", *means, "", str(self)])


def measure(engine: Engine, queries: Iterable[Query], products: Sequence[Described]) -> Measurement:
    """Ask every query as a shopper does: first page, by relevance, no filter."""
    return Measurement(engine.name, [_score(engine, query, query.grades(products)) for query in queries])


def _score(engine: Engine, query: Query, grades: Grades) -> Score:
    cards = engine.search(ListingQuery(text=query.text, day=DAY, page_size=DEPTH)).cards
    found = [grades.get(card.product_id, 0) for card in cards]
    return Score(
        query=query,
        value=ndcg(found, grades.values()),
        ideal=sorted(grades.values(), reverse=True)[:DEPTH],
        hits=[(card.name, grade) for card, grade in zip(cards, found, strict=True)],
    )


def ndcg(found: Sequence[int], relevant: Iterable[int]) -> float:
    """Normalised discounted cumulative gain: 1 for the best order there is, 0 for nothing relevant.

    ``found`` are the grades of the hits in their order, ``relevant`` the grades of all there is to be found. Where
    that is nothing, finding nothing is right and anything else wrong.
    """
    ideal = _gain(sorted(relevant, reverse=True))
    return _gain(found) / ideal if ideal else float(not found)


def _gain(grades: Sequence[int]) -> float:
    return fsum((2**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades[:DEPTH], start=1))
