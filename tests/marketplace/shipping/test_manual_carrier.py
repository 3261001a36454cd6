"""The carrier that people deal with passes the suite of all carriers, and takes the numbers they type."""

import pytest

from marketplace.shipping.carriers import find_carrier
from marketplace.shipping.carriers.manual import ManualCarrier
from marketplace.shipping.models import Waybill
from marketplace.shipping.rules import WAYBILL_STEPS, WaybillStep
from ocop_badges.errors import DomainError, InvalidFact
from tests.factories import AT

from .contract import CarrierContract, parcel

pytestmark = pytest.mark.django_db


class TestManualCarrier(CarrierContract):
    carrier = ManualCarrier()

    def move(self, number: str, state: WaybillStep) -> None:
        self.carrier.record(number, state, at=AT)

    def test_it_takes_the_number_that_was_typed(self):
        assert self.carrier.create_waybill(parcel(number=" GHN  123 "), at=AT) == "GHN 123"
        assert self.carrier.create_waybill(parcel(), at=AT) == "GHN 123"

    def test_a_parcel_keeps_its_number(self):
        self.carrier.create_waybill(parcel(number="GHN123"), at=AT)
        with pytest.raises(DomainError) as refused:
            self.carrier.create_waybill(parcel(number="GHN124"), at=AT)
        assert refused.value.code == "waybill-exists"

    def test_a_number_is_of_one_parcel(self):
        self.carrier.create_waybill(parcel(number="GHN123"), at=AT)
        with pytest.raises(InvalidFact) as refused:
            self.carrier.create_waybill(parcel("fulfilment:2", number="GHN123"), at=AT)
        assert refused.value.faults[0].field == "number"
        assert Waybill.objects.count() == 1

    def test_two_carriers_may_give_the_same_number(self):
        for typed, key in (("GHN", "fulfilment:1"), ("Viettel Post", "fulfilment:2")):
            ManualCarrier(typed).create_waybill(parcel(key, number="123"), at=AT)
        ManualCarrier("GHN").record("123", WaybillStep.TAKEN, at=AT)
        assert dict(Waybill.objects.values_list("key", "state")) == {
            "fulfilment:1": "taken",
            "fulfilment:2": "created",
        }

    def test_a_number_that_is_too_long_is_refused(self):
        with pytest.raises(InvalidFact):
            self.carrier.create_waybill(parcel(number="9" * 61), at=AT)

    @pytest.mark.parametrize("now", list(WaybillStep))
    @pytest.mark.parametrize("wanted", list(WaybillStep))
    def test_a_parcel_goes_only_the_steps_of_the_table(self, now, wanted):
        number = self.carrier.create_waybill(parcel(), at=AT)
        Waybill.objects.update(state=now)
        if wanted == now or wanted in WAYBILL_STEPS[now]:
            self.carrier.record(number, wanted, at=AT)
            assert Waybill.objects.get().state == wanted
        else:
            with pytest.raises(DomainError):
                self.carrier.record(number, wanted, at=AT)
            assert Waybill.objects.get().state == now


def test_a_carrier_is_found_by_its_code():
    assert isinstance(find_carrier("manual"), ManualCarrier)
    with pytest.raises(DomainError) as refused:
        find_carrier("stork")
    assert refused.value.code == "unknown-carrier"
