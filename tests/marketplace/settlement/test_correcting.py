"""A correction moves money between accounts, says who did it and why, and leaves the ledger whole."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Producer
from marketplace.accounts.models import User
from marketplace.settlement.models import LedgerEntry, Transaction
from marketplace.settlement.periods import parse_period
from marketplace.settlement.statements import statement_of
from tests.factories import AT, make_producer

from .books import part, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def producer(clock: Any) -> Producer:
    """Somebody who has sold something, so that there is a ledger."""
    clock(AT)
    User.objects.create_user("ke.toan@example.vn", is_staff=True, first_name="An", last_name="Lê")
    producer = make_producer()
    sell(part(producer))
    return producer


def correct(*, key: str = "fee", by: str = "ke.toan@example.vn", **more: Any) -> None:
    asked = {"debit": "losses", "credit": "commission", "amount": "20000", "reason": "Phí tính  hai lần", **more}
    call_command("correct_ledger", key, "--by", by, *(f"--{name}={value}" for name, value in asked.items()))


def test_it_is_booked_once_with_the_reason_and_who_did_it(producer: Producer) -> None:
    before = LedgerEntry.objects.of_producer(producer.pk).of_account("payable").balance()
    for _twice in range(2):
        correct(credit="payable", producer=producer.public_id)
    written = Transaction.objects.get(kind="correction")
    assert written.note.startswith("Phí tính hai lần – ")
    assert "Lê" in written.note
    assert LedgerEntry.objects.of_producer(producer.pk).of_account("payable").balance() == before - 20_000
    assert LedgerEntry.objects.of_account("losses").balance() == 20_000
    line = [
        each
        for each in statement_of(producer=producer, period=parse_period(f"{AT:%Y-%m}")).lines
        if each.kind == "correction"
    ]
    assert [(each.amount, each.about) for each in line] == [(20_000, written.note)]
    call_command("ledger_verify")


@pytest.mark.parametrize(
    "wrong",
    [
        {"debit": "deposits"},
        {"credit": "refunds-due"},
        {"credit": "losses"},
        {"credit": "payable"},
        {"amount": "0"},
        {"amount": "-1"},
        {"reason": " "},
        {"reason": "x" * 250},
        {"producer": "000000000000"},
        {"by": "khach@example.vn"},
    ],
    ids=str,
)
def test_what_is_no_correction_is_refused_and_writes_nothing(producer: Producer, wrong: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        correct(**wrong)
    assert not Transaction.objects.filter(kind="correction").exists()


def test_a_key_stands_for_one_correction(producer: Producer) -> None:
    correct()
    with pytest.raises(CommandError, match="already"):
        correct(amount="1")
    assert Transaction.objects.filter(kind="correction").count() == 1
