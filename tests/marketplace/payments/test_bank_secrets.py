"""Neither the secret that the bank signs by nor a seller's account is in a log, an answer, an output or an error."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command

from marketplace.orders.models import PaymentMethod
from marketplace.payments.bank_messages import sign
from marketplace.payments.models import InboundEvent
from marketplace.settlement.models import Payout
from marketplace.settlement.payouts import confirm_payout, return_payout
from marketplace.settlement.providers.bank_file import path_of
from tests.conftest import SetClock
from tests.factories import make_pack, make_producer, make_product
from tests.marketplace.settlement.books import AFTER, bank, part, sell
from tests.trade import make_order, open_shop

from .test_bank_webhook import SECRET, tell
from .test_stripe_secrets import said

__all__ = ["said"]
pytestmark = pytest.mark.django_db
ACCOUNT = "0071000899123"


def test_the_banks_secret_is_told_nowhere(said: StringIO) -> None:
    open_shop()
    order = make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.VIETQR)
    answers = [
        tell(amount=order.total, content=order.number),
        tell(amount=1, content="OC-NOBODY", transaction_id="FT2"),
        tell(amount=1, signature=SECRET),
        tell(amount=1, signature=f"sha256={SECRET}"),
        tell(b"no json"),
        tell(b"{}", signature=sign(b"{}", secret=f"{SECRET}-of-another")),
    ]
    assert {answer.status_code for answer in answers} == {200, 400}
    assert "names no order" in said.getvalue()
    rows = serializers.serialize("json", InboundEvent.objects.all())
    assert SECRET not in "\n".join([said.getvalue(), rows, *(answer.content.decode() for answer in answers)])


def test_a_sellers_account_is_told_to_the_bank_alone(
    said: StringIO, clock: SetClock, settings: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "payouts"
    settings.PAYOUT_FOLDER = str(folder)
    clock(AFTER)
    for order_id in (1, 2):
        producer = make_producer()
        bank(producer, number=ACCOUNT)
        sell(part(producer), order_id=order_id)
    out = StringIO()
    call_command("run_payouts", "--dry-run", stdout=out, stderr=out)
    folder.touch()  # where a folder has to be
    with pytest.raises(CommandError) as error:
        call_command("run_payouts", stdout=out, stderr=out)
    folder.unlink()
    call_command("run_payouts", stdout=out, stderr=out)
    paid, returned = Payout.objects.order_by("pk")
    assert ACCOUNT in path_of(paid.run).read_text()
    confirm_payout(payout_id=paid.pk, reference="FT1", at=AFTER)
    return_payout(payout_id=returned.pk, reason="no such account", at=AFTER)
    named = f"{producer.payout_accounts.get()} {paid} {returned} {paid.run}"
    assert ACCOUNT not in "\n".join([said.getvalue(), out.getvalue(), str(error.value), named])
