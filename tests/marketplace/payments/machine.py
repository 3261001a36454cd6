"""Any sequence of what shoppers, producers, Stripe and the bank do keeps goods and money together.

Messages are doubled, lost, delayed and told in any order, requests fail before or after they took effect, and the
process dies at any border of a transaction. After every step nothing is oversold, a cancelled order holds no goods, a
cart has one order, what counts as received is what came in, no more goes back than came, no producer is paid more than
it is owed, and the ledger sums to zero. At the end messages are lost for good, and reconciliation alone brings the shop
to what Stripe knows; then every producer is paid what it has earned, once, less what came back after it was paid.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import F, Q
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from catalog.models import Pack, Stock
from marketplace.orders import services
from marketplace.orders.models import (
    Cart,
    Fulfilment,
    Order,
    OrderState,
    PaymentMethod,
    Refund,
    Return,
    ReturnState,
    StockHold,
)
from marketplace.orders.return_rules import Complaint, Failure
from marketplace.orders.services import Actor, Wish
from marketplace.payments.bank_feed import record_transfer
from marketplace.payments.bank_messages import Transfer
from marketplace.payments.methods import BY_HAND, MethodUnavailable
from marketplace.payments.models import Capture, Payment, RefundTransfer, TransferState
from marketplace.payments.reconciling import reconcile
from marketplace.payments.services import begin_payment, check_payment, finish_refund, plan_transfers, send_refunds
from marketplace.payments.setting_off import left_of
from marketplace.payments.stripe_events import take_event
from marketplace.payments.stripe_messages import Event
from marketplace.settlement.models import LedgerEntry, Payout, PayoutState
from marketplace.settlement.payouts import confirm_payout, open_run, pay_out, return_payout
from marketplace.settlement.periods import parse_period
from marketplace.settlement.verifying import ledger_checks
from ocop_badges.errors import DomainError
from tests.factories import AT
from tests.trade import make_cart, make_wish

from .crashing import Crash, crashing
from .fake_stripe import FakeStripe
from .sums import PREPAID, count, earned, owed, paid_out, total

URL = "https://shop.example.vn/orders/x/"
which = st.integers(0, 7)
borders = st.one_of(st.none(), st.none(), st.integers(0, 12))
failures = st.lists(st.sampled_from(["lost", "cut", "500", "429"]), max_size=3)
WAYS = ("bank",)
WEEK = 60 * 24 * 7
FAR = ["paid", "told", "delivered", "paid out"]


class Trade(RuleBasedStateMachine):
    """``fake`` is Stripe; ``clock`` sets the shop's clock, which Stripe's follows.

    ``reached`` counts, over all runs, what seldom happens: who draws at random learns whether it was drawn.
    """

    reached: ClassVar[Counter[str]] = Counter()

    def __init__(self, fake: FakeStripe, clock: Callable[[datetime], None], packs: list[Pack], bundle: Any) -> None:
        super().__init__()
        self.fake, self.clock = fake, clock
        self.things: list[Any] = [*packs, bundle]
        self.begun_with = dict(Stock.objects.values_list("pk", "on_hand"))
        for kept in (fake.objects, fake.events, fake.requests, fake.failures, fake._answers):
            kept.clear()
        fake.refunds_settle = True
        self.example = transaction.atomic()
        self.example.__enter__()
        self.at = AT
        self.clock(self.at)
        self.wishes: list[Wish] = []
        self.transfers: list[Transfer] = []  # what the bank has told, to be told again
        self.taken_back: set[str] = set()  # orders of which money went back without us

    # --- doing ------------------------------------------------------------------------------------------------

    def act(self, do: Callable[[], object], *, border: int | None = None, failing: Any = ()) -> bool:
        """Do it, as far as it goes; whether it came to its end. A refusal must change nothing, so ``check`` sees."""
        self.fake.failures.clear()
        self.fake.fail(*failing)
        try:
            with crashing(border):
                do()
        except (Crash, DomainError, MethodUnavailable):
            return False
        finally:
            self.fake.failures.clear()
        return True

    def order(self, number: int, *methods: PaymentMethod) -> Order | None:
        orders = Order.objects.filter(payment_method__in=methods or PaymentMethod.values).order_by("pk")
        found = list(orders)
        return found[number % len(found)] if found else None

    @initialize(method=st.sampled_from(PREPAID), far=st.sampled_from(FAR))
    def open(self, method: PaymentMethod, far: str) -> None:
        """Somebody has bought and paid, and it may have gone further: much comes after that, and is seldom drawn."""
        self.buy(number=0, more=1, quantity=1, method=method, border=None)
        if method == PaymentMethod.VIETQR:
            self.pay_by_transfer(number=0, part=0, border=None)
        else:
            self.pay_by_card(number=0, pays=True, border=None, failing=())
        if far == "paid":
            return
        if method == PaymentMethod.STRIPE:
            self.tell(number=0, fate="once", border=None, failing=())
        if far == "told":
            return
        for _part in range(2):
            self.send(number=0, steps=4, failure=None, border=None)
        if far == "paid out":
            self.wait(WEEK)
            self.wait(WEEK)
            self.pay_out(number=1, border=None)

    @rule(
        number=which,
        more=which,
        quantity=st.integers(1, 3),
        method=st.sampled_from(list(PaymentMethod)),
        border=borders,
    )
    def buy(self, number: int, more: int, quantity: int, method: PaymentMethod, border: int | None) -> None:
        first, second = self.things[number % len(self.things)], self.things[more % len(self.things)]
        wanted = [(first, quantity)] + ([(second, 1)] if second is not first else [])
        with suppress(DomainError):
            cart = make_cart(*wanted, at=self.at)
            self.wishes.append(make_wish(cart, method=method, at=self.at))
            self.place(number=len(self.wishes) - 1, border=border)

    @precondition(lambda self: self.wishes)
    @rule(number=which, border=borders)
    def place(self, number: int, border: int | None) -> None:
        """From a cart, perhaps not for the first time."""
        wish = self.wishes[number % len(self.wishes)]
        self.act(lambda: services.place_order(wish, at=self.at, on=self.at.date()), border=border)

    @rule(number=which, pays=st.booleans(), border=borders, failing=failures)
    def pay_by_card(self, number: int, pays: bool, border: int | None, failing: Any) -> None:
        """The shopper is led to a page; one that is open can be paid on, whatever has become of its order."""
        if order := self.order(number, PaymentMethod.STRIPE):
            self.act(lambda: begin_payment(order, at=self.at, return_url=URL), border=border, failing=failing)
        now = self.at.timestamp()
        pages = [each for each in self.fake.of_kind("checkout.session") if each["status"] == "open"]
        if pays and (pages := [each for each in pages if each["expires_at"] > now]):
            self.fake.pay(pages[number % len(pages)]["id"])

    @rule(number=which, part=st.sampled_from([1, 2, 3]))
    def pay_by_card_beside(self, number: int, part: int) -> None:
        """A second payment, of the whole or of a part."""
        if order := self.order(number, PaymentMethod.STRIPE):
            self.fake.add_intent(max(1, order.total // part), order=order.number)

    @rule(number=which, part=st.sampled_from([-7_000, 0, 0, 1_000, 90_000, None]), border=borders)
    def pay_by_transfer(self, number: int, part: int | None, border: int | None) -> None:
        """Exactly, too much or too little; None: the bank tells an old transfer again."""
        if part is not None and (order := self.order(number, PaymentMethod.VIETQR)):
            name = f"ft{len(self.transfers)}"
            self.transfers.append(Transfer(name, max(1, order.total - part), f"IBFT {order.number}", self.at))
            number = len(self.transfers) - 1
        if self.transfers:
            told = self.transfers[number % len(self.transfers)]
            self.act(lambda: record_transfer(told, at=self.at), border=border)

    @precondition(lambda self: self.fake.events)
    @rule(number=which, fate=st.sampled_from(["once", "once", "again", "lost"]), border=borders, failing=failures)
    def tell(self, number: int, fate: str, border: int | None, failing: Any) -> None:
        """Any of what Stripe has to tell; perhaps once more later, and surely if nobody said thanks."""
        told = self.fake.events[number % len(self.fake.events)]
        event = Event(told["id"], told["type"], told["data"]["object"]["id"])
        is_done = fate == "lost" or self.act(lambda: take_event(event, at=self.at), border=border, failing=failing)
        if is_done and fate != "again":
            self.fake.events.remove(told)

    @rule(number=which, failing=failures, border=borders)
    def come_back(self, number: int, failing: Any, border: int | None) -> None:
        """The shopper's browser is back from Stripe, or was never away."""
        if order := self.order(number, PaymentMethod.STRIPE):
            self.act(lambda: check_payment(order, at=self.at), border=border, failing=failing)

    @rule(number=which)
    def page_ends(self, number: int) -> None:
        if pages := [each for each in self.fake.of_kind("checkout.session") if each["status"] == "open"]:
            self.fake.expire(pages[number % len(pages)]["id"])

    @rule(number=which, border=borders, actor=st.sampled_from(list(Actor)))
    def cancel(self, number: int, border: int | None, actor: Actor) -> None:
        if order := self.order(number):
            self.act(lambda: services.cancel_order(order_id=order.pk, actor=actor, at=self.at), border=border)

    @rule(
        number=which,
        steps=st.sampled_from([1, 2, 4, 4, 4]),
        failure=st.sampled_from([*[None] * 6, *Failure]),
        border=borders,
    )
    def send(self, number: int, steps: int, failure: Failure | None, border: int | None) -> None:
        """A producer leads its part on, up to so many steps; at the door it may fail."""
        parts = list(Fulfilment.objects.open().order_by("pk").values_list("pk", flat=True))
        for _step in range(steps if parts else 0):
            part = Fulfilment.objects.get(pk=parts[number % len(parts)])
            if not self.act(lambda part=part: self.lead_on(part, failure), border=border):
                return

    def lead_on(self, part: Fulfilment, failure: Failure | None) -> None:
        match part.state:
            case "placed":
                services.accept_fulfilment(fulfilment_id=part.pk, at=self.at)
            case "accepted":
                services.pack_fulfilment(fulfilment_id=part.pk, at=self.at, on=self.at.date())
            case "packed":
                services.ship_fulfilment(fulfilment_id=part.pk, carrier="VNPost", at=self.at)
            case "shipped" if failure is None:
                services.deliver_fulfilment(fulfilment_id=part.pk, at=self.at)
            case "shipped":
                services.fail_fulfilment(fulfilment_id=part.pk, failure=failure, at=self.at)

    @rule(
        number=which,
        count=st.integers(1, 3),
        fit=st.integers(0, 3),
        complaint=st.sampled_from(list(Complaint)),
        border=borders,
    )
    def give_back(self, number: int, count: int, fit: int, complaint: Complaint, border: int | None) -> None:
        """The shopper sends goods back, and the producer receives them."""
        order = self.order(number)
        if order is None or not (left := services.returnable(order)):
            return
        item, most = sorted(left.items())[number % len(left)]
        count = min(count, most)

        def go_back() -> None:
            (request,) = services.request_return(order_id=order.pk, counts={item: count}, reason=complaint, at=self.at)
            services.decide_return(return_id=request.pk, accept=True, at=self.at)
            services.receive_return(return_id=request.pk, arrived={item: (count, min(fit, count))}, at=self.at)

        self.act(go_back, border=border)

    @rule(settles=st.booleans(), border=borders, failing=failures)
    def pay_back(self, settles: bool, border: int | None, failing: Any) -> None:
        """What is due back is sent to cards, and the oldest of what goes by hand is transferred."""
        self.fake.refunds_settle = settles
        self.act(lambda: plan_transfers(at=self.at), border=border)
        self.act(lambda: send_refunds(at=self.at), border=border, failing=failing)
        self.fake.refunds_settle = True
        waiting = RefundTransfer.objects.unsettled().filter(payment__method__in=BY_HAND).order_by("pk").first()
        if waiting is not None:
            self.act(lambda: finish_refund(transfer_id=waiting.pk, reference="bank", at=self.at), border=border)

    @rule(number=which, status=st.sampled_from(["succeeded", "succeeded", "failed"]))
    def bank_settles(self, number: int, status: str) -> None:
        """What was pending at Stripe arrives or not; now and then what had arrived comes back."""
        open_ones = {"pending", "succeeded"} if status == "failed" else {"pending"}
        if refunds := [each for each in self.fake.of_kind("refund") if each["status"] in open_ones]:
            self.fake.settle_refund(refunds[number % len(refunds)]["id"], status)

    @rule(number=which, amount=st.sampled_from([1_000, 60_000, 10**9]), is_dispute=st.booleans())
    def take_back(self, number: int, amount: int, is_dispute: bool) -> None:
        """Somebody pays back in Stripe's dashboard, or the card's bank does after a dispute."""
        disputed = {each["payment_intent"] for each in self.fake.of_kind("dispute")}
        intents = [each for each in self.fake.of_kind("payment_intent") if each["id"] not in disputed]
        if not intents:
            return
        intent = intents[number % len(intents)]
        gone = sum(
            each["amount"]
            for each in self.fake.of_kind("refund")
            if each["payment_intent"] == intent["id"] and each["status"] != "failed"
        )
        if (amount := min(amount, intent["amount_received"] - gone)) <= 0:
            return
        self.taken_back.add(intent["metadata"]["order"])
        if is_dispute:
            self.fake.close_dispute(self.fake.dispute(intent["id"], amount=amount), "lost")
        else:
            self.fake.refund_by_hand(intent["id"], amount)

    @rule(number=which, border=borders)
    def pay_out(self, number: int, border: int | None) -> None:
        """Producers are paid for a week that is over, perhaps for the second time."""
        week = (self.at - timedelta(weeks=1 + number % 3)).date()
        before = owed()

        def run() -> None:
            period = parse_period(f"{week:%G-W%V}")
            pay_out(run=open_run(period=period, at=self.at), period=period, at=self.at, minimum=1, ways=WAYS)

        self.act(run, border=border)
        for producer_id, amount in owed().items():
            assert amount == before[producer_id] or 0 <= amount < before[producer_id]

    @rule(number=which, comes_back=st.booleans(), border=borders)
    def bank_pays_out(self, number: int, comes_back: bool, border: int | None) -> None:
        """The bank says that a producer was paid, or sends the money back; told again it changes nothing."""
        payouts = Payout.objects.order_by("pk")
        if payout := payouts[number % len(payouts)] if payouts else None:
            how = {"reason": "no such account"} if comes_back else {"reference": "FT"}
            tell = return_payout if comes_back else confirm_payout
            self.act(lambda: tell(payout_id=payout.pk, at=self.at, **how), border=border)

    @rule(border=borders, failing=failures)
    def reconcile(self, border: int | None, failing: Any) -> None:
        self.act(lambda: reconcile(since=AT, at=self.at), border=border, failing=failing)

    @rule(minutes=st.sampled_from([1, 7, 16, 60, 60 * 24 * 3 + 20, WEEK]))
    def wait(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        self.clock(self.at)

    # --- what always holds ------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_oversold(self) -> None:
        for stock in Stock.objects.all():
            holds = StockHold.objects.filter(stock=stock)
            packed = count(holds.unreleased().exclude(packed_at=None))
            assert stock.on_hand + packed == self.begun_with[stock.pk]
            assert stock.reserved == count(holds.reserved())
            assert stock.reserved + count(holds.filter(released_at=None, expires_at__gt=self.at)) <= stock.on_hand

    @invariant()
    def a_cancelled_order_holds_no_goods(self) -> None:
        """But for those that are packed, on their way back."""
        waiting = StockHold.objects.unreleased().filter(packed_at=None)
        assert not waiting.filter(item__order__state=OrderState.CANCELLED).exists()

    @invariant()
    def a_cart_has_one_order(self) -> None:
        assert Order.objects.count() == Cart.objects.exclude(ordered_at=None).count()

    @invariant()
    def money_is_what_came_and_went(self) -> None:
        for payment in Payment.objects.select_related("order"):
            captures = dict(payment.captures.values_list("source_id", "amount"))
            assert payment.captured == sum(captures.values())
            if payment.method == PaymentMethod.STRIPE:
                assert all(self.fake.objects[name]["amount_received"] == amount for name, amount in captures.items())
            done = payment.transfers.filter(state=TransferState.DONE)
            assert payment.refunded == sum(done.values_list("amount", flat=True)) <= payment.captured
            planned = sum(payment.transfers.values_list("amount", flat=True))
            assert planned <= payment.captured
            assert sum(left_of(refund) for refund in payment.order.refunds.all()) <= payment.captured
            if payment.order.confirmed_at is not None and payment.method in PREPAID:
                assert payment.captured >= payment.order.total
        prepaid = Order.objects.filter(payment_method__in=PREPAID).exclude(confirmed_at=None)
        assert not prepaid.filter(payment=None).exists()

    @invariant()
    def the_ledger_sums_to_zero(self) -> None:
        assert total(LedgerEntry.objects.all()) == 0
        due = sum(left_of(refund) for refund in Refund.objects.due())
        assert total(LedgerEntry.objects.filter(account="refunds-due")) == -due
        for method in PREPAID:
            payments = Payment.objects.filter(method=method).values_list("captured", "refunded")
            held = sum(captured - refunded for captured, refunded in payments)
            # What came by transfer stands in the bank at once, out of which producers are paid.
            places = [f"clearing:{method}"]
            if method == PaymentMethod.VIETQR:
                places, held = [*places, "bank"], held - sum(paid_out().values())
            assert total(LedgerEntry.objects.filter(account__in=places)) == held

    @invariant()
    def producers_are_owed_what_they_earned_and_were_not_paid(self) -> None:
        paid = paid_out()
        assert owed() == {pk: amount - paid[pk] for pk, amount in earned().items()}

    # --- and in the end ---------------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            if self.fake.objects or Order.objects.exists():
                self.fake.events.clear()  # whatever was not told is lost for good
                for _hour in range(3):
                    self.at += timedelta(days=2)
                    self.clock(self.at)
                    reconcile(since=AT, at=self.at)
                self.check_end()
                self.pay_everybody()
                self.count_reached()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def pay_everybody(self) -> None:
        """In the end each has what it earned, unless more than that had been paid before goods came back."""
        before = paid_out()
        self.at += timedelta(weeks=2)
        for _run in range(2):
            self.pay_out(number=0, border=None)
        paid = paid_out()
        for producer_id, amount in earned().items():
            assert paid[producer_id] == max(amount, before[producer_id])
        assert Payout.objects.count() == Payout.objects.values("run", "producer").distinct().count()
        self.the_ledger_sums_to_zero()

    def count_reached(self) -> None:
        late = Q(payment__order__cancelled_at__lt=F("received_at")) | Q(payment__order__hold_until__lt=F("received_at"))
        self.reached["runs"] += 1
        self.reached["orders"] += Order.objects.count()
        self.reached["returns"] += Return.objects.filter(state=ReturnState.RECEIVED).count()
        self.reached["late payments"] += Capture.objects.filter(late).count()
        self.reached["lost disputes"] += sum(each["status"] == "lost" for each in self.fake.of_kind("dispute"))
        self.reached["payouts"] += Payout.objects.count()
        self.reached["returned payouts"] += Payout.objects.filter(state=PayoutState.RETURNED).count()

    def check_end(self) -> None:
        self.nothing_is_oversold()
        self.money_is_what_came_and_went()
        self.the_ledger_sums_to_zero()
        for order in Order.objects.filter(payment_method=PaymentMethod.STRIPE):
            came = [
                each for each in self.fake.of_kind("payment_intent") if each["metadata"].get("order") == order.number
            ]
            went = [
                each["amount"]
                for each in self.fake.of_kind("refund")
                if each["status"] == "succeeded" and each["payment_intent"] in {intent["id"] for intent in came}
            ]
            payment = Payment.objects.filter(order=order).first()
            assert (payment.captured if payment else 0) == sum(each["amount_received"] for each in came)
            lost = [
                each["amount"]
                for each in self.fake.of_kind("dispute")
                if each["payment_intent"] in {intent["id"] for intent in came}
            ]
            assert (payment.refunded if payment else 0) == sum(went) + sum(lost)
        for order in Order.objects.filter(state__in=[OrderState.CANCELLED, OrderState.COMPLETED]):
            assert total(LedgerEntry.objects.filter(account="deposits", order_id=order.pk)) == 0, order.state
        flaws = [f"{name}: {flaw}" for name, check in ledger_checks().items() for flaw in check()]
        assert not flaws, flaws
