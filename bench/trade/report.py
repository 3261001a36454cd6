"""What the bench prints."""

from collections.abc import Mapping, Sequence
from statistics import median

from bench.trade.buyers import Stretch


def table(
    own: Sequence[Stretch],
    bare: Sequence[Stretch],
    alone: Stretch,
    beside: Stretch,
    *,
    pace: float,
    aims: Mapping[str, float],
) -> str:
    """Medians over the rounds; each aim with whether it was met."""
    ratio = median(a.percentile(95) / b.percentile(95) for a, b in zip(own, bare, strict=True))
    per_second = median(stretch.per_second for stretch in own)
    slower = beside.percentile(95) / alone.percentile(95)
    lines = [
        "| | p50 ms | p95 ms | a second |",
        "| --- | --- | --- | --- |",
        _row("checkout", own),
        _row("bare insert of the same rows", bare),
        _row("list page", [alone]),
        _row(f"list page beside {pace:.0f} checkouts a second", [beside]),
        "",
        f"Checkout's p95 is {ratio:.1f} × the bare insert's {_verdict(ratio <= aims['ratio'])} ≤ {aims['ratio']:.0f}; "
        f"{per_second:.0f} orders a second {_verdict(per_second >= aims['per_second'])} ≥ {aims['per_second']:.0f}; "
        f"a list page's p95 beside checkouts is {slower:.2f} × that without {_verdict(slower <= aims['lists'])} "
        f"≤ {aims['lists']}.",
    ]
    return "\n".join(lines)


def _row(name: str, stretches: Sequence[Stretch]) -> str:
    p50 = median(stretch.percentile(50) for stretch in stretches)
    p95 = median(stretch.percentile(95) for stretch in stretches)
    return f"| {name} | {p50:.1f} | {p95:.1f} | {median(stretch.per_second for stretch in stretches):.0f} |"


def _verdict(is_met: bool) -> str:
    return "✓" if is_met else "✗"
