from collections.abc import Sequence
from datetime import datetime
from typing import Self

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Stock
from ocop_badges.rows import fetch_rows, places_for

from .items import OrderItem


class StockHoldQuerySet(models.QuerySet["StockHold"]):
    def held_at(self, at: datetime, *, stock_ids: Sequence[int], ignoring_order: int | None = None) -> dict[int, int]:
        """How much of each lot unpaid orders hold at that instant, but for one order (its id), by the lot's id.

        An end in the past holds nothing, by itself. A lot of which nothing is held is absent.
        """
        if not stock_ids:
            return {}
        values = [*stock_ids, connection.ops.adapt_datetimefield_value(at)]
        ignoring = ""
        if ignoring_order is not None:
            ignoring = f"AND item_id NOT IN (SELECT id FROM {OrderItem._meta.db_table} WHERE order_id = %s)"  # noqa: S608
            values.append(ignoring_order)
        rows = fetch_rows(
            f"""
            SELECT stock_id, SUM(quantity) FROM {StockHold._meta.db_table}
            WHERE stock_id IN ({places_for(stock_ids)}) AND released_at IS NULL AND expires_at > %s {ignoring}
            GROUP BY stock_id
            """,  # noqa: S608 - names of our own tables
            values,
        )
        return {stock_id: int(quantity) for stock_id, quantity in rows}

    def reserved(self) -> Self:
        """Those of confirmed orders, counted in the stock row's ``reserved``, until they are packed or given back."""
        return self.filter(released_at=None, expires_at=None, packed_at=None)

    def unreleased(self) -> Self:
        return self.filter(released_at=None)


class StockHold(models.Model):
    """So many of one lot, kept for one item of an order.

    With ``expires_at`` it holds until then, beside the stock row. Confirmed, it has none and stands in the row's
    ``reserved``; packed, it has left ``on_hand`` too. Released, it counts nowhere.
    """

    item = models.ForeignKey(OrderItem, on_delete=models.CASCADE, related_name="holds")
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="holds")
    quantity = models.PositiveIntegerField(_("quantity"))
    expires_at = models.DateTimeField(_("holds until"), null=True, blank=True)
    packed_at = models.DateTimeField(_("packed at"), null=True, blank=True)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    objects = StockHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("goods held")
        verbose_name_plural = _("goods held")
        constraints = [
            models.CheckConstraint(name="stock_hold_is_of_something", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="stock_hold_is_packed_only_when_confirmed",
                condition=Q(packed_at__isnull=True) | Q(expires_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["item", "stock"], condition=Q(released_at=None), name="stock_hold_is_one_row_an_item_and_lot"
            ),
        ]
        indexes = [
            models.Index(fields=["stock", "expires_at"], condition=Q(released_at=None), name="stock_hold_of_a_lot")
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.stock_id}"
