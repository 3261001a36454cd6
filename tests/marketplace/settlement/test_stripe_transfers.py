"""Payouts by Stripe Connect: our requests against Stripe's own mock, what it may answer against a small fake."""

from collections.abc import Iterator
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
import stripe
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from marketplace.settlement.models import Payout, PayoutRun
from marketplace.settlement.payouts import return_payout
from marketplace.settlement.providers import StripeTransfers, hand_over, providers
from tests.factories import make_producer
from tests.services import stripe_mock
from tests.services.needed import missing

from .books import AFTER, balances, bank, part, run_of, sell

pytestmark = pytest.mark.django_db


class FakeTransfers:
    """Keeps what was sent; ``fails`` is raised by the next request, before or after it has its effect."""

    def __init__(self) -> None:
        self.sent: dict[str, Any] = {}
        self.fails: Exception | None = None
        self.loses_answer = False

    def list(self, params: dict[str, Any]) -> Any:
        found = self.sent.get(params["transfer_group"])
        return SimpleNamespace(data=[found] if found else [])

    def create(self, params: dict[str, Any], options: dict[str, str]) -> Any:
        assert options["idempotency_key"] == params["transfer_group"]
        failure, self.fails = self.fails, None
        if failure is not None and not self.loses_answer:
            raise failure
        made = SimpleNamespace(id=f"tr_{len(self.sent)}", reversed=False, **params)
        self.sent[params["transfer_group"]] = made
        if failure is not None:
            raise failure
        return made


@pytest.fixture
def fake() -> FakeTransfers:
    return FakeTransfers()


@pytest.fixture
def provider(fake: FakeTransfers) -> StripeTransfers:
    return StripeTransfers(client=SimpleNamespace(v1=SimpleNamespace(transfers=fake)))


@pytest.fixture
def run() -> PayoutRun:
    """One payout by Stripe, and one by the bank."""
    cook, farmer = make_producer(), make_producer()
    bank(cook, way="stripe", bank_bin="", number="acct_1032D82eZvKYlo2C")
    bank(farmer)
    sell(part(cook), part(farmer))
    return run_of(ways=("bank", "stripe"))


def by_stripe() -> Payout:
    return Payout.objects.get(account__way="stripe")


def test_a_transfer_is_a_payout_that_is_paid(run, provider, fake):
    hand_over(run=run, to=[provider], at=AFTER)
    payout = by_stripe()
    assert (payout.state, payout.reference, payout.confirmed_at) == ("confirmed", "tr_0", AFTER)
    (sent,) = fake.sent.values()
    assert (sent.amount, sent.currency, sent.destination) == (90_500, "vnd", "acct_1032D82eZvKYlo2C")
    assert Payout.objects.get(account__way="bank").state == "booked"


def test_its_money_leaves_what_stripe_holds_and_comes_back_to_it(run, provider):
    assert (balances()["bank"], balances()["clearing:stripe"]) == (-90_500, -90_500)
    return_payout(payout_id=by_stripe().pk, reason="closed", at=AFTER)
    assert "clearing:stripe" not in balances()


def test_what_was_marked_as_returned_is_not_sent(run, provider, fake):
    listed = list(Payout.objects.to_pay(run).filter(account__way="stripe"))
    return_payout(payout_id=by_stripe().pk, reason="wrong account", at=AFTER)
    assert list(provider.hand_over(run, listed)) == []
    assert fake.sent == {}


def test_what_is_marked_as_returned_while_it_is_sent_is_told_and_stops_nothing(run, provider, fake, monkeypatch):
    create = fake.create

    def create_too_late(params, options):
        made = create(params, options)
        return_payout(payout_id=by_stripe().pk, reason="wrong account", at=AFTER)
        return made

    monkeypatch.setattr(fake, "create", create_too_late)
    (told,) = hand_over(run=run, to=[provider], at=AFTER)
    assert "take tr_0 back" in told.failure
    assert by_stripe().state == "returned"


def test_handed_over_again_nothing_is_sent(run, provider, fake):
    for _ in range(2):
        hand_over(run=run, to=[provider], at=AFTER)
    assert len(fake.sent) == 1


def test_what_stripe_refuses_stays_booked_and_is_sent_by_the_next_run(run, provider, fake):
    fake.fails = stripe.InvalidRequestError("acct_1032D82eZvKYlo2C cannot", "destination", code="account_invalid")
    (told,) = hand_over(run=run, to=[provider], at=AFTER)
    assert told.failure == "InvalidRequestError account_invalid"
    assert by_stripe().state == "booked"
    hand_over(run=run, to=[provider], at=AFTER)
    assert by_stripe().state == "confirmed"


def test_a_transfer_whose_answer_was_lost_is_found_and_not_sent_again(run, provider, fake):
    fake.fails, fake.loses_answer = stripe.APIConnectionError("timed out"), True
    hand_over(run=run, to=[provider], at=AFTER)
    assert by_stripe().state == "booked"
    fake.create = None
    hand_over(run=run, to=[provider], at=AFTER)
    assert (by_stripe().state, by_stripe().reference) == ("confirmed", "tr_0")


def test_a_transfer_that_was_reversed_is_not_taken_for_paid(run, provider, fake):
    payout = by_stripe()
    group = f"payout-{payout.pk}"
    fake.sent[group] = SimpleNamespace(id="tr_9", reversed=True, transfer_group=group)
    (told,) = hand_over(run=run, to=[provider], at=AFTER)
    assert told.failure == "the transfer was reversed"
    assert by_stripe().state == "booked"


def test_it_is_used_only_where_the_settings_name_it(settings):
    assert [type(each).__name__ for each in providers()] == ["BankFile"]
    settings.PAYOUT_PROVIDERS, settings.STRIPE_SECRET_KEY = ["bank", "stripe"], ""
    with pytest.raises(ImproperlyConfigured, match="STRIPE_SECRET_KEY"):
        providers()


def test_the_command_tells_a_transfer_that_failed(run, clock, fake, monkeypatch, settings, tmp_path):
    clock(AFTER)
    settings.PAYOUT_PROVIDERS, settings.STRIPE_SECRET_KEY = ["bank", "stripe"], "sk_test_123"
    settings.PAYOUT_FOLDER = str(tmp_path)
    fake.fails = stripe.APIConnectionError("no way")
    monkeypatch.setattr(
        stripe, "StripeClient", lambda *args, **kwargs: SimpleNamespace(v1=SimpleNamespace(transfers=fake))
    )
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit):
        call_command("run_payouts", stdout=out, stderr=err, no_color=True)
    assert f"Payout {by_stripe().pk} was not taken: APIConnectionError" in err.getvalue()
    call_command("run_payouts", stdout=out, stderr=err, no_color=True)
    assert by_stripe().state == "confirmed"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    try:
        with stripe_mock.running() as base:
            yield base
    except stripe_mock.Unavailable as error:
        missing(str(error))


def test_stripes_own_mock_takes_what_we_send(run, address, settings):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = "sk_test_123", address
    (told,) = hand_over(run=run, to=[StripeTransfers()], at=AFTER)
    assert (told.is_paid, told.failure) == (True, "")
    assert by_stripe().reference.startswith("tr_")
