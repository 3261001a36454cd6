"""How far a long piece of work has come, told to whoever watches."""

from collections.abc import Callable

# Called once for each step with what it is and of how many products; what it returns, with how many more are done.
Progress = Callable[[str, int], Callable[[int], object]]


def unwatched(what: str, total: int) -> Callable[[int], object]:
    """The progress of work that nobody watches."""
    return lambda done: None
