"""Ids as addresses and forms bring them."""

MOST_DIGITS = 18  # of a number that every database takes as an id


def id_of(text: str) -> int | None:
    """The id that somebody sent; None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
