"""The ladders of relevance (``catalog.search.engines.tiers``) as Elasticsearch clauses.

These are plain dicts: a text makes some two hundred clauses, which as objects of ``elasticsearch.dsl`` would take
milliseconds to build. The rest of a query is built with that (``queries``).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from elasticsearch.dsl.query import Query

from catalog.search.engines.tiers import Ladder, Match, Term
from catalog.search.query import SearchText

Clause = dict[str, Any]


class Clauses(Query):
    """Ready-made clauses as a query, all of which must match."""

    name = "bool"

    def __init__(self, clauses: Sequence[Clause]) -> None:
        super().__init__()
        self._clauses = clauses

    def to_dict(self) -> Clause:
        return _all_of(self._clauses)


class Tiers(Query):
    """Scores a document by the best tier of a ladder that it matches: see ``score_of``."""

    name = "dis_max"

    def __init__(self, ladder: Ladder, text: SearchText) -> None:
        super().__init__()
        self._ladder = ladder
        self._text = text

    def to_dict(self) -> Clause:
        tiers = [
            {"constant_score": {"filter": _all_of(found), "boost": score_of(tier, self._ladder)}}
            for tier, match in enumerate(self._ladder.tiers, self._ladder.first_tier)
            if (found := clauses(match, self._text))
        ]
        return {"dis_max": {"queries": tiers}}


def score_of(tier: int, ladder: Ladder) -> int:
    """The score of a tier: the best tier of a ladder has the highest, what matches ``anywhere`` only has 0."""
    return ladder.first_tier + len(ladder.tiers) - tier


def tier_of(score: float, ladder: Ladder) -> int:
    """The tier that has a score: ``score_of`` the other way round."""
    return ladder.first_tier + len(ladder.tiers) - int(score)


def clauses(match: Match, text: SearchText) -> list[Clause]:
    """One clause for each word of the text."""
    return [_any_of(_found(terms)) for terms in match.terms(text)]


def _found(terms: Iterable[Term]) -> list[Clause]:
    whole: dict[str, list[str]] = {}
    others: list[Clause] = []
    for term in terms:
        for column in term.columns:
            if term.whole:
                whole.setdefault(column, []).append(term.word)
            else:
                others.append({"prefix": {column: term.word}})
            if term.near:
                # Rewritten so, all words one letter away count; the default stops at the best fifty.
                others.append({"fuzzy": {column: {"value": term.word, "fuzziness": 1, "rewrite": "constant_score"}}})
    return [{"terms": {column: words}} for column, words in whole.items()] + others


def _all_of(clauses: Sequence[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else {"bool": {"filter": clauses}}


def _any_of(clauses: Sequence[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses}}
