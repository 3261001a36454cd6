"""Two packers of a hub at the same moment: the last box goes into one gift, and a gift is packed once. Real threads."""

from functools import partial
from typing import Any

import pytest
from django.db.models import Sum

from marketplace.hub import packing
from marketplace.hub.models import BoxPart, Supply, SupplyMove
from marketplace.hub.models.supplies import SupplyQuerySet
from marketplace.hub.supplies import add_supplies
from tests.factories import AT, DAY
from tests.racing import outcomes_of, together

from .boxes import Work, open_work, receive_all, send, stock_supplies

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
AT_ONCE = 6


def ready_works(count: int) -> list[Work]:
    """So many orders of one gift box at one hub, of each of which everything has come in."""
    works = [open_work()]
    works += [open_work(with_shop=False, hub=works[0].hub) for _another in range(count - 1)]
    for work in works:
        send(work)
        receive_all(work)
    return works


def pack(work: Work) -> Any:
    return partial(packing.pack_box, job_id=work.job.pk, at=AT, on=DAY)


def left(works: list[Work]) -> tuple[int, int, list[str]]:
    """How many boxes lie there, the sum of what came and went, and how far each gift is."""
    moved = SupplyMove.objects.aggregate(sum=Sum("quantity"))["sum"] or 0
    return Supply.objects.get().on_hand, moved, sorted(work.box.state for work in works)


def test_the_last_box_is_taken_by_one_of_two_packers() -> None:
    works = ready_works(2)
    stock_supplies(works[0].hub, on_hand=1)
    assert outcomes_of([pack(work) for work in works]) == {"done": 1, "supplies-out": 1}
    assert left(works) == (0, -1, ["packed", "placed"])


def test_without_the_lock_both_pack_with_the_last_box(monkeypatch: pytest.MonkeyPatch) -> None:
    works = ready_works(2)
    stock_supplies(works[0].hub, on_hand=1)
    monkeypatch.setattr(SupplyQuerySet, "locked", together(2))
    assert outcomes_of([pack(work) for work in works]) == {"done": 2}
    assert left(works) == (0, -2, ["packed", "packed"])


def test_boxes_that_come_in_meanwhile_are_all_counted() -> None:
    works = ready_works(3)
    supply = stock_supplies(works[0].hub, on_hand=3)
    counts = [partial(add_supplies, supply_id=supply.pk, quantity=5, at=AT) for _one in works]
    assert outcomes_of([*(pack(work) for work in works), *counts]) == {"done": 6}
    assert left(works) == (15, 12, ["packed"] * 3)


def test_one_gift_is_packed_once_however_many_press() -> None:
    (work,) = works = ready_works(1)
    stock_supplies(work.hub)
    assert outcomes_of([pack(work)] * AT_ONCE) == {"done": 1, "wrong-state": AT_ONCE - 1}
    assert left(works) == (9, -1, ["packed"])


def test_the_last_piece_comes_in_once_however_many_press() -> None:
    work = open_work()
    send(work)
    tea = work.parts[0]
    receive = partial(packing.receive_part, part_id=tea.pk, count=1, at=AT)
    outcomes = outcomes_of([receive] * AT_ONCE)
    assert (outcomes["done"], sum(outcomes.values())) == (1, AT_ONCE)
    assert BoxPart.objects.get(pk=tea.pk).received == 1
