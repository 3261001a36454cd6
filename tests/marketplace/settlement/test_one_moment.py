"""The ledger is verified as it was at one moment, while the shop trades on."""

import threading
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from marketplace.settlement import booking, registry
from marketplace.settlement.models import Transaction
from tests.factories import AT
from tests.racing import copy_to_file, on_database

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def book(key: str) -> None:
    booking.book_capture(key=key, order_id=1, method="vietqr", amount=1_000, at=AT)


def test_what_is_sold_meanwhile_is_not_seen_by_half(tmp_path: Path) -> None:
    file = tmp_path / "shop.sqlite3" if connection.vendor == "sqlite" else None
    book("before")
    if file is not None:
        copy_to_file(file)

    def sell_elsewhere() -> None:
        with on_database(file):
            book("meanwhile")

    def first() -> list[str]:
        assert Transaction.objects.count() == 1
        other = threading.Thread(target=sell_elsewhere)
        other.start()
        other.join(20)
        assert not other.is_alive(), "the shop has to wait"
        return []

    registry.register_check("1", first)
    registry.register_check("2", lambda: [key for (key,) in Transaction.objects.values_list("key") if key != "before"])
    with on_database(file):
        out = StringIO()
        call_command("ledger_verify", stdout=out)
        assert "1 transactions are sound" in out.getvalue()
        assert Transaction.objects.count() == 2
