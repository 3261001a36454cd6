"""Cards do what every payment method does."""

from datetime import datetime
from typing import Any

import pytest

from marketplace.orders.models import Order, PaymentMethod
from marketplace.payments.models import RefundTransfer
from marketplace.payments.services import send_refunds

from .contract import PrepaidContract
from .fake_stripe import FakeStripe
from .stripe_fixtures import Tell, fake, quick_retries, tell, tell_all

__all__ = ["fake", "quick_retries", "tell", "tell_all"]


class TestCards(PrepaidContract):
    method = PaymentMethod.STRIPE

    @pytest.fixture(autouse=True)
    def stripe(self, fake: FakeStripe, tell: Tell, clock: Any) -> None:
        self.fake, self.tell, self.clock = fake, tell, clock

    def pay(self, order: Order, amount: int, *, told_as: str, at: datetime) -> None:
        name = f"pi_{order.number}_{told_as}"
        if name not in self.fake.objects:
            self.fake.add_intent(amount, order=order.number, name=name)
            self.event = self.fake.events.pop()
        told = {**self.event, "id": f"evt_{told_as}_{int(at.timestamp())}"}
        assert self.tell(told, at=at).status_code == 200

    def carry_out(self, transfer: RefundTransfer, *, at: datetime) -> None:
        self.clock(at)
        send_refunds(at=at)
