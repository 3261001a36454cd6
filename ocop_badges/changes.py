"""Who else must hear that the badge periods of a product changed: whatever keeps a copy of them, such as an index.

A listener registers in ``AppConfig.ready()`` and is called in the transaction that rewrote the periods, so that what
it writes is there if and only if the new periods are. It must not reach outside the database.
"""

from collections.abc import Callable, Sequence

Listener = Callable[[Sequence[int]], None]

_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Call ``listener`` with the ids of products whenever their periods were rewritten; twice registered is once."""
    if listener not in _listeners:
        _listeners.append(listener)


def badge_periods_changed(product_ids: Sequence[int]) -> None:
    for listener in _listeners:
        listener(product_ids)
