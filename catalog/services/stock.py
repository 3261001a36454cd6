"""Lots that are counted, come in or are taken out while orders reserve and take of them.

What a person looked at is handed in as ``seen``. Each function locks the lot's row, looks at it anew and refuses where
it has changed since: a count of what was there before goods left would bring them back on paper.
"""

from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.models import Pack, Stock
from catalog.search.indexing import refresh_listings

from .writing import save_checked


class Seen(NamedTuple):
    """A lot's figures as somebody saw them; ``reserved`` None: it was not shown."""

    on_hand: int
    reserved: int | None = None


def needs_best_before(pack: Pack) -> bool:
    """Whether a lot of this pack can be sold only with a day: some of its life must be left."""
    return pack.min_remaining_life_days > 0


def check_count(lot: Stock, on_hand: int, *, seen: Seen | None) -> None:
    """Raise ``ValidationError`` (``changed``, ``reserved``) where a locked lot cannot be given this count."""
    if seen is not None:
        _check_seen(lot, seen)
    if on_hand < lot.reserved:
        raise _too_few(lot)


@transaction.atomic
def count_lot(*, stock_id: int, on_hand: int, seen: Seen) -> Stock:
    """Say how many of a lot are there, reserved goods included.

    Raises ``ValidationError`` on ``on_hand``: ``changed`` since it was seen, fewer than are ``reserved``, or no count.
    """
    lot = lock_lot(stock_id)
    try:
        check_count(lot, on_hand, seen=seen)
    except ValidationError as refusal:
        raise ValidationError({"on_hand": refusal}) from None
    _write_count(lot, on_hand)
    return lot


@transaction.atomic
def take_out_lot(*, stock_id: int, seen: Seen) -> int:
    """Take all of a lot out of the stock but what is reserved for orders; returns how many went.

    Raises ``ValidationError`` on ``on_hand``: ``changed`` since it was seen, or ``none-free`` to be taken.
    """
    lot = lock_lot(stock_id)
    try:
        _check_seen(lot, seen)
    except ValidationError as refusal:
        raise ValidationError({"on_hand": refusal}) from None
    count = lot.available
    if count == 0:
        raise ValidationError({"on_hand": ValidationError(_("None of this lot is free."), code="none-free")})
    _write_count(lot, lot.reserved)
    return count


@transaction.atomic
def add_lot(*, pack: Pack, lot: str, best_before: date | None, on_hand: int, on: date) -> Stock:
    """Take a new lot into the stock on that day.

    Raises ``ValidationError``: on ``best_before`` where the pack needs one (``required``) or it has ``passed``; on
    ``lot`` where it is on record with this day (``taken``).
    """
    pack = Pack.objects.select_for_update(no_key=True).get(pk=pack.pk)
    lot = lot.strip()
    if best_before is None and needs_best_before(pack):
        text = _("This pack is sold only with some of its life left: say until when this lot keeps.")
        raise ValidationError({"best_before": ValidationError(text, code="required")})
    if best_before is not None and best_before < on:
        raise ValidationError({"best_before": ValidationError(_("This day has passed."), code="passed")})
    if Stock.objects.filter(pack=pack, lot=lot, best_before=best_before).exists():
        raise _taken()
    added = Stock()
    try:
        with transaction.atomic():
            save_checked(added, {"pack": pack, "lot": lot, "best_before": best_before, "on_hand": on_hand})
    except IntegrityError:  # an operator, who does not lock the pack, added it at the same moment
        raise _taken() from None
    refresh_listings([pack.product_id])
    return added


def lock_lot(stock_id: int) -> Stock:
    """The lot as it is now, held to the end of the transaction."""
    return Stock.objects.select_for_update().get(pk=stock_id)


def _check_seen(lot: Stock, seen: Seen) -> None:
    if seen.on_hand != lot.on_hand or seen.reserved not in (None, lot.reserved):
        raise ValidationError(
            _("Meanwhile this lot has changed: %(count)s are there, %(reserved)s of them reserved. Look again."),
            code="changed",
            params={"count": lot.on_hand, "reserved": lot.reserved},
        )


def _too_few(lot: Stock) -> ValidationError:
    return ValidationError(
        _("%(reserved)s are reserved for orders."), code="reserved", params={"reserved": lot.reserved}
    )


def _taken() -> ValidationError:
    text = _("This lot is on record with this day: set its count instead.")
    return ValidationError({"lot": ValidationError(text, code="taken")})


def _write_count(lot: Stock, on_hand: int) -> None:
    """The count alone; what the database refuses, because more is reserved, is refused in words."""
    lot.on_hand = on_hand
    lot.clean_fields(exclude={"pack", "lot", "best_before", "reserved"})
    try:
        with transaction.atomic():
            lot.save(update_fields=["on_hand"])
    except IntegrityError:
        lot.refresh_from_db()
        raise ValidationError({"on_hand": _too_few(lot)}) from None
    refresh_listings([lot.pack.product_id])
