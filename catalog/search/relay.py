"""From the outbox into the search index, a batch at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .elastic.client import IndexAway, client
from .elastic.indices import writable_indices
from .elastic.writing import write_documents
from .outbox import CLAIM, claim_changes, put_back, settle

NO_INDEX = "no index of this mapping: run search_rebuild"


@dataclass(frozen=True, slots=True)
class Relayed:
    """``done`` counts the changes worked off, those ``refused`` among them (product id → reason).

    ``away`` says why nothing could be sent. Without it, ``done == 0`` means that nothing more is due.
    """

    done: int = 0
    refused: Mapping[int, str] = field(default_factory=dict)
    away: str | None = None


def relay_changes(*, at: datetime, limit: int = CLAIM) -> Relayed:
    """Tell the index of the oldest changes that are due. Killed at any point, it is done again, to the same effect.

    The order matters. Versions are claimed before anything else is read, so that a change made afterwards has a higher
    one and stays pending, whatever of it is in the documents. The indices are asked for after the claim: one that a
    rebuild made before it is written too, and one made later reads the changes claimed here from the database itself.
    Settled is only what was written, and in a transaction of its own: none is open while Elasticsearch is waited for.
    """
    batch = claim_changes(at=at, limit=limit)
    if batch is None:
        return Relayed()
    try:
        search = client()
        indices = writable_indices(search)
        if not indices:
            put_back(batch, at=at, error=NO_INDEX)
            return Relayed(away=NO_INDEX)
        refused = write_documents(client=search, indices=indices, versions=batch.versions)
    except IndexAway as error:
        put_back(batch, at=at, error=str(error))
        return Relayed(away=str(error))
    settle(batch, refused=refused, at=at)
    return Relayed(done=len(batch.versions), refused=refused)
