"""The connection to Elasticsearch, one a process."""

from functools import cache

from django.conf import settings
from elasticsearch import Elasticsearch


def is_configured() -> bool:
    """Whether this shop has an Elasticsearch at all; without one its database answers every search."""
    return bool(settings.ELASTICSEARCH_URL)


def client() -> Elasticsearch:
    """The client of the address in the settings."""
    return _client(settings.ELASTICSEARCH_URL)


@cache
def _client(url: str) -> Elasticsearch:
    # A search that fails is answered by the database at once, so nothing is tried twice here.
    return Elasticsearch(url, request_timeout=settings.ELASTICSEARCH_TIMEOUT, max_retries=0, retry_on_timeout=False)
