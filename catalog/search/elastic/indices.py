"""The indices of the listings: their names, and the aliases that say what each is for.

An index is named ``PREFIX-listings-CODE-NNNNNN``, CODE being that of its mapping, so an index of another mapping can
never be asked or written by mistake. Its aliases say what it is: ``PREFIX-listings-CODE`` the one that is searched,
``…-next`` one being built, ``…-previous`` the one before, kept for a rollback. Writes go to an alias of its own:
Elasticsearch would make up an index for a name that it does not know, but never for an alias.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from elasticsearch import Elasticsearch

from .client import away_if_it_fails, patient
from .documents import mapping, mapping_code

State = Literal["ok", "missing", "other mapping"]

GC_DELETES = "1h"  # how long a deletion refuses older writes; every writer gives up long before
REFRESH_INTERVAL = "1s"
_LOADING = "-1"  # no refresh until all documents are there


@dataclass(frozen=True, slots=True)
class Index:
    """``code`` is that of its mapping, ``aliases`` all it has."""

    name: str
    code: str
    number: int
    aliases: frozenset[str]

    @property
    def is_live(self) -> bool:
        return _family(self.code) in self.aliases

    @property
    def is_next(self) -> bool:
        return f"{_family(self.code)}-next" in self.aliases

    @property
    def is_previous(self) -> bool:
        return f"{_family(self.code)}-previous" in self.aliases


def live_alias() -> str:
    """What searches ask."""
    return _family(mapping_code())


def next_alias() -> str:
    """The index that a rebuild or rollback is preparing."""
    return f"{live_alias()}-next"


def writes_alias(name: str) -> str:
    """What writes to an index are sent to."""
    return f"{name}-writes"


def writable_indices(client: Elasticsearch) -> list[str]:
    """The indices that must hear of every change: the live one first, then the one being built.

    Raises ``IndexAway``.
    """
    with away_if_it_fails():
        found = client.indices.get_alias(name=f"{live_alias()}*").body
        held = {name: index["aliases"] for name, index in sorted(found.items())}
        return [name for alias in (live_alias(), next_alias()) for name in held if alias in held[name]]


def state_of_index(client: Elasticsearch) -> State:
    """Whether there is an index for this version of the shop to ask. Raises ``IndexAway``."""
    indices = all_indices(client)
    if any(index.is_live and index.code == mapping_code() for index in indices):
        return "ok"
    return "other mapping" if any(index.is_live or index.is_previous for index in indices) else "missing"


def live_index(client: Elasticsearch) -> str | None:
    """The name of the index that searches ask. Raises ``IndexAway``."""
    return next((index.name for index in all_indices(client) if index.is_live and index.code == mapping_code()), None)


def all_indices(client: Elasticsearch) -> list[Index]:
    """Every index of this shop's listings, those of other mappings among them, by number. Raises ``IndexAway``."""
    with away_if_it_fails():
        found = client.indices.get_alias(index=f"{settings.ELASTICSEARCH_PREFIX}-listings-*").body
        named = re.compile(rf"{re.escape(settings.ELASTICSEARCH_PREFIX)}-listings-([0-9a-f]{{8}})-(\d{{6,}})")
        held = {name: frozenset(index["aliases"]) for name, index in found.items()}
    indices = [
        Index(name, match[1], int(match[2]), aliases)
        for name, aliases in held.items()
        if (match := named.fullmatch(name))
    ]
    return sorted(indices, key=lambda index: index.number)


def create_next(client: Elasticsearch) -> str:
    """A new empty index that hears of every change from now on; its name. Searches cannot see it before it is swapped.

    It is not refreshed by itself until ``end_loading``. Raises ``IndexAway``.
    """
    client = patient(client)
    numbers = [index.number for index in all_indices(client)]
    name = f"{live_alias()}-{max(numbers, default=0) + 1:06}"
    with away_if_it_fails():
        client.indices.create(
            index=name,
            aliases={next_alias(): {}, writes_alias(name): {}},
            mappings=mapping(),
            settings={
                "number_of_shards": 1,
                "number_of_replicas": settings.ELASTICSEARCH_REPLICAS,
                "refresh_interval": _LOADING,
                "gc_deletes": GC_DELETES,
            },
        )
    return name


def announce_next(client: Elasticsearch, name: str) -> None:
    """Have an index that is there hear of every change from now on. Raises ``IndexAway``."""
    with away_if_it_fails():
        patient(client).indices.put_alias(index=name, name=next_alias())


def withdraw_next(client: Elasticsearch, index: Index) -> None:
    """Let an index hear of nothing any more. Raises ``IndexAway``."""
    with away_if_it_fails():
        patient(client).indices.delete_alias(index=index.name, name=f"{_family(index.code)}-next")


def end_loading(client: Elasticsearch, name: str) -> None:
    """Let an index refresh itself from now on, and once at once. Raises ``IndexAway``."""
    with away_if_it_fails():
        patient(client).indices.put_settings(index=name, settings={"refresh_interval": REFRESH_INTERVAL})
    refresh(client, name)


def refresh(client: Elasticsearch, name: str) -> None:
    """Let searches see all that was written to an index. Raises ``IndexAway``."""
    with away_if_it_fails():
        patient(client).indices.refresh(index=name)


def swap(client: Elasticsearch, name: str) -> None:
    """Make the next index the live one and the live one the previous, in one step. Raises ``IndexAway``.

    Of another mapping too: whatever still runs with that one must not go on asking an index that hears of nothing.
    """
    client = patient(client)
    actions: list[Mapping[str, Any]] = []
    for index in all_indices(client):
        family = _family(index.code)
        if index.name == name:
            actions.append({"add": {"index": name, "alias": family}})
            actions.append({"remove": {"index": name, "alias": f"{family}-next", "must_exist": True}})
        elif index.is_live:
            actions.append({"add": {"index": index.name, "alias": f"{family}-previous"}})
            actions.append({"remove": {"index": index.name, "alias": family}})
        if index.is_previous:
            actions.append({"remove": {"index": index.name, "alias": f"{family}-previous"}})
    with away_if_it_fails():
        client.indices.update_aliases(actions=actions)


def delete_indices(client: Elasticsearch, names: Sequence[str]) -> None:
    """Remove indices; one that is gone already is fine. Raises ``IndexAway``."""
    for name in names:
        with away_if_it_fails():
            patient(client).indices.delete(index=name, ignore_unavailable=True)


def _family(code: str) -> str:
    return f"{settings.ELASTICSEARCH_PREFIX}-listings-{code}"
