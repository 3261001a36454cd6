"""Whether searches are answered by their index: for those who watch the shop, not for those who search."""

from collections.abc import Mapping
from typing import Literal

from elasticsearch import NotFoundError

from .elastic.client import IndexAway, away_if_it_fails, client, is_configured
from .elastic.indices import live_alias

SearchState = Literal["off", "ok", "away", "no index"]

SECONDS_TO_ANSWER = 0.5  # of a check that is made every few seconds


def search_state() -> SearchState:
    """Ask Elasticsearch for a search that finds nothing, past the circuit breaker.

    ``off``: this shop has none. ``no index``: none of this version's mapping, so ``search_rebuild`` has to be run.
    Unless it is ``ok``, the database answers searches.
    """
    if not is_configured():
        return "off"
    try:
        with away_if_it_fails():
            answer = (
                client()
                .options(request_timeout=SECONDS_TO_ANSWER)
                .search(index=live_alias(), size=0, track_total_hits=False, allow_partial_search_results=False)
                .body
            )
            return "ok" if answer["_shards"]["failed"] == 0 and answer["timed_out"] is False else "away"
    except IndexAway as away:
        return "no index" if _names_no_index(away.__cause__) else "away"


def _names_no_index(error: BaseException | None) -> bool:
    """Elasticsearch itself says so; a proxy that finds nothing at the address does not."""
    if not isinstance(error, NotFoundError) or not isinstance(error.body, Mapping):
        return False
    said = error.body.get("error")
    return isinstance(said, Mapping) and said.get("type") == "index_not_found_exception"
