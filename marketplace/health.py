"""What those ask who watch the shop: whether it is alive, whether it is ready, and a few numbers over time."""

from dataclasses import asdict
from secrets import compare_digest

from django.conf import settings
from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from catalog.search.health import SearchState, search_state
from catalog.search.listings import elasticsearch_is_left_alone
from catalog.search.outbox import Backlog, backlog


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: the process answers. Asks nobody else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: what a request needs is there. 503 names what is not.

    The search index is not among it, as the database answers in its place: how it is, and how far it is behind, is
    told all the same.
    """
    search = search_state()
    database, behind = _ask_database(search)
    body: dict[str, object] = {
        "status": "ok" if database == "ok" else "unavailable",
        "checks": {"database": database, "search": search},
    }
    if behind is not None:
        body["outbox"] = asdict(behind)
    return JsonResponse(body, status=200 if database == "ok" else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges in Prometheus's text format, for who has ``METRICS_TOKEN``. Those that are not known now are left out."""
    if settings.METRICS_TOKEN:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode()):
            return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    elif not settings.METRICS_OPEN:
        raise Http404
    search = search_state()
    database, behind = _ask_database(search)
    gauges: dict[str, tuple[str, float]] = {"database_up": ("Whether the database answers", database == "ok")}
    if search != "off":
        gauges["search_up"] = ("Whether the search index answers", search == "ok")
        gauges["search_breaker_open"] = (
            "Whether the process that answered this leaves Elasticsearch alone for now", elasticsearch_is_left_alone()
        )  # fmt: skip
    if behind is not None:
        gauges["search_outbox_pending"] = ("Changes that wait to be sent to the search index", behind.pending)
        gauges["search_outbox_dead"] = ("Changes given up, as the search index refused them", behind.dead)
        gauges["search_outbox_oldest_seconds"] = ("Age of the oldest change that waits", behind.oldest_seconds)
    registry = CollectorRegistry()
    for name, (meaning, value) in gauges.items():
        Gauge(f"cho_ocop_{name}", meaning, registry=registry).set(value)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _ask_database(search: SearchState) -> tuple[str, Backlog | None]:
    """``ok`` or ``away``, and how far the index is behind: None where there is no index, or nobody who knows."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations")
        return "ok", None if search == "off" else backlog()
    except Error:
        return "away", None
