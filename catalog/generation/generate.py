"""Makes a whole catalogue: the programme's proportions, nobody's real products."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.db import connection, transaction

from catalog.models import Commune, FormerProvince, Producer, Product, ProductSet, Province
from ocop_badges.days import start_of
from ocop_badges.errors import DomainError
from ocop_badges.models import Regulation
from ocop_badges.rules import add_months

from .certificates import MONTHS_BACK, Registrar
from .drafts import Drafter, Known, ProducerDraft
from .pictures import draw_pictures
from .writing import BATCH, write


@dataclass(frozen=True, slots=True)
class Made:
    producers: int
    products: int


@transaction.atomic
def generate_catalog(
    *,
    products: int,
    seed: int,
    on: date,
    pictures: bool = False,
    progress: Callable[[int], object] = lambda products: None,
) -> Made:
    """Fill an empty catalogue with ``products`` products as they could stand on the day ``on``.

    All or nothing, and the same arguments always make the same rows (primary keys aside). ``pictures`` draws a few
    for each product set, shared by its products. ``progress`` is told of every batch how many products it had.
    Raises ``DomainError`` where there are producers or products already, or where ``on`` is so early that no
    regulation held when the oldest certificates would have been issued.
    """
    if Product.objects.exists() or Producer.objects.exists():
        raise DomainError(
            "This database has products or producers already; a generated catalogue is never mixed with others. "
            "Give it a database of its own, with DATABASE_URL.",
            code="catalog-not-empty",
        )
    regulations = list(Regulation.objects.order_by("-in_force_from", "-id"))
    earliest = add_months(min(regulation.in_force_from for regulation in regulations), MONTHS_BACK)
    if on < earliest:
        raise DomainError(f"The day must be {earliest} or later.", code="too-early")
    rng = Random(seed)  # noqa: S311 - not a secret: the same seed is to make the same catalogue
    known = Known(
        provinces={province.code: province for province in Province.objects.all()},
        former_provinces=_former_provinces(),
        product_sets={product_set.code: product_set for product_set in ProductSet.objects.all()},
        communes={
            (commune.province.code, commune.name): commune for commune in Commune.objects.select_related("province")
        },
        pictures=draw_pictures(seed=seed) if pictures else {},
    )
    drafter = Drafter(rng, on=on, known=known, registrar=Registrar(rng, on=on, regulations=regulations))
    made_producers = 0
    for batch in _batches(drafter.producers(products)):
        write(batch, until=start_of(on) - timedelta(seconds=1))
        made_producers += len(batch)
        progress(sum(len(draft.products) for draft in batch))
    _tell_the_planner()
    return Made(producers=made_producers, products=products)


def _tell_the_planner() -> None:
    """Let the database look at what it holds now: after such a load its plans would still be those for empty tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _former_provinces() -> dict[str, list[FormerProvince]]:
    former: dict[str, list[FormerProvince]] = {}
    for province in FormerProvince.objects.select_related("province").order_by("id"):
        former.setdefault(province.province.code, []).append(province)
    return former


def _batches(producers: Iterable[ProducerDraft]) -> Iterator[list[ProducerDraft]]:
    batch: list[ProducerDraft] = []
    size = 0
    for producer in producers:
        batch.append(producer)
        size += len(producer.products)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
