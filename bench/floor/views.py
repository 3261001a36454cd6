"""The floor: what a list and a detail page cost when a plain function asks SQL and writes JSON.

Written by hand for the parameters that the bench uses, and for nothing else: no validation, no English, no page
before a cursor. Shared with the shop are two pure things: how a cursor is signed and how a text is folded. A text is
answered as plain views do it: whatever has all the words, the newest first.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from ocop_badges.cursors import Cursor, KeyValue, decode, encode
from ocop_badges.days import today

from . import sql
from .sql import MAX_COUNT, Found, found_listings

LIST = "/api/v1/products/"
ORDERINGS: dict[str, tuple[str, str, tuple[Any, ...]]] = {  # name → page, rows after a cursor, types of its values
    "newest": (sql.NEWEST, "(l.listed_at, l.product_id) < (%(k0)s, %(k1)s)", (datetime, int)),
    "-stars": (sql.MOST_STARS, "(b.stars, b.product_id) < (%(k0)s, %(k1)s)", ((int, type(None)), int)),
}

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def product_list(request: HttpRequest) -> HttpResponse:
    asked = request.GET.dict()
    day = today()
    found = found_listings(asked, day, vendor=connection.vendor)
    counted = _rows(sql.COUNT.format(where=found.where()), found.parameters)[0][0]
    rows, links = _page(asked, found)
    body: dict[str, Any] = {
        "count": min(counted, MAX_COUNT),
        "count_relation": "eq" if counted <= MAX_COUNT else "gte",
        **links,
    }
    if "facets" in asked:
        body["facets"] = _facets(found)
    body["results"] = [_card(row, day) for row in rows]
    return _json(body)


def product_page(request: HttpRequest) -> HttpResponse:
    """The page alone, nothing counted: one query."""
    asked = request.GET.dict()
    day = today()
    rows, links = _page(asked, found_listings(asked, day, vendor=connection.vendor))
    return _json({**links, "results": [_card(row, day) for row in rows]})


def _page(asked: dict[str, str], found: Found) -> tuple[Sequence[Sequence[Any]], dict[str, str | None]]:
    """The rows of a page, and the links to the pages beside it."""
    size = int(asked.get("page_size", 24))
    ordering = asked.get("ordering", "newest")
    statement, after, kinds = ORDERINGS[ordering]
    cursor = decode(asked["cursor"], ordering=ordering, kinds=kinds) if "cursor" in asked else None
    parameters = {**found.parameters, "limit": size + 1}
    if cursor:
        parameters |= {f"k{at}": _stored(value) for at, value in enumerate(cursor.key)}
    where = found.where(also=after if cursor else "")
    rows = _rows(statement.format(where=where), parameters)
    page = rows[:size]
    return page, {
        "next": _link(asked, ordering, page[-1]) if len(rows) > size else None,
        "previous": _link(asked, ordering, page[0], backwards=True) if cursor and page else None,
    }


def _facets(found: Found) -> dict[str, list[dict[str, Any]]]:
    facets = {}
    for name, statement in sql.FACETS.items():
        rows = _rows(statement.format(where=found.where(without=name)), found.parameters)
        facets[name] = [
            {"value": row[0], "count": row[1]}
            if name == "stars"
            else {"value": row[0], "label": row[1], "count": row[2]}
            for row in rows
        ]
    return facets


def _card(row: Sequence[Any], day: date) -> dict[str, Any]:
    (
        public_id, slug, name, producer_slug, producer, province_code, province, industry_code, industry, set_code,
        product_set, price, sellable_until, file, alt, stars, ends_on, certificate,
    ) = row[:18]  # fmt: skip
    site = settings.SITE_URL
    return {
        "id": public_id,
        "slug": slug,
        "name": name,
        "url": f"{site}/products/{slug}/",
        "producer": {"slug": producer_slug, "name": producer},
        "province": {"code": province_code, "name": province},
        "industry": {"code": industry_code, "name": industry},
        "product_set": {"code": set_code, "name": product_set},
        "price": _money(price),
        "in_stock": sellable_until is not None and sellable_until >= day,
        "image": {"src": f"{site}/media/{file}", "alt": alt or name} if file else None,
        "badge": {
            "stars": stars,
            "valid_until": (ends_on - timedelta(days=1)).isoformat(),
            "certificate": certificate,
            "image": f"{site}/badges/{slug}.svg",
            "verify": f"{site}/verify/{certificate}/",
        }
        if stars
        else None,
    }


def product_detail(request: HttpRequest, slug: str) -> HttpResponse:
    day = today()
    row = _rows(sql.PRODUCT, {"slug": slug, "day": day})[0]
    (
        product, description, origin, ingredients, storage, shelf_life_days, legal_name, address, phone, registration,
        return_policy, season_from, season_to, capacity, capacity_unit,
    ) = row[18:]  # fmt: skip
    parameters = {"product": product, "day": day}
    site = settings.SITE_URL
    stories = _rows(sql.STORY, parameters)
    return _json(
        {
            **_card(row, day),
            "description": description,
            "images": [
                {"src": f"{site}/media/{file}", "alt": alt or row[2]} for alt, file in _rows(sql.IMAGES, parameters)
            ],
            "packs": [_pack(pack) for pack in _rows(sql.PACKS, parameters)],
            "origin": origin,
            "ingredients": ingredients,
            "storage": storage,
            "shelf_life_days": shelf_life_days,
            "seller": {
                "legal_name": legal_name,
                "address": address,
                "phone": phone,
                "registration_number": registration,
            },
            "return_policy": return_policy,
            "certificates": [
                {"name": name, "number": number, "valid_until": valid_until.isoformat()}
                for name, number, valid_until in _rows(sql.QUALITY_CERTIFICATES, parameters)
            ],
            "story": f"{site}/stories/{stories[0][0]}/" if stories else None,
            "bundles": [
                {"slug": bundle, "title": title, "url": f"{site}/gifts/{bundle}/"}
                for bundle, title, *_ in _rows(sql.BUNDLES, parameters)
            ],
            "supply": {
                "season": {"from_month": season_from, "to_month": season_to} if season_from else None,
                "capacity": {"value": _number(capacity), "unit": capacity_unit, "per": "year"},
            },
            "conditions": None,
            "rating": None,
            "inspections": [
                {
                    "kind": kind,
                    "carried_out_on": carried_out_on.isoformat(),
                    "conclusion": conclusion,
                    "open_findings": still_open,
                }
                for kind, carried_out_on, conclusion, still_open in _rows(sql.INSPECTIONS, parameters)
            ],
        }
    )


def _pack(row: Sequence[Any]) -> dict[str, Any]:
    sku, name, value, unit, price, is_on_sale, gtin, has_stock = row
    asked = price if is_on_sale else None
    return {
        "sku": sku,
        "name": name,
        "net_content": {"value": _number(value), "unit": unit},
        "price": _money(asked),
        "in_stock": bool(has_stock and asked is not None),
        "gtin": gtin,
    }


def _number(value: Any) -> int | float:
    return int(value) if value == int(value) else float(value)


def _money(amount: int | None) -> dict[str, Any] | None:
    return None if amount is None else {"amount": amount, "currency": "VND"}


def _link(asked: dict[str, str], ordering: str, row: Sequence[Any], *, backwards: bool = False) -> str:
    key = tuple(_key(value) for value in row[18:])
    query = {name: value for name, value in asked.items() if name != "cursor"}
    query["cursor"] = encode(Cursor(key, backwards=backwards), ordering=ordering)
    return f"{settings.SITE_URL}{LIST}?{urlencode(query)}"


def _key(value: Any) -> KeyValue:
    """SQLite keeps instants in UTC, without saying so."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def _stored(value: KeyValue) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _rows(statement: str, parameters: dict[str, Any]) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[Sequence[Any]] = cursor.fetchall()
    return rows


def _json(body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(_encode(body).encode(), content_type="application/json")
