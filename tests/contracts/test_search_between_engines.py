"""What one engine answers means the same to the other, so that one may take over between two pages."""

from typing import Any

import pytest

from catalog.models import Province
from catalog.search.engines import database_engine
from catalog.search.indexing import refresh_listings
from catalog.search.query import FACETS, ORDERINGS, Filters, Hits, ListingQuery, OrderingName
from tests.elastic_fixtures import elastic, elastic_server, sync
from tests.factories import DAY, certify, make_pack, make_producer, make_product

from .pages import PagesContract
from .searching import Engine, in_kind, listed
from .test_search_elasticsearch import SyncedEngine

__all__ = ["elastic", "elastic_server"]

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db, pytest.mark.usefixtures("elastic")]

TEXTS = [
    "ca phe", "cà phê", "caphe", "ca fe", "kaphe", "rang", "lam dong", "ca phe lam dong", "ruou", "rượu ngô", "ngo r",
    "hop tac xa", "do uong", "beverages", "mac ka", "machca", "đu", "du", "c", "ca phe rin rin", "phe ca", "qqq",
]  # fmt: skip


def asked(text: str | None, ordering: OrderingName | None, **more: Any) -> ListingQuery:
    return ListingQuery(text=text, ordering=ordering, day=DAY, page_size=2, **more)


def names(hits: Hits) -> list[str]:
    return [card.name for card in hits.cards]


def of_all_sorts() -> None:
    """Products with equal and missing keys in every ordering, found by every tier."""
    PagesContract().eleven()
    son_la = make_producer(name="Hợp tác xã Cà phê", province=Province.objects.get(code="14"))
    listed("Rượu ngô", "Rượu Cà phê", producer=son_la, product_set=in_kind("ruou-trang"))
    listed("Cà phê Rin", "Cà phê", "Caphe rang", "Ca phê rang xay", "Mắc ca", "Macca", "Mach ca")
    for price, stars in ((1000, 3), (1000, 5), (2000, 4)):
        product = make_product(name=f"Cà phê {stars}")
        make_pack(product, price=price, on_hand=1)
        certify(product, stars=stars)
    refresh_listings()


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_the_engines_may_take_turns_between_pages(ordering: OrderingName) -> None:
    of_all_sorts()
    engines: list[Engine] = [SyncedEngine(), database_engine()]
    for text in ("ca phe", "mac ka") if ordering == "relevance" else (None, "ca phe"):
        expected = names(database_engine().search(ListingQuery(text=text, ordering=ordering, day=DAY, page_size=100)))
        assert len(expected) > 2
        for first in (0, 1):
            shown: list[str] = []
            cursor, turn = None, first
            while True:
                hits = engines[turn % 2].search(asked(text, ordering, cursor=cursor))
                assert hits.total == len(expected)
                shown += names(hits)
                if hits.next is None:
                    break
                cursor, turn = hits.next, turn + 1
            assert shown == expected
            back = names(hits)
            while hits.previous is not None:
                turn += 1
                hits = engines[turn % 2].search(asked(text, ordering, cursor=hits.previous))
                back = names(hits) + back
            assert back == expected


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_the_engines_give_the_very_same_cursors(ordering: OrderingName) -> None:
    of_all_sorts()
    text = "ca phe" if ordering == "relevance" else None
    one, other = (engine.search(asked(text, ordering)) for engine in (SyncedEngine(), database_engine()))
    assert one.next is not None
    assert one.next == other.next


def test_the_engines_find_the_same_in_the_same_order() -> None:
    of_all_sorts()
    sync()
    engine = SyncedEngine()
    for text in TEXTS:
        one, other = (
            e.search(ListingQuery(text=text, day=DAY, page_size=100, facets=True)) for e in (engine, database_engine())
        )
        assert names(one) == names(other), text
        assert (one.total, one.relation, one.facets) == (other.total, other.relation, other.facets), text
        assert engine.suggest(text, lang="vi", limit=10) == database_engine().suggest(text, lang="vi", limit=10), text


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"stars": (3, 5)},
        {"stars": (4,), "certified": True},
        {"stars": (4,), "certified": False},
        {"certified": False, "in_stock": False},
        {"in_stock": True, "price_max": 1500},
        {"price_min": 1500, "certified": True},
        {"province": ("14", "68"), "stars": (3, 4)},
        {"province": ("14",), "industry": ("food",)},
        {"industry": ("food", "beverages"), "product_set": ("ruou-trang",), "province": ("14",)},
        {"industry": ("food",), "product_set": ("ruou-trang",)},
    ],
)
@pytest.mark.parametrize("text", [None, "ca phe"])
def test_the_engines_count_the_same_facets(text: str | None, filters: dict[str, Any]) -> None:
    of_all_sorts()
    ids = {
        "province": lambda code: Province.objects.get(code=code).pk,
        "industry": lambda code: in_kind("ruou-trang" if code == "beverages" else "ca-phe-ca-cao").industry_id,
        "product_set": lambda code: in_kind(code).pk,
    }
    chosen = Filters(**{
        name: tuple(map(ids[name], values)) if name in ids else values for name, values in filters.items()
    })  # fmt: skip
    for ordering in ("newest", "-stars"):
        query = ListingQuery(text=text, filters=chosen, ordering=ordering, day=DAY, page_size=100, facets=True)
        one, other = SyncedEngine().search(query), database_engine().search(query)
        assert names(one) == names(other)
        assert one.total == other.total == len(one.cards)
        assert one.facets == other.facets
        assert set(one.facets) == set(FACETS)
