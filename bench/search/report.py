"""What the rounds came to, as Markdown, with the aims beside. No time fails a bench; it only tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.load import Load

from .index import Index
from .rounds import Contest

ADDED = 6.0  # ms that our answer may take longer than the engine's own
REBUILT = 4_000  # documents a second


@dataclass(frozen=True, slots=True)
class Sized:
    """What was measured at one size: ``indexes`` by engine.

    ``stand_ins``: how often the database went on for Elasticsearch, so that figures of that name are not its own.
    """

    products: int
    indexes: Mapping[str, Index]
    contests: Sequence[Contest]
    stand_ins: int = 0


def of_size(sized: Sized) -> str:
    """Every question on every engine at one size."""
    lines = [
        f"### {sized.products:,} products",
        "",
        "| | engine | p50 ms | p99 ms | req/s | p50 ms | p99 ms | queries | beside: p50 ms | req/s | |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for contest in sized.contests:
        alone, together = contest.ours.alone, contest.ours.together
        cells = [
            contest.question.name, contest.engine, _p50(alone), _p99(alone), _pace(together), _p50(together),
            _p99(together), str(contest.queries),
            " / ".join(_p50(asked.alone) for asked in contest.beside.values()),
            " / ".join(_pace(asked.together) for asked in contest.beside.values()),
            _verdict(contest),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    if sized.stand_ins:
        lines += ["", f"Elasticsearch was too slow {sized.stand_ins} times: the database stood in for it."]
    return "\n".join([*lines, ""])


def of_indexes(sizes: Sequence[Sized]) -> str:
    lines = ["| index | products | documents/s | MB | |", "| --- | --- | --- | --- | --- |"]
    for sized in sizes:
        for engine, index in sized.indexes.items():
            pace = index.pace
            aim = _aim(pace >= REBUILT, f"≥ {REBUILT:,}") if pace is not None and engine == "elasticsearch" else ""
            lines.append(
                f"| {engine} | {sized.products:,} | {'' if pace is None else f'{pace:,.0f}'}"
                f" | {index.size / 1e6:,.0f} | {aim} |"
            )
    return "\n".join([*lines, ""])


def of_growth(sizes: Sequence[Sized]) -> str:
    """The p50 of one client, from the smallest catalogue to the largest."""
    if len(sizes) < 2:
        return ""
    names = " | ".join(f"{sized.products:,}" for sized in sizes)
    lines = [f"| p50 ms | engine | {names} | growth | |", f"| --- | --- | {'--- | ' * len(sizes)}--- | --- |"]
    for contest in sizes[0].contests:
        found = {sized.products: _same(contest, sized) for sized in sizes}
        p50s = {products: _number(other) for products, other in found.items() if other is not None}
        least, most = min(p50s), max(p50s)
        if least == most:
            continue
        growth, of_catalogue = p50s[most] / p50s[least], most / least
        aim = contest.question.growth
        verdict = _aim(growth <= aim, f"≤ {aim}") if aim else _aim(growth < of_catalogue, f"< {of_catalogue:.0f}")
        cells = [f"{p50s[sized.products]:.1f}" if sized.products in p50s else "" for sized in sizes]
        lines.append(f"| {contest.question.name} | {contest.engine} | {' | '.join(cells)} | {growth:.2f} | {verdict} |")
    return "\n".join([*lines, ""])


def _same(contest: Contest, sized: Sized) -> Contest | None:
    key = (contest.question.name, contest.engine)
    return next((other for other in sized.contests if (other.question.name, other.engine) == key), None)


def _number(contest: Contest) -> float:
    return median(load.p50 for load in contest.ours.alone)


def _verdict(contest: Contest) -> str:
    parts = []
    if (added := contest.added_to("straight")) is not None:
        parts.append(f"{added:+.1f} ms {_aim(added <= ADDED, f'≤ {ADDED:.0f}')}")
    for name, label in (("view", "of the view"), ("page", "of its page alone")):
        if (share := contest.share_of(name)) is not None:
            aim = contest.question.share
            parts.append(f"{share:.0%} {label}" + (f" {_aim(share >= aim, f'≥ {aim:.0%}')}" if aim else ""))
    if contest.errors:
        parts.append(f"{contest.errors} FAILED REQUESTS")
    return ", ".join(parts)


def _aim(met: bool, aim: str) -> str:
    return f"{'✓' if met else '✗'} {aim}"


def _p50(loads: Sequence[Load]) -> str:
    return f"{median(load.p50 for load in loads):.1f}"


def _p99(loads: Sequence[Load]) -> str:
    return f"{median(load.p99 for load in loads):.1f}"


def _pace(loads: Sequence[Load]) -> str:
    return f"{median(load.per_second for load in loads):.0f}"
