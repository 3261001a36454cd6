"""The connection to Elasticsearch, one a process."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, TransportError

from .node import PunctualNode

SECONDS_TO_WRITE = 30.0  # until a write, or a change of the indices, counts as failed


class IndexAway(Exception):
    """Elasticsearch or its index is away, or something else answers in its place; the message says what happened.

    Nothing is known to be wrong with what was sent: send it again later.
    """


def is_configured() -> bool:
    """Whether this shop has an Elasticsearch at all; without one its database answers every search."""
    return bool(settings.ELASTICSEARCH_URL)


def client() -> Elasticsearch:
    """The client of the address in the settings."""
    return _client(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_TIMEOUT)


def patient(client: Elasticsearch) -> Elasticsearch:
    """The same connection, with the time that writes and changes of the indices may take."""
    return client.options(request_timeout=SECONDS_TO_WRITE)


@contextmanager
def away_if_it_fails() -> Iterator[None]:
    """Whatever goes wrong with a request in the block raises ``IndexAway``; so does an answer of another shape."""
    try:
        yield
    except ApiError as error:
        raise IndexAway(f"Elasticsearch refuses: {error}"[:500]) from error
    except TransportError as error:
        raise IndexAway(f"Elasticsearch does not answer: {error}"[:500]) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise IndexAway("The answer is not one of Elasticsearch.") from error


@cache
def _client(url: str, timeout: float) -> Elasticsearch:
    # A search that fails is answered by the database at once, so nothing is tried twice here.
    return Elasticsearch(url, node_class=PunctualNode, request_timeout=timeout, max_retries=0, retry_on_timeout=False)
