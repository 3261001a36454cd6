"""What the rounds came to: a table, and the aims beside it. No time fails a bench; it only tells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from .load import Load
from .scenarios import Scenario

MEMORY_AIM = 200  # MB a worker
DEEP_AIM = 1.2  # what a deep page may cost, in first pages


@dataclass(slots=True)
class Result:
    """The rounds of one scenario. ``floor`` has one load for each of ours, or none."""

    scenario: Scenario
    queries: int
    floor_queries: int | None = None
    ours: list[Load] = field(default_factory=list)
    floor: list[Load] = field(default_factory=list)

    @property
    def share(self) -> float | None:
        """Our requests a second as a share of the floor's: the median over the rounds, so that drift cancels."""
        return median_share(self.ours, self.floor)

    @property
    def errors(self) -> int:
        return sum(load.errors for load in (*self.ours, *self.floor))


def median_share(ours: Sequence[Load], floor: Sequence[Load]) -> float | None:
    shares = [own.per_second / other.per_second for own, other in zip(ours, floor, strict=False) if other.per_second]
    return median(shares) if shares else None


def median_share_of_processor(ours: Sequence[Load], floor: Sequence[Load]) -> float | None:
    """What the floor spends on a request as a share of what we do."""
    shares = [other.cpu / own.cpu for own, other in zip(ours, floor, strict=False) if own.cpu and other.cpu]
    return median(shares) if shares else None


def table(results: Sequence[Result]) -> str:
    columns = f"{'req/s':>7}{'p50':>7}{'p99':>7}{'cpu':>7}{'queries':>8}"
    units = f"{'':>7}{'ms':>7}{'ms':>7}{'ms':>7}{'':>8}"
    head = (
        f"{'':<23}{'ours':>7}{'':>29} │{'floor':>7}{'':>29} │{'share':>7}{'of':>7}\n"
        f"{'':<23}{columns} │{columns} │{'req/s':>7}{'cpu':>7}   aim\n"
        f"{'':<23}{units} │{units} │"
    )
    return "\n".join([head, *(_line(result) for result in results)])


def _line(result: Result) -> str:
    line = f"{result.scenario.name:<23}{_loads(result.ours)}{result.queries:>8} │"
    if result.floor and result.share is not None:
        queries = "" if result.floor_queries is None else result.floor_queries
        of_processor = median_share_of_processor(result.ours, result.floor)
        line += f"{_loads(result.floor)}{queries:>8} │{result.share:>7.0%}"
        line += f"{of_processor:>7.0%}" if of_processor is not None else f"{'':>7}"
        if result.scenario.aim is not None:
            line += f"   {_verdict(result.share >= result.scenario.aim)} ≥ {result.scenario.aim:.0%}"
    if result.scenario.beside == "detail":
        line += " of the floor's detail"
    if result.errors:
        line += f"   {result.errors} FAILED REQUESTS"
    return line


def _loads(loads: Sequence[Load]) -> str:
    cpu = [load.cpu for load in loads if load.cpu is not None]
    return (
        f"{median(load.per_second for load in loads):>7.0f}"
        f"{median(load.p50 for load in loads):>7.1f}{median(load.p99 for load in loads):>7.1f}"
        + (f"{median(cpu):>7.2f}" if cpu else f"{'':>7}")
    )


def cost_of_deep_page(first: Result, deep: Result) -> str:
    """How many first pages one deep page costs: the median over the rounds, by both measures."""
    cost = median_share(first.ours, deep.ours)
    of_processor = median_share_of_processor(first.ours, deep.ours)
    if cost is None:
        return ""
    line = f"{deep.scenario.name} costs {cost:.2f} first pages"
    if of_processor is not None:
        line += f", {of_processor:.2f} of processor time"
    return f"{line}   {_verdict(cost <= DEEP_AIM)} ≤ {DEEP_AIM}"


def memory(ours: float | None, floor: float | None) -> str:
    """What the largest worker of each holds, in MB."""
    if ours is None or floor is None:
        return ""
    return f"memory of a worker: {ours:.0f} MB (floor {floor:.0f} MB)   {_verdict(ours < MEMORY_AIM)} < {MEMORY_AIM} MB"


def _verdict(met: bool) -> str:
    return "✓" if met else "✗"


def difference(ours: bytes, floor: bytes) -> str:
    """Where two bodies part, with some bytes around; empty where they do not."""
    if ours == floor:
        return ""
    at = next((n for n, (a, b) in enumerate(zip(ours, floor, strict=False)) if a != b), min(len(ours), len(floor)))
    around = slice(max(0, at - 60), at + 60)
    parts = (body[around].decode(errors="replace") for body in (ours, floor))
    return "at byte {}:\n  ours  {}\n  floor {}".format(at, *parts)
