from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_producer

from .books import balances, part, sell

pytestmark = pytest.mark.django_db


def paid_out(payout: str = "po_1QabcDEF", *, amount: str = "90000", fees: str = "3000") -> None:
    call_command("stripe_paid_out", payout, "--amount", amount, "--fees", fees, stdout=StringIO())


def test_what_stripe_paid_and_kept_is_booked_once():
    sell(part(make_producer()), method="stripe")
    for _ in range(2):
        paid_out()
    held = balances()
    assert (held["bank"], held["fees"], held["clearing:stripe"]) == (90_000, 3_000, 7_000)


def test_the_same_payout_with_another_amount_is_refused():
    paid_out()
    with pytest.raises(CommandError, match="booked already"):
        paid_out(amount="90001")


@pytest.mark.parametrize("wrong", [{"payout": "tr_12345"}, {"amount": "-5"}, {"fees": "1.5"}])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(CommandError):
        paid_out(**wrong)
    assert balances() == {}
