"""What every carrier has to do. A carrier's test class inherits from this and says how its parcels move."""

from datetime import date, timedelta
from typing import Any

import pytest

from marketplace.shipping.carriers.ports import Carrier, Parcel, Party
from marketplace.shipping.rules import WaybillStep
from ocop_badges.errors import DomainError
from tests.factories import AT

SELLER = Party("Hợp tác xã Bản Liền", "+84912345678", "Thôn Đội 2", "xã Bản Liền", "Lào Cai", "02869", "15")
BUYER = Party("Trần Văn Nam", "+84987654321", "12 Trần Phú", "phường Phan Thiết", "Lâm Đồng", "22945", "68")


def parcel(key: str = "fulfilment:1", **more: Any) -> Parcel:
    return Parcel(**{"key": key, "sender": SELLER, "recipient": BUYER, "weight_g": 1_200, **more})


class CarrierContract:
    carrier: Carrier

    def move(self, number: str, state: WaybillStep) -> None:
        """Let the parcel come to this state at the carrier."""
        raise NotImplementedError

    def states(self, number: str) -> list[WaybillStep]:
        return [tracking.state for tracking in self.carrier.track(number)]

    def test_it_announces_a_parcel_once_whatever_how_often_it_is_asked(self):
        numbers = {self.carrier.create_waybill(parcel(), at=AT) for _ in range(3)}
        assert len(numbers) == 1
        assert self.states(numbers.pop()) == [WaybillStep.CREATED]

    def test_two_parcels_have_two_numbers(self):
        assert self.carrier.create_waybill(parcel("fulfilment:1"), at=AT) != self.carrier.create_waybill(
            parcel("fulfilment:2"), at=AT
        )

    def test_it_tells_where_a_parcel_has_been_in_order(self):
        number = self.carrier.create_waybill(parcel(), at=AT)
        self.move(number, WaybillStep.TAKEN)
        self.move(number, WaybillStep.DELIVERED)
        assert self.states(number) == [WaybillStep.CREATED, WaybillStep.TAKEN, WaybillStep.DELIVERED]

    def test_one_that_was_not_delivered_comes_back(self):
        number = self.carrier.create_waybill(parcel(), at=AT)
        for state in (WaybillStep.TAKEN, WaybillStep.FAILED, WaybillStep.RETURNED):
            self.move(number, state)
        assert self.states(number)[-1] == WaybillStep.RETURNED

    def test_a_parcel_can_be_taken_back_before_it_is_handed_over(self):
        number = self.carrier.create_waybill(parcel(), at=AT)
        self.carrier.cancel(number, at=AT)
        self.carrier.cancel(number, at=AT)
        assert self.states(number) == [WaybillStep.CREATED, WaybillStep.CANCELLED]

    def test_and_not_afterwards(self):
        number = self.carrier.create_waybill(parcel(), at=AT)
        self.move(number, WaybillStep.TAKEN)
        with pytest.raises(DomainError) as refused:
            self.carrier.cancel(number, at=AT)
        assert refused.value.code == "wrong-state"
        assert self.states(number)[-1] == WaybillStep.TAKEN

    def test_a_parcel_it_does_not_know_is_not_found(self):
        for ask in (lambda: self.carrier.track("0"), lambda: self.carrier.cancel("0", at=AT)):
            with pytest.raises(DomainError) as refused:
                ask()
            assert (refused.value.code, refused.value.status) == ("unknown-waybill", 404)

    def test_nothing_is_handed_over_before_anything_was_delivered(self):
        number = self.carrier.create_waybill(parcel(collect=250_000), at=AT)
        day = date(2026, 1, 1)
        assert number not in {each.number for each in self.carrier.remittances(since=day, until=day + timedelta(1))}
