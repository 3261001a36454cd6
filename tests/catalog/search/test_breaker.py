import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, Event, Lock

import pytest

from catalog.search.breaker import FIRST_PAUSE, LONGEST_PAUSE, Breaker, EngineAway


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Service:
    """What is behind the breaker; it counts who reached it."""

    def __init__(self) -> None:
        self.is_well = True
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if not self.is_well:
            raise EngineAway("It is down.")
        return "answer"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("The service", clock=clock)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture(autouse=True)
def all_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="catalog.search.breaker")


def is_let_through(breaker: Breaker, service: Service) -> bool:
    before = service.calls
    with suppress(EngineAway):
        breaker.call(service)
    return service.calls > before


def test_it_lets_everything_through_while_all_is_well(
    breaker: Breaker, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    assert [breaker.call(service) for _ in range(3)] == ["answer"] * 3
    assert not breaker.is_open
    assert caplog.messages == []


def test_it_opens_at_the_first_failure_and_tries_again_after_a_pause(
    breaker: Breaker, service: Service, clock: Clock
) -> None:
    service.is_well = False
    with pytest.raises(EngineAway, match="It is down"):
        breaker.call(service)
    assert breaker.is_open
    clock.seconds += FIRST_PAUSE - 0.001
    assert not is_let_through(breaker, service)
    clock.seconds += 0.001
    service.is_well = True
    assert breaker.call(service) == "answer"
    assert not breaker.is_open
    assert is_let_through(breaker, service)


def test_its_pauses_double_up_to_the_longest_and_begin_anew(breaker: Breaker, service: Service, clock: Clock) -> None:
    service.is_well = False
    assert is_let_through(breaker, service)
    for pause in (1, 2, 4, 8, 16, 30, 30):
        clock.seconds += pause - 0.001
        assert not is_let_through(breaker, service), pause
        clock.seconds += 0.001
        assert is_let_through(breaker, service), pause
    assert pause == LONGEST_PAUSE
    service.is_well = True
    clock.seconds += LONGEST_PAUSE
    assert is_let_through(breaker, service)
    service.is_well = False
    assert is_let_through(breaker, service)
    clock.seconds += FIRST_PAUSE
    assert is_let_through(breaker, service)


def test_it_logs_one_line_when_it_opens_and_one_when_it_closes(
    breaker: Breaker, service: Service, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    service.is_well = False
    for _ in range(200):
        is_let_through(breaker, service)
        clock.seconds += 0.5
    service.is_well = True
    clock.seconds += LONGEST_PAUSE
    for _ in range(5):
        is_let_through(breaker, service)
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("WARNING", "The service is left alone for now; the database answers instead. It is down."),
        ("INFO", "The service answers again."),
    ]


def test_one_of_many_threads_makes_the_trial(breaker: Breaker, service: Service, clock: Clock) -> None:
    service.is_well = False
    is_let_through(breaker, service)
    service.is_well = True
    clock.seconds += FIRST_PAUSE
    threads = 16
    begin, others_are_through = Barrier(threads), Event()
    refused, lock = [0], Lock()

    def slow_trial() -> str:
        assert others_are_through.wait(timeout=10)
        return service()

    def ask() -> bool:
        begin.wait(timeout=10)
        try:
            breaker.call(slow_trial)
        except EngineAway:
            with lock:
                refused[0] += 1
                if refused[0] == threads - 1:
                    others_are_through.set()
            return False
        return True

    with ThreadPoolExecutor(threads) as pool:
        outcomes = [future.result() for future in [pool.submit(ask) for _ in range(threads)]]
    assert outcomes.count(True) == service.calls - 1 == 1
    assert not breaker.is_open


def test_a_failure_of_many_at_once_counts_once(
    breaker: Breaker, service: Service, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    service.is_well = False
    threads = 16
    together = Barrier(threads)

    def fail() -> str:
        together.wait(timeout=10)
        return service()

    def ask() -> None:
        with pytest.raises(EngineAway):
            breaker.call(fail)

    with ThreadPoolExecutor(threads) as pool:
        for future in [pool.submit(ask) for _ in range(threads)]:
            future.result()
    assert service.calls == threads
    assert len(caplog.messages) == 1
    clock.seconds += FIRST_PAUSE
    assert is_let_through(breaker, service)


def test_an_answer_from_before_it_opened_does_not_close_it(breaker: Breaker, service: Service) -> None:
    def overtaken_by_a_failure() -> str:
        service.is_well = False
        is_let_through(breaker, service)
        return "answer"

    assert breaker.call(overtaken_by_a_failure) == "answer"
    assert breaker.is_open


def test_a_failure_from_before_it_closed_does_not_open_it(breaker: Breaker, service: Service, clock: Clock) -> None:
    def overtaken_by_a_failure_and_its_end() -> str:
        service.is_well = False
        is_let_through(breaker, service)
        service.is_well = True
        clock.seconds += FIRST_PAUSE
        assert is_let_through(breaker, service)
        raise EngineAway("from before")

    with pytest.raises(EngineAway, match="from before"):
        breaker.call(overtaken_by_a_failure_and_its_end)
    assert not breaker.is_open


def test_another_exception_says_nothing_and_leaves_the_trial_to_the_next(
    breaker: Breaker, service: Service, clock: Clock
) -> None:
    def stumble() -> str:
        raise ValueError("a bad cursor")

    with pytest.raises(ValueError, match="a bad cursor"):
        breaker.call(stumble)
    assert not breaker.is_open
    service.is_well = False
    is_let_through(breaker, service)
    clock.seconds += FIRST_PAUSE
    with pytest.raises(ValueError, match="a bad cursor"):
        breaker.call(stumble)
    assert breaker.is_open
    assert is_let_through(breaker, service)
