"""A box is packed once everything wanted is here; what is lost is replaced, or taken out and paid back."""

import json
from uuid import UUID

import pytest

from catalog.models import Stock
from marketplace.hub import packing
from marketplace.hub.models import BoxJob, BoxPart, HubTariffRow, LossReason, PartLoss, Remedy, Supply, SupplyMove
from marketplace.hub.supplies import add_supplies
from marketplace.orders import services
from marketplace.orders.collecting import amount_to_collect, amounts_to_collect
from marketplace.orders.ledger_checks import money_left_over, unbooked_deliveries
from marketplace.orders.models import OrderState, PaymentMethod, Refund
from marketplace.orders.papers import receipt_of
from marketplace.orders.return_rules import Failure
from marketplace.orders.services import Actor, cancel_fulfilment
from marketplace.payments.models import Capture
from marketplace.settlement.models import Earning, LedgerEntry
from marketplace.settlement.verifying import differing_earnings, unbalanced_transactions
from marketplace.shipping.models import Waybill
from ocop_badges.errors import DomainError, InvalidFact
from tests.factories import AT, DAY
from tests.trade import open_hub

from .boxes import open_work, receive_all, send, stock_supplies

pytestmark = pytest.mark.django_db


def earned() -> int:
    return LedgerEntry.objects.filter(account__startswith="payable").count()


def owed_for(part) -> int:
    """What the producer of a part is owed, in đồng."""
    return -LedgerEntry.objects.of_account("payable").of_producer(part.item.producer_id).balance()


def flaws() -> list[str]:
    return [*unbalanced_transactions(), *differing_earnings(), *unbooked_deliveries(), *money_left_over()]


def pack(work, **more):
    return packing.pack_box(job_id=work.job.pk, at=AT, on=DAY, **more)


def ship(work, **more):
    return packing.ship_box(job_id=work.job.pk, **{"carrier": "GHN", "number": "GHN1", "at": AT, **more})


class TestTakingIn:
    def test_a_box_is_taken_in_once_with_all_its_parts(self):
        work = open_work(boxes=3)
        assert packing.open_jobs(at=AT) == 0
        assert (work.job.boxes, work.job.hub) == (3, work.hub)
        assert [part.wanted for part in work.parts] == [3, 6]

    def test_an_unpaid_box_is_not_taken_in(self):
        work = open_work()
        BoxJob.objects.all().delete()
        work.order.fulfilments.update(state="waiting")
        assert packing.open_jobs(at=AT) == 0

    def test_a_box_stays_with_its_hub_when_the_hub_closes(self):
        work = open_work()
        BoxJob.objects.all().delete()
        work.hub.is_open = False
        work.hub.save()
        HubTariffRow.objects.all().delete()  # nor by what tariffs say now
        open_hub()
        assert packing.open_jobs(at=AT) == 1
        assert BoxJob.objects.get().hub == work.hub


class TestReceiving:
    def test_a_part_is_delivered_when_all_of_it_is_here_and_sold_when_the_box_is_delivered(self):
        work = open_work()
        send(work)
        tea, honey = work.parts
        packing.receive_part(part_id=tea.pk, count=1, at=AT)
        packing.receive_part(part_id=honey.pk, count=1, at=AT)
        assert (work.inbound(0).state, work.inbound(1).state) == ("delivered", "shipped")
        packing.receive_part(part_id=honey.pk, count=1, at=AT)
        assert work.inbound(1).state == "delivered"
        assert earned() == 0
        pack(work)
        ship(work)
        assert earned() == 0
        packing.end_box(job_id=work.job.pk, failure=None, at=AT)
        assert earned() > 0
        work.order.refresh_from_db()
        assert work.order.state == OrderState.COMPLETED

    def test_goods_that_a_producer_brings_without_a_carrier_are_received_too(self):
        work = open_work()
        send(work, until="packed")
        receive_all(work)
        assert {work.inbound(0).state, work.inbound(1).state} == {"delivered"}

    @pytest.mark.parametrize("count", [0, -1, 3])
    def test_no_more_are_received_than_are_missing(self, count):
        work = open_work()
        send(work)
        with pytest.raises(InvalidFact):
            packing.receive_part(part_id=work.parts[1].pk, count=count, at=AT)
        assert work.parts[1].received == 0

    def test_nothing_comes_in_that_was_not_packed(self):
        work = open_work()
        with pytest.raises(DomainError) as refused:
            packing.receive_part(part_id=work.parts[0].pk, count=1, at=AT)
        assert refused.value.code == "not-sent"

    def test_nothing_more_comes_in_once_the_box_is_packed(self):
        work = open_work()
        send(work)
        receive_all(work)
        pack(work)
        with pytest.raises(DomainError) as refused:
            packing.report_loss(
                part_id=work.parts[0].pk, quantity=1, reason=LossReason.SPOILED_HERE, remedy=Remedy.REFUND, at=AT
            )
        assert refused.value.code == "box-closed"

    def test_what_is_not_there_is_not_found(self):
        for act in (
            lambda: packing.receive_part(part_id=0, count=1, at=AT),
            lambda: packing.pack_box(job_id=0, at=AT, on=DAY),
        ):
            with pytest.raises(DomainError) as refused:
                act()
            assert refused.value.status == 404


class TestLosses:
    def report(self, work, number=1, *, quantity=1, reason=LossReason.BROKEN, remedy=Remedy.REFUND):
        part = work.parts[number]
        return packing.report_loss(part_id=part.pk, quantity=quantity, reason=reason, remedy=remedy, at=AT, note="vỡ")

    def test_a_broken_piece_is_asked_for_again_and_its_producer_reads_so(self):
        work = open_work()
        send(work)
        packing.receive_part(part_id=work.parts[1].pk, count=1, at=AT)
        loss = self.report(work, remedy=Remedy.REPLACE)
        assert loss.done_at is None
        assert "vỡ" in work.inbound(1).events.order_by("-id").first().note
        assert not Refund.objects.exists()
        assert work.parts[1].missing == 1
        packing.receive_part(part_id=work.parts[1].pk, count=1, at=AT)
        loss.refresh_from_db()
        assert loss.done_at == AT
        assert work.inbound(1).state == "delivered"

    @pytest.mark.parametrize("free", [1, 0])
    def test_what_is_sent_again_leaves_the_stock_and_where_none_is_left_it_is_paid_back(self, free):
        work = open_work()
        send(work)
        honey = work.parts[1]
        stock = Stock.objects.filter(pack=honey.item.pack)
        stock.update(on_hand=free)
        loss = self.report(work, remedy=Remedy.REPLACE)
        assert stock.values_list("on_hand", "reserved").get() == (0, 0)
        assert (loss.remedy, Refund.objects.count()) == (("replace", 0) if free else ("refund", 1))
        assert "vỡ" in loss.note

    def test_a_loss_that_is_reported_twice_by_one_form_counts_once(self):
        work = open_work()
        send(work)
        report = {"part_id": work.parts[1].pk, "quantity": 1, "reason": LossReason.BROKEN, "remedy": Remedy.REFUND}
        once, again = (packing.report_loss(**report, key=UUID(int=1), at=AT) for _ in range(2))
        assert once == again
        assert (Refund.objects.count(), work.parts[1].missing) == (1, 1)

    def test_a_piece_that_is_taken_out_is_paid_back_and_never_sold(self):
        work = open_work()
        send(work)
        packing.receive_part(part_id=work.parts[1].pk, count=1, at=AT)
        self.report(work)
        item = work.parts[1].item
        refund = Refund.objects.get()
        assert refund.amount == item.net // 2
        assert (work.parts[1].wanted, work.parts[1].missing) == (1, 0)
        assert work.inbound(1).state == "delivered"
        packing.receive_part(part_id=work.parts[0].pk, count=1, at=AT)
        pack(work)
        ship(work)
        packing.end_box(job_id=work.job.pk, failure=None, at=AT)
        assert Refund.objects.count() == 1
        assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 0

    def test_of_a_box_paid_at_the_door_less_is_collected(self):
        work = open_work(method=PaymentMethod.COD)
        send(work)
        before = amount_to_collect(work.box)
        packing.receive_part(part_id=work.parts[1].pk, count=1, at=AT)
        self.report(work)
        assert not Refund.objects.exists()
        assert amount_to_collect(work.box) == before - work.parts[1].item.net // 2

    def test_a_part_that_is_lost_whole_has_failed_and_the_rest_goes(self):
        work = open_work()
        send(work)
        self.report(work, quantity=2, reason=LossReason.MISSING)
        inbound = work.inbound(1)
        assert inbound.state == "failed"
        assert Refund.objects.get().amount == work.parts[1].item.net + inbound.shipping
        packing.receive_part(part_id=work.parts[0].pk, count=1, at=AT)
        pack(work)
        assert work.box.state == "packed"

    def test_where_everything_is_lost_the_box_is_cancelled_and_all_is_paid_back(self):
        work = open_work()
        send(work)
        self.report(work, 0, reason=LossReason.MISSING)
        self.report(work, 1, quantity=2, reason=LossReason.MISSING)
        assert work.box.state == "cancelled"
        assert sum(Refund.objects.values_list("amount", flat=True)) == work.order.total

    def test_where_all_spoils_at_the_hub_the_box_is_cancelled(self):
        work = open_work()
        send(work)
        receive_all(work)
        self.report(work, 0, reason=LossReason.SPOILED_HERE)
        self.report(work, 1, quantity=2, reason=LossReason.SPOILED_HERE)
        assert work.box.state == "cancelled"
        assert sum(Refund.objects.values_list("amount", flat=True)) == work.order.total
        for number, part in enumerate(work.parts):
            assert owed_for(part) == part.item.net * 92 // 100 + work.inbound(number).shipping
        assert flaws() == []

    @pytest.mark.parametrize("last", ["lost", "cancelled"])
    def test_where_one_part_spoils_and_the_other_does_not_come_the_box_is_cancelled_too(self, last):
        work = open_work()
        send_one(work.inbound(0))
        packing.receive_part(part_id=work.parts[0].pk, count=1, at=AT)
        self.report(work, 0, reason=LossReason.SPOILED_HERE)
        assert work.box.state == "placed"
        if last == "lost":
            send_one(work.inbound(1))
            self.report(work, 1, quantity=2, reason=LossReason.MISSING)
        else:
            cancel_fulfilment(fulfilment_id=work.inbound(1).pk, actor=Actor.PRODUCER, at=AT)
        assert work.box.state == "cancelled"
        assert sum(Refund.objects.values_list("amount", flat=True)) == work.order.total
        tea, honey = work.parts
        assert owed_for(tea) == tea.item.net * 92 // 100 + work.inbound(0).shipping
        assert owed_for(honey) == 0
        assert flaws() == []

    def test_of_a_part_that_spoils_whole_the_way_is_not_paid_by_the_shopper(self):
        work = open_work()
        send(work)
        receive_all(work)
        honey, inbound = work.parts[1], work.inbound(1)
        self.report(work, quantity=2, reason=LossReason.SPOILED_HERE)
        assert Refund.objects.get().amount == honey.item.net + inbound.shipping
        pack(work)
        ship(work)
        packing.end_box(job_id=work.job.pk, failure=None, at=AT)
        assert not Earning.objects.filter(producer=honey.item.producer_id).exists()
        assert owed_for(honey) == honey.item.net * 92 // 100 + inbound.shipping
        assert flaws() == []

    def test_at_the_door_nothing_is_collected_for_the_way_of_a_part_that_spoilt_whole(self):
        work = open_work(method=PaymentMethod.COD)
        send(work)
        receive_all(work)
        part, before = work.parts[1], amount_to_collect(work.box)
        self.report(work, quantity=2, reason=LossReason.SPOILED_HERE)
        after = before - part.item.net - work.inbound(1).shipping
        assert amount_to_collect(work.box) == amounts_to_collect(work.order)[work.box.pk] == after

    def test_a_packed_part_of_which_nothing_comes_has_failed_and_its_producer_earns_nothing(self):
        work = open_work()
        send(work, until="packed")
        self.report(work, quantity=2, reason=LossReason.MISSING)
        inbound, honey = work.inbound(1), work.parts[1]
        assert inbound.state == "failed"
        assert Refund.objects.get().amount == honey.item.net + inbound.shipping
        packing.receive_part(part_id=work.parts[0].pk, count=1, at=AT)
        pack(work)
        ship(work)
        packing.end_box(job_id=work.job.pk, failure=None, at=AT)
        assert owed_for(honey) == 0
        assert flaws() == []

    @pytest.mark.parametrize("remedy", list(Remedy))
    @pytest.mark.parametrize("method", [PaymentMethod.VIETQR, PaymentMethod.COD])
    def test_what_spoils_at_the_hub_its_producer_is_owed_all_the_same(self, remedy, method):
        work = open_work(method=method)
        send(work)
        receive_all(work)
        honey = work.parts[1]
        self.report(work, reason=LossReason.SPOILED_HERE, remedy=remedy)
        assert owed_for(honey) == 200_000 * 92 // 100  # less the commission, without tax
        assert not Earning.objects.exists()
        if remedy is Remedy.REPLACE:
            packing.receive_part(part_id=honey.pk, count=1, at=AT)
        pack(work)
        packing.ship_box(job_id=work.job.pk, carrier="GHN", at=AT)
        packing.end_box(job_id=work.job.pk, failure=None, at=AT)
        sold = 2 if remedy is Remedy.REPLACE else 1
        earned = Earning.objects.get(producer=honey.item.producer_id)
        assert earned.goods == 200_000 * sold
        assert owed_for(honey) == 200_000 * 92 // 100 + earned.net
        assert flaws() == []

    @pytest.mark.parametrize("reason", [LossReason.BROKEN, LossReason.MISSING])
    def test_what_never_came_whole_its_producer_bears(self, reason):
        work = open_work()
        send(work)
        self.report(work, reason=reason)
        assert owed_for(work.parts[1]) == 0

    @pytest.mark.parametrize("method", [PaymentMethod.VIETQR, PaymentMethod.COD])
    def test_a_box_that_is_lost_on_its_way_the_shop_bears(self, method):
        work = open_work(method=method)
        send(work)
        receive_all(work)
        pack(work)
        packing.ship_box(job_id=work.job.pk, carrier="GHN", at=AT)
        packing.end_box(job_id=work.job.pk, failure=Failure.LOST, at=AT)
        for number, part in enumerate(work.parts):
            assert owed_for(part) == part.item.net * 92 // 100 + work.inbound(number).shipping
        assert flaws() == []

    @pytest.mark.parametrize(
        ("quantity", "reason"), [(0, "broken"), (3, "broken"), (1, "spoiled-here"), (3, "missing")]
    )
    def test_no_more_is_lost_than_can_be(self, quantity, reason):
        work = open_work()
        send(work)
        with pytest.raises(InvalidFact):
            self.report(work, quantity=quantity, reason=LossReason(reason))
        assert not PartLoss.objects.exists()


class TestPackingAndSending:
    def test_a_box_is_not_packed_while_a_part_is_missing(self):
        work = open_work()
        send(work)
        packing.receive_part(part_id=work.parts[0].pk, count=1, at=AT)
        with pytest.raises(DomainError) as refused:
            pack(work)
        assert refused.value.code == "parts-missing"

    def test_one_whose_other_part_was_cancelled_goes_with_the_rest(self):
        work = open_work()
        cancel_fulfilment(fulfilment_id=work.inbound(1).pk, actor=Actor.PRODUCER, at=AT)
        inbound = work.inbound(0)
        send_one(inbound)
        packing.receive_part(part_id=work.parts[0].pk, count=1, at=AT)
        pack(work)
        assert work.box.state == "packed"

    def test_boxes_leave_the_supplies_and_without_them_nothing_is_packed(self):
        work = open_work(boxes=3)
        supply = stock_supplies(work.hub, on_hand=2)
        send(work)
        receive_all(work)
        with pytest.raises(DomainError) as refused:
            pack(work)
        assert refused.value.code == "supplies-out"
        assert work.box.state == "placed"
        add_supplies(supply_id=supply.pk, quantity=5, at=AT)
        pack(work)
        supply.refresh_from_db()
        assert supply.on_hand == 4
        assert list(SupplyMove.objects.order_by("pk").values_list("quantity", flat=True)) == [5, -3]

    def test_a_box_is_packed_once(self):
        work = open_work()
        supply = stock_supplies(work.hub)
        send(work)
        receive_all(work)
        pack(work)
        with pytest.raises(DomainError):
            pack(work)
        supply.refresh_from_db()
        assert supply.on_hand == 9

    def test_the_carrier_collects_what_is_to_be_paid_at_the_door(self):
        work = open_work(method=PaymentMethod.COD)
        send(work)
        receive_all(work)
        pack(work)
        ship(work)
        waybill = Waybill.objects.get()
        assert (waybill.number, waybill.collect, waybill.state) == ("GHN1", work.order.total, "taken")
        assert (work.box.carrier, work.box.tracking_number) == ("GHN", "GHN1")

    def test_a_tracking_number_of_another_box_is_refused_and_nothing_written(self):
        first = open_work()
        second = open_work(with_shop=False, hub=first.hub)
        for work in (first, second):
            send(work)
            receive_all(work)
            pack(work)
        ship(first)
        with pytest.raises(InvalidFact):
            ship(second)
        assert second.box.state == "packed"

    def test_a_box_that_was_not_delivered_says_why(self):
        work = open_work()
        send(work)
        receive_all(work)
        pack(work)
        ship(work)
        packing.end_box(job_id=work.job.pk, failure=Failure.REFUSED, at=AT)
        assert list(Stock.objects.order_by("on_hand").values_list("on_hand", flat=True)) == [48, 49]  # it is at the hub
        assert work.box.state == "failed"
        assert Waybill.objects.get().state == "failed"
        assert Refund.objects.exists()


class TestSupplies:
    @pytest.mark.parametrize("quantity", [0, -11, 1_000_000])
    def test_a_count_that_cannot_be_is_refused(self, quantity):
        supply = stock_supplies(open_work().hub)
        with pytest.raises(InvalidFact):
            add_supplies(supply_id=supply.pk, quantity=quantity, at=AT)
        assert Supply.objects.get().on_hand == 10

    def test_fewer_may_be_counted_than_were_thought(self):
        supply = stock_supplies(open_work().hub)
        assert add_supplies(supply_id=supply.pk, quantity=-10, at=AT).on_hand == 0
        assert list(Supply.objects.low()) == [supply]


def send_one(inbound):
    services.accept_fulfilment(fulfilment_id=inbound.pk, at=AT)
    services.pack_fulfilment(fulfilment_id=inbound.pk, at=AT, on=DAY)
    services.ship_fulfilment(fulfilment_id=inbound.pk, carrier="GHN", at=AT)


def test_parts_say_what_is_missing():
    work = open_work()
    part = BoxPart.objects.get(pk=work.parts[1].pk)
    assert (part.wanted, part.missing) == (2, 2)


@pytest.mark.parametrize("quantity", [1, 2])
def test_the_receipt_of_a_box_says_what_was_collected_at_the_door(quantity):
    work = open_work(method=PaymentMethod.COD)
    send(work)
    receive_all(work)
    packing.report_loss(
        part_id=work.parts[1].pk, quantity=quantity, reason=LossReason.SPOILED_HERE, remedy=Remedy.REFUND, at=AT
    )
    pack(work)
    ship(work)
    packing.end_box(job_id=work.job.pk, failure=None, at=AT)
    words = json.loads(receipt_of(work.order, day=DAY, lang="en", payment="paid"))
    assert words["total"][1] == f"₫{Capture.objects.get().amount:,}"
