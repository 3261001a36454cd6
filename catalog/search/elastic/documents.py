"""What the index holds of a product: its listing, and its badge periods as ranges of days.

Nothing in a document depends on the day it is asked: stars begin and end by the ranges, goods spoil by the last day of
sale. So a document is out of date only when a fact changes, never because time went by.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from json import dumps
from typing import Any, Final

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from elasticsearch.dsl import Date, DateRange, Document, InnerDoc, Keyword, Long, MetaField, Nested, Text

from catalog.models import Listing
from ocop_badges.models import BadgePeriod

# The columns of a listing with its words; they arrive folded and split by spaces, so the analyser is to change nothing.
WORD_FIELDS: Final = (
    "name_exact",
    "name_folded",
    "name_joined",
    "own_former_place_folded",
    "producer_folded",
    "place_folded",
    "kind_folded",
    "other_former_place_folded",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _words() -> Text:
    """Whether a word is there is all that counts: no frequencies, no lengths, no positions."""
    return Text(
        analyzer="whitespace", norms=False, index_options="docs", index_prefixes={"min_chars": 1, "max_chars": 10}
    )


class Period(InnerDoc):
    """``days`` is half open: from the first day with stars to the first without."""

    days = DateRange(format="yyyy-MM-dd")
    stars = Long()


class ListingDocument(Document):
    """Ids are primary keys; ``listed_at`` counts microseconds, ``size`` letters of the name, ``price`` đồng."""

    id = Long()
    listed_at = Long()
    name_sort = Keyword()
    size = Long()
    price = Long()
    sellable_until = Date(format="yyyy-MM-dd")
    producer = Keyword()
    province = Keyword()
    industry = Keyword()
    product_set = Keyword()
    name_exact = _words()
    name_folded = _words()
    name_joined = _words()
    own_former_place_folded = _words()
    producer_folded = _words()
    place_folded = _words()
    kind_folded = _words()
    other_former_place_folded = _words()
    periods = Nested(Period)

    class Meta:
        dynamic = MetaField("strict")


def mapping() -> dict[str, Any]:
    """The mapping of an index of listings."""
    described: dict[str, Any] = ListingDocument._doc_type.mapping.to_dict()
    return described


def mapping_code() -> str:
    """Eight characters that change whenever the mapping does: they are part of every index's name."""
    return sha256(dumps(mapping(), sort_keys=True).encode()).hexdigest()[:8]


def load_documents(product_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The documents of those of the products that are listed, by product id. Two queries."""
    ids = list(product_ids)
    if not ids:
        return {}
    periods: dict[int, list[dict[str, Any]]] = {product_id: [] for product_id in ids}
    for product_id, stars, starts_on, ends_on in (
        BadgePeriod.objects.filter(_is_one_of("product_id", ids))
        .order_by("product_id", "starts_on")
        .values_list("product_id", "stars", "starts_on", "ends_on")
    ):
        days = {"gte": starts_on.isoformat(), "lt": ends_on.isoformat()}
        periods[product_id].append({"days": days, "stars": stars})
    columns = ("product_id", "listed_at", "name_sort", "price", "sellable_until", "producer_id", "province_id",
               "industry_id", "product_set_id", *WORD_FIELDS)  # fmt: skip
    return {
        row[0]: _document(row, periods[row[0]])
        for row in Listing.objects.filter(_is_one_of("product_id", ids)).order_by("pk").values_list(*columns)
    }


def _is_one_of(column: str, ids: Collection[int]) -> RawSQL:
    """The ids as text: as a thousand parameters they would take longer than the query itself."""
    numbers = ", ".join(str(int(number)) for number in ids)
    return RawSQL(f"{column} IN ({numbers})", (), output_field=BooleanField())  # noqa: S611 - only checked numbers


def microseconds(instant: datetime) -> int:
    """Since 1970, exactly."""
    elapsed = instant - _EPOCH
    return (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds


def instant(microseconds: int) -> datetime:
    """``microseconds`` the other way round."""
    return _EPOCH + timedelta(microseconds=microseconds)


def _document(row: tuple[Any, ...], periods: list[dict[str, Any]]) -> dict[str, Any]:
    (
        product_id, listed_at, name_sort, price, sellable_until, producer, province, industry, product_set, *words,
    ) = row  # fmt: skip
    document = {
        "id": product_id,
        "listed_at": microseconds(listed_at),
        "name_sort": bytes(name_sort).decode(),
        "price": price,
        "sellable_until": sellable_until.isoformat() if sellable_until else None,
        "producer": str(producer),
        "province": str(province),
        "industry": str(industry),
        "product_set": str(product_set),
        "periods": periods,
        **dict(zip(WORD_FIELDS, words, strict=True)),
    }
    document["size"] = len(document["name_folded"])
    return document
