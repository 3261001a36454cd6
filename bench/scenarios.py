"""What is asked of the servers, and what we aim at beside the floor."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

LIST = "/api/v1/products/"
PAGE_SIZE = 24
DEEP_PAGE = 500
SLUGS = 300

# Typed as people do: without accents, with them, half a word, a place, a former province.
TEXTS = (
    "mat ong", "ca phe", "gạo nếp", "nuoc mam", "tra", "che shan", "thịt trâu gác bếp", "buoi da xanh", "tinh dau que",
    "dien bien", "bac kan", "hop tac xa minh", "rượu", "macca", "hat dieu rang muoi", "mien dong",
)  # fmt: skip

Beside = Literal["same", "alike", "detail", "none"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Paths asked in turn. ``beside``: what the floor answers meanwhile, and so what ``aim`` (a share) is of.

    ``same``: the same bytes; ``alike``: the same path, in its own way; ``detail``: its detail pages.
    """

    name: str
    paths: Sequence[str]
    beside: Beside = "same"
    aim: float | None = None


@dataclass(frozen=True, slots=True)
class Samples:
    """What there is to ask for: codes of big provinces, slugs of products, and how many listings there are."""

    provinces: Sequence[str]
    slugs: Sequence[str]
    listings: int


def scenarios(samples: Samples, *, cursor_of_page: Callable[[int], str]) -> list[Scenario]:
    """What is asked for. ``cursor_of_page`` finds the cursor that a page begins after."""
    deep = min(DEEP_PAGE, max(2, samples.listings // PAGE_SIZE))
    details = [f"{LIST}{slug}/" for slug in samples.slugs]
    return [
        Scenario("list, newest", [LIST], aim=0.40),
        Scenario(f"list, page {deep}", [_list(cursor=cursor_of_page(deep))], aim=0.40),
        Scenario("list, -stars", [_list(ordering="-stars")], aim=0.40),
        Scenario("list, filters + facets", filtered(samples.provinces), aim=0.40),
        Scenario("list, text", [_list(q=text) for text in TEXTS], beside="alike", aim=0.40),
        Scenario("detail", details, aim=0.30),
        Scenario("badge JSON", [f"/badges/{slug}.json" for slug in samples.slugs], beside="detail", aim=0.50),
        Scenario("badge SVG", [f"/badges/{slug}.svg" for slug in samples.slugs], beside="none"),
        Scenario("badge PNG", [f"/badges/{slug}.png" for slug in samples.slugs], beside="none"),
    ]


def walk_to(page: int, *, get_json: Callable[[str], dict[str, Any]]) -> str:
    """The cursor that a page of the newest listings begins after, found by following ``next``."""
    rows_before = (page - 1) * PAGE_SIZE
    path, cursor = LIST, ""
    while rows_before:
        size = min(100, rows_before)
        path = _list(page_size=str(size), **({"cursor": cursor} if cursor else {}))
        following = get_json(path)["next"]
        if following is None:
            raise ValueError(f"there is no page {page}")
        cursor = dict(pair.split("=", 1) for pair in urlsplit(following).query.split("&"))["cursor"]
        rows_before -= size
    return cursor


def _list(**query: str) -> str:
    return f"{LIST}?{urlencode(query)}"


def filtered(provinces: Sequence[str]) -> list[str]:
    kinds: tuple[dict[str, str], ...] = (
        {"stars": "3,4"},
        {"industry": "food", "in_stock": "true"},
        {"certified": "true", "price_max": "200000"},
    )
    return [_list(province=province, **kind, facets="true") for province, kind in product(provinces, kinds)]


def read_samples(database: Path) -> Samples:
    """The samples of a generated SQLite file; the same every time."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        provinces = connection.execute(
            "SELECT v.code FROM catalog_listing l JOIN catalog_province v ON v.id = l.province_id"
            " GROUP BY v.code ORDER BY COUNT(*) DESC, v.code LIMIT 8"
        ).fetchall()
        slugs = connection.execute(
            "SELECT p.slug FROM catalog_listing l JOIN catalog_product p ON p.id = l.product_id ORDER BY p.slug"
        ).fetchall()
    finally:
        connection.close()
    chosen = Random(1).sample([slug for (slug,) in slugs], min(SLUGS, len(slugs)))
    return Samples([code for (code,) in provinces], chosen, len(slugs))
