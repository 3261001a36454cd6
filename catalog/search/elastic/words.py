"""The ladders of relevance (``catalog.search.engines.tiers``) as Elasticsearch clauses.

Plain dicts: a text makes hundreds of clauses, which as objects of ``elasticsearch.dsl`` would take longer to build than
Elasticsearch takes to answer.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from catalog.search.engines.tiers import Ladder, Match, Term
from catalog.search.folding import BEGINS
from catalog.search.query import SearchText

Clause = dict[str, Any]


def clauses(match: Match, text: SearchText) -> list[Clause]:
    """What must all match; nothing can where it is empty."""
    return [_any_of(_found(terms)) for terms in match.terms(text)]


def tiers(ladder: Ladder, text: SearchText) -> Clause:
    """Scores a document by the best tier of a ladder that it matches: see ``score_of``."""
    return {
        "dis_max": {
            "queries": [
                {"constant_score": {"filter": _all_of(found), "boost": score_of(tier, ladder)}}
                for tier, match in enumerate(ladder.tiers, ladder.first_tier)
                if (found := clauses(match, text))
            ]
        }
    }


def score_of(tier: int, ladder: Ladder) -> int:
    """The score of a tier: the best tier of a ladder has the highest, what matches ``anywhere`` only has 0."""
    return ladder.last_tier - tier


def tier_of(score: float, ladder: Ladder) -> int:
    """The tier that has a score: ``score_of`` the other way round."""
    return ladder.last_tier - int(score)


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
                others.append({"fuzzy": {column: _near(term.word)}})
    return [{"terms": {column: words}} for column, words in whole.items()] + others


def _near(word: str) -> dict[str, Any]:
    # Rewritten so, all words one letter away count; the default stops at the best fifty. Where a name begins is no
    # letter that may be wrong.
    return {
        "value": word,
        "fuzziness": 1,
        "prefix_length": 1 if word.startswith(BEGINS) else 0,
        "rewrite": "constant_score",
    }


def _all_of(clauses: Sequence[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else {"bool": {"filter": clauses}}


def _any_of(clauses: Sequence[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses}}
