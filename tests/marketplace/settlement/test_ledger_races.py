"""One booking told by many at once, on a real PostgreSQL: written once, and nobody gets an error."""

import pytest
from django.db import transaction

from marketplace.settlement import booking
from marketplace.settlement.models import LedgerEntry, Transaction
from tests.factories import AT
from tests.racing import outcomes_of

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_a_capture_told_by_twenty_at_once_is_booked_once():
    def tell() -> None:
        with transaction.atomic():
            booking.book_capture(key="capture:1", order_id=1, method="vietqr", amount=130_000, at=AT)

    assert outcomes_of([tell] * 20) == {"done": 20}
    assert Transaction.objects.count() == 1
    assert LedgerEntry.objects.all().balances() == {"clearing:vietqr": 130_000, "deposits": -130_000}
