"""Who is asked what, in which turn, and what came of it."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from bench.dataset import ROOT
from bench.load import Load, Posted, put_under_load

from .asked import Question

Request = tuple[str, str | None]  # a path, and the body to post to it


@dataclass(slots=True)
class Asked:
    """One server and what it is asked for one question: ``steps``, each of one request or several in a row.

    ``alone`` and ``together`` are its rounds: one client that waits for each answer, and several at once.
    """

    url: str
    steps: Sequence[Sequence[Request]]
    alone: list[Load] = field(default_factory=list)
    together: list[Load] = field(default_factory=list)

    def warm_up(self, *, seconds: float) -> None:
        """Fill caches and let compilers do their work; nothing is kept of it."""
        put_under_load(self.url, self._requests, seconds=seconds)

    def take_turn(self, *, seconds: float) -> None:
        self.alone.append(_walk(self.url, self.steps, seconds=seconds))
        load = put_under_load(self.url, self._requests, seconds=seconds)
        self.together.append(replace(load, per_second=load.per_second * len(self.steps) / len(self._requests)))

    @property
    def _requests(self) -> list[str | Posted]:
        return [path if body is None else Posted(path, body) for step in self.steps for path, body in step]

    @property
    def errors(self) -> int:
        return sum(load.errors for load in (*self.alone, *self.together))


@dataclass(slots=True)
class Contest:
    """One question to our shop on one engine, and to what stands beside it.

    Beside Elasticsearch ``straight``: the same searches without us; beside PostgreSQL ``view``: a bare view, and
    ``page``: the same without counting. ``queries`` are the most that one of our answers asked of the database.
    """

    question: Question
    engine: str
    queries: int
    ours: Asked
    beside: Mapping[str, Asked]

    @property
    def competitors(self) -> list[Asked]:
        return [self.ours, *self.beside.values()]

    def take_turns(self, *, seconds: float, ours_first: bool) -> None:
        for competitor in self.competitors if ours_first else reversed(self.competitors):
            competitor.take_turn(seconds=seconds)

    def share_of(self, name: str) -> float | None:
        """Our requests a second as a share of what ``name`` answers: the median over the rounds."""
        if name not in self.beside:
            return None
        pairs = zip(self.ours.together, self.beside[name].together, strict=True)
        shares = [own.per_second / other.per_second for own, other in pairs if other.per_second]
        return median(shares) if shares else None

    def added_to(self, name: str) -> float | None:
        """Milliseconds that our answer takes longer, by medians: the median over the rounds."""
        if name not in self.beside:
            return None
        return median(own.p50 - other.p50 for own, other in zip(self.ours.alone, self.beside[name].alone, strict=True))

    @property
    def errors(self) -> int:
        return self.ours.errors + sum(asked.errors for asked in self.beside.values())


def steps_of(paths: Sequence[str]) -> list[list[Request]]:
    return [[(path, None)] for path in paths]


def _walk(url: str, steps: Sequence[Sequence[Request]], *, seconds: float) -> Load:
    done = subprocess.run(
        [sys.executable, "-m", "bench.search.stopwatch", url, str(seconds)],
        input=json.dumps(steps), cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return Load(**json.loads(done.stdout))
