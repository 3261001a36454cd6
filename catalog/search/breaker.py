"""A circuit breaker: whom to leave alone for a while after it failed, so that nobody waits for it in vain."""

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple, TypeVar

Answer = TypeVar("Answer")

FIRST_PAUSE = 1.0  # seconds without a try after the first failure; doubled with each trial that fails
LONGEST_PAUSE = 30.0

_log = logging.getLogger(__name__)


class EngineAway(Exception):
    """The engine did not answer, or nothing that can be believed; the message says what happened."""


class _Turn(NamedTuple):
    """A call that was let through: in which state of the breaker, and whether all depends on it."""

    state: int
    is_trial: bool


class Breaker:
    """Lets calls through until one fails; then, after a pause, one alone to see whether it goes well again.

    One line is logged when it opens and one when it closes. Calls that began before the state changed change nothing
    any more, whatever comes of them. Safe among threads. ``clock`` tells seconds that never go back.
    """

    def __init__(self, name: str, *, clock: Callable[[], float] = monotonic) -> None:
        self._name = name
        self._clock = clock
        self._lock = threading.Lock()
        self._state = 0  # counts changes; odd while open
        self._pause = FIRST_PAUSE
        self._next_trial_at = 0.0
        self._is_on_trial = False

    @property
    def is_open(self) -> bool:
        return self._state % 2 == 1

    def call(self, action: Callable[[], Answer]) -> Answer:
        """What ``action`` returns. Raises ``EngineAway`` where it does, and at once while the breaker is open.

        Any other exception says nothing about the engine and passes through.
        """
        turn = self._enter()
        try:
            answer = action()
        except EngineAway as away:
            self._failed(turn, away)
            raise
        except BaseException:
            self._gave_up(turn)
            raise
        self._succeeded(turn)
        return answer

    def _enter(self) -> _Turn:
        with self._lock:
            if not self.is_open:
                return _Turn(self._state, is_trial=False)
            if self._is_on_trial or self._clock() < self._next_trial_at:
                raise EngineAway(f"{self._name} failed a moment ago.")
            self._is_on_trial = True
            return _Turn(self._state, is_trial=True)

    def _failed(self, turn: _Turn, away: EngineAway) -> None:
        with self._lock:
            if turn.state != self._state:
                return
            if turn.is_trial:
                self._is_on_trial = False
                self._pause = min(self._pause * 2, LONGEST_PAUSE)
            else:
                self._state += 1
                self._pause = FIRST_PAUSE
            self._next_trial_at = self._clock() + self._pause
        if not turn.is_trial:
            _log.warning("%s is left alone for now; the database answers instead. %s", self._name, away)

    def _gave_up(self, turn: _Turn) -> None:
        """A trial that came to no conclusion: the next call is one."""
        if turn.is_trial:
            with self._lock:
                self._is_on_trial = False

    def _succeeded(self, turn: _Turn) -> None:
        if not turn.is_trial:
            return
        with self._lock:
            self._is_on_trial = False
            self._state += 1
        _log.info("%s answers again.", self._name)
