"""A process that dies between two steps: at the n-th border of a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.db.transaction import Atomic


class Crash(BaseException):
    """The process is gone. What was committed stays; nobody catches this."""


@dataclass
class Borders:
    """How many were passed."""

    passed: int = 0


@contextmanager
def crashing(border: int | None) -> Iterator[Borders]:
    """Within the block, die once, at the border of this number, counted from 0: before a transaction begins, or right
    after one was committed. None lives on.
    """
    enter, leave = Atomic.__enter__, Atomic.__exit__
    borders = Borders()

    def pass_border() -> None:
        borders.passed += 1
        if borders.passed - 1 == border:
            raise Crash

    def dying_enter(self: Atomic) -> None:
        pass_border()
        enter(self)

    def dying_leave(self: Atomic, kind: Any, *rest: Any) -> None:
        leave(self, kind, *rest)
        if kind is None:
            pass_border()

    with mock.patch.object(Atomic, "__enter__", dying_enter), mock.patch.object(Atomic, "__exit__", dying_leave):
        yield borders
