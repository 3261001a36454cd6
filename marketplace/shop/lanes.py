"""Checkouts work in lanes, fewer than there are processors: however many there are, pages are answered meanwhile."""

from uuid import UUID

from django.conf import settings
from django.db import connection

_LANES = 20_260  # names these locks among PostgreSQL's advisory ones of two keys


def take_lane(cart_id: UUID) -> None:
    """Wait for the checkouts before this one in its lane, and keep the lane to the end of the transaction.

    First come, first served; a lane is free again however its transaction ends. Before anything is locked: whoever
    waits holds nothing that others want. On SQLite whoever writes waits for the others as it is.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LANES, cart_id.int % settings.CHECKOUTS_AT_ONCE])
