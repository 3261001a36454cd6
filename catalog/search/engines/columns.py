"""Words looked through in the columns of a listing, one by one."""

from collections.abc import Callable
from typing import Any

from .tiers import Term, Terms


def in_columns(terms: Terms, contains: Callable[[str, str], str], params: dict[str, Any]) -> str:
    """A condition on a listing ``l``: of each demand one term is found. Adds what it needs to ``params``.

    ``contains(text, part)`` is the database's own way to say that; words are letters and digits, so no ``part`` holds
    anything it could take for an operator.
    """
    return " AND ".join(f"({' OR '.join(_found(term, contains, params) for term in demand)})" for demand in terms)


def _found(term: Term, contains: Callable[[str, str], str], params: dict[str, Any]) -> str:
    part = f" {term.word}{' ' if term.whole else ''}"
    name = next((name for name, value in params.items() if value == part), f"part{len(params)}")
    params[name] = part
    return " OR ".join(contains(f"' ' || l.{column} || ' '", f"%({name})s") for column in term.columns)
