"""What carriers hand over: their lists read line by line, matched against what counts, booked once."""

from typing import Any

import pytest

from marketplace.orders.models import Order, PaymentMethod
from marketplace.orders.services.fulfilling import deliver_fulfilment
from marketplace.payments.cod_collecting import collect
from marketplace.payments.cod_remittances import LARGEST, book_batch, differences, import_remittance
from marketplace.payments.models import Payment, RemittanceBatch, RemittanceLine
from marketplace.settlement.models import Transaction
from ocop_badges.errors import DomainError
from tests.factories import DAY, make_pack, make_product
from tests.trade import make_order, open_shop

from .contract import balance
from .test_cod import LATER, ship


def take(text: str | bytes, *, reference: str = "1", carrier: str = "GHN") -> RemittanceBatch:
    file = text.encode() if isinstance(text, str) else text
    return import_remittance(carrier=carrier, reference=reference, paid_on=DAY, file=file, at=LATER)


def refusal_of(text: str | bytes, **more: str) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        take(text, **more)
    assert not RemittanceLine.objects.exists()
    return refusal.value


@pytest.fixture
def order(db: None) -> Order:
    """Two parcels, T1 worth 118,000 đ and T2 worth 68,000 đ; the first was delivered."""
    open_shop()
    packs = [make_pack(make_product(), price=price, on_hand=5) for price in (100_000, 50_000)]
    order = make_order(*((pack, 1) for pack in packs))
    first, second = order.fulfilments.order_by("pk")
    ship(first, tracking="T1")
    ship(second, tracking="T2")
    deliver_fulfilment(fulfilment_id=first.pk, at=LATER)
    return order


def test_what_was_handed_over_leaves_the_carriers_account_less_its_fee(order: Order) -> None:
    batch = take("tracking_number,collected,fee\nT1,118000,12000\n")
    assert differences(batch) == []
    for _time in range(2):
        assert book_batch(batch_id=batch.pk, at=LATER).booked_at == LATER
    assert (balance("clearing:cod"), balance("bank"), balance("fees")) == (0, 106_000, 12_000)
    assert Transaction.objects.filter(kind="remittance").count() == 1


def test_columns_may_stand_in_any_order_with_others_between_and_a_mark_in_front(order: Order) -> None:
    batch = take("\ufefffee, note ,collected,tracking_number\r\n,,118000,T1\r\n,,,\r\n".encode())
    line = batch.lines.get()
    assert (line.collected, line.fee) == (118_000, 0)


def test_it_shows_where_the_carrier_says_something_else(order: Order) -> None:
    batch = take("tracking_number,collected,fee\nT1,100000,0\nT2,68000,0\n")
    found = [(each.told, each.known) for each in differences(batch)]
    assert found == [(100_000, 118_000), (68_000, 0)]
    with pytest.raises(DomainError) as refusal:
        book_batch(batch_id=batch.pk, at=LATER)
    assert refusal.value.code == "remittance-differs"
    assert balance("bank") == 0


def test_a_parcel_delivered_meanwhile_differs_no_more(order: Order) -> None:
    batch = take("tracking_number,collected,fee\nT2,68000,0\n")
    second = order.fulfilments.order_by("pk")[1]
    collect(fulfilment_id=second.pk, at=LATER)
    assert differences(batch) == []


def test_accepted_differences_stay_with_the_carrier(order: Order) -> None:
    batch = take("tracking_number,collected,fee\nT1,100000,0\n")
    book_batch(batch_id=batch.pk, at=LATER, accept_differences=True)
    assert (balance("clearing:cod"), balance("bank")) == (18_000, 100_000)
    assert Payment.objects.get().captured == 118_000


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("T9,1,0", ["unknown"]),
        ("T1,1,0\nT1,2,0", ["doubled", "doubled"]),
        ("T1,,0", ["invalid"]),
        ("T1,-5,0", ["invalid"]),
        ("T1,1.5,0", ["invalid"]),
        ("T1,118.000,0", ["invalid"]),
        ("T1,٣,0", ["invalid"]),
        ("T1,0,0", ["invalid"]),
        (",5,0", ["invalid"]),
        ("T1,9999999999999999999999,0", ["invalid"]),
        ("T1", ["invalid"]),
        ("T1,1,x\nT2,x,1", ["invalid", "invalid"]),
    ],
)
def test_it_says_what_is_wrong_with_which_line(order: Order, lines: str, codes: list[str]) -> None:
    error = refusal_of(f"tracking_number,collected,fee\n{lines}\n")
    assert [fault.code for fault in error.faults] == codes
    assert error.faults[0].field == "lines/2"
    assert not RemittanceBatch.objects.exists()


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"", "column"),
        (b"tracking_number,fee\nT1,1", "column"),
        (b"\xff\xfe\x00", "not-csv"),
        (b'tracking_number,collected,fee\n"T1', "not-csv"),
        (b"tracking_number,collected,fee\n", "length"),
        (b"x" * (LARGEST + 1), "too-large"),
    ],
)
def test_a_file_that_is_no_list_is_refused(order: Order, file: bytes, code: str) -> None:
    assert refusal_of(file).faults[0].code == code


def test_a_parcel_of_another_carrier_or_paid_before_is_unknown(order: Order) -> None:
    assert refusal_of("tracking_number,collected,fee\nT1,1,0\n", carrier="VTP").faults[0].code == "unknown"
    prepaid = make_order((make_pack(make_product(), on_hand=1), 1), method=PaymentMethod.VIETQR).fulfilments.get()
    type(prepaid).objects.filter(pk=prepaid.pk).update(carrier="GHN", tracking_number="T3")
    assert refusal_of("tracking_number,collected,fee\nT3,1,0\n").faults[0].code == "unknown"


def test_a_number_that_two_parcels_bear_is_for_a_person(order: Order) -> None:
    order.fulfilments.update(tracking_number="T1")
    assert refusal_of("tracking_number,collected,fee\nT1,1,0\n").faults[0].code == "ambiguous"


def test_each_parcel_and_each_list_is_handed_over_once(order: Order) -> None:
    take("tracking_number,collected,fee\nT1,118000,0\n")
    for text, reference, code in (
        ("T1,118000,0", "2", "remittance-unreadable"),
        ("T2,68000,0", "1", "remittance-known"),
    ):
        with pytest.raises(DomainError) as refusal:
            take(f"tracking_number,collected,fee\n{text}\n", reference=reference)
        assert refusal.value.code == code
    assert RemittanceBatch.objects.count() == RemittanceLine.objects.count() == 1


def test_it_asks_as_much_for_many_lines_as_for_one(order: Order, django_assert_num_queries: Any) -> None:
    third = make_order((make_pack(make_product(), on_hand=1), 1)).fulfilments.get()
    ship(third, tracking="T3")
    for reference, names in (("1", ["T1"]), ("2", ["T2", "T3"])):
        lines = "".join(f"{name},5,0\n" for name in names)
        with django_assert_num_queries(8):
            take(f"tracking_number,collected,fee\n{lines}", reference=reference)


def test_an_amount_of_thousands_of_digits_is_refused(order: Order) -> None:
    assert refusal_of(f"tracking_number,collected\nT1,{'0' * 5_000}1\n").code == "remittance-unreadable"
