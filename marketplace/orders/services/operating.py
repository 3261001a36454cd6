"""What an operator decides in a producer's stead. Who did it and why is written down as an event of the part.

Cancelled, delivered and failed parts have their event anyhow: there an operator calls what everybody calls.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.orders.models import Return
from marketplace.orders.services.returning import decide_return, receive_return
from marketplace.orders.services.steps import write_event


@transaction.atomic
def decide_return_for_producer(*, return_id: int, accept: bool, note: str, at: datetime, by: Any) -> Return:
    """The shopper is told ``note``. Raises as ``decide_return``."""
    request = decide_return(return_id=return_id, accept=accept, reason=note, at=at, by=by)
    told = "return-accepted" if accept else "return-refused"
    write_event(request.fulfilment, at=at, by=by, note=f"{told}: {note}")
    return request


@transaction.atomic
def receive_return_for_producer(
    *, return_id: int, arrived: Mapping[int, tuple[int, int]], note: str, at: datetime, by: Any
) -> Return:
    """``arrived``: for each item's id how many came back, and how many are fit for sale. As ``receive_return``."""
    request = receive_return(return_id=return_id, arrived=arrived, at=at, by=by)
    write_event(request.fulfilment, at=at, by=by, note=f"return-received: {note}")
    return request
