"""Listings in the order of relevance, as SQL: of few hits all are ranked, of many only as many as a page shows."""
# ruff: noqa: S608 - only fixed text and checked numbers are pasted into SQL; all else is a parameter

from collections.abc import Callable, Sequence
from typing import Any, Final

from ocop_badges.cursors import Cursor

from .conditions import from_where
from .tiers import Reading, Terms

Condition = Callable[[Sequence[Terms], dict[str, Any]], str]  # that any matches; adds what it needs to parameters

MANY: Final = 2_000  # hits from which on tiers are tried one by one
SIZE: Final = "LENGTH(l.name_folded)"


def rank_all(reading: Reading, found: str, matches: Condition, params: dict[str, Any]) -> str:
    """A query of the listings ``found`` (tables and tests), each with its tier and the length of its name."""
    cases = "".join(f" WHEN {matches([terms], params)} THEN {tier}" for tier, terms in reading.tiers())
    tier = f"CASE{cases} ELSE {reading.ladder.last_tier} END" if cases else str(reading.ladder.last_tier)
    return f"SELECT l.product_id, {tier} AS tier, {SIZE} AS size FROM {found}"


def rank_page(
    reading: Reading,
    tables: str,
    tests: Sequence[str],
    matches: Condition,
    cursor: Cursor | None,
    limit: int,
    params: dict[str, Any],
) -> str:
    """The same for the next ``limit`` listings only: a tier is tried only where those before it do not fill the page.

    ``tests`` are the filters without the text.
    """
    backwards = cursor is not None and cursor.backwards
    tiers = [*reading.tiers(), (reading.ladder.last_tier, reading.anywhere)]
    better: list[Terms] = []
    stretches = []
    for tier, terms in tiers:
        not_better = [f"NOT {matches(better, params)}"] if better else []
        stretches.append((tier, [matches([terms], params), *tests, *not_better]))
        better.append(terms)
    parts: list[str] = []
    sizes: list[str] = []
    for tier, conditions in stretches[:: -1 if backwards else 1]:
        after = []
        if cursor is not None:
            at, size, product_id = cursor.key
            if tier != at and (tier < at) != backwards:  # type: ignore[operator]
                continue
            if tier == at:
                params |= {"after_size": size, "after_id": product_id}
                after = [f"({SIZE}, l.product_id) {'<' if backwards else '>'} (%(after_size)s, %(after_id)s)"]
        is_needed = [f"{' + '.join(sizes)} < {limit}"] if sizes else []
        name, way = f"tier{tier}", " DESC" if backwards else ""
        parts.append(
            f"{name} AS MATERIALIZED (SELECT l.product_id, {tier} AS tier, {SIZE} AS size"
            f" FROM {from_where(tables, [*is_needed, *after, *conditions])}"
            f" ORDER BY {SIZE}{way}, l.product_id{way} LIMIT {limit})"
        )
        sizes.append(f"(SELECT COUNT(*) FROM {name})")
    if not parts:
        return f"SELECT l.product_id, 0 AS tier, 0 AS size FROM {tables} WHERE 1 = 0"
    names = [part.split(" ", 1)[0] for part in parts]
    together = " UNION ALL ".join(f"SELECT product_id, tier, size FROM {name}" for name in names)
    return f"WITH {', '.join(parts)} {together}"
