"""One invoice a seller and order, adjusted to the đồng for what came back, in files that accountants read."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import Sum

from marketplace.invoices.models import Invoice
from marketplace.invoices.providers import FileExport
from marketplace.invoices.services import draw_up_invoices, issue_invoices
from marketplace.orders import services
from marketplace.orders.models import PaymentMethod, Voucher
from marketplace.orders.return_rules import Complaint, Failure
from marketplace.settlement.models import Earning
from tests.factories import AT, DAY, make_bundle, make_pack, make_producer, make_product
from tests.marketplace.orders.test_returning import ask, deliver, delivered, give_back, walk
from tests.trade import make_order, open_hub, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    open_shop()


@pytest.fixture
def packs():
    return (
        make_pack(make_product(producer=make_producer(legal_name="HTX Một", tax_number="0100109106")), on_hand=9),
        make_pack(make_product(), price=60_001, on_hand=9),
    )


def draw_up() -> int:
    return draw_up_invoices(at=AT, on=DAY)


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


def test_each_seller_has_one_invoice_with_its_goods_and_shipping(packs) -> None:
    order = delivered((packs[0], 2), (packs[1], 1), invoice_company="Công ty Hoa Sen", invoice_tax_code="0300588569")
    assert draw_up() == 2
    assert draw_up() == 0
    assert Invoice.objects.aggregate(total=Sum("total"))["total"] == order.total
    invoice = Invoice.objects.get(producer=packs[0].product.producer)
    assert (invoice.seller_name, invoice.seller_tax_code, invoice.buyer_tax_code, invoice.number) == (
        "HTX Một", "0100109106", "0300588569", 1,
    )  # fmt: skip
    assert list(invoice.lines.values_list("quantity", "amount")) == [(2, 240_000)]


def test_nothing_is_invoiced_before_everything_of_a_seller_has_ended(packs) -> None:
    order = make_order((packs[0], 2), (packs[1], 1))
    first, second = order.fulfilments.order_by("position")
    walk(first)
    assert draw_up() == 1
    services.cancel_fulfilment(fulfilment_id=second.pk, actor=services.Actor.PRODUCER, at=AT)
    assert draw_up() == 0


def test_what_failed_or_was_cancelled_is_not_on_it(packs) -> None:
    order = make_order((packs[0], 3))
    fulfilment, item = order.fulfilments.get(), order.items.get()
    services.cancel_shortage(fulfilment_id=fulfilment.pk, counts={item.pk: 1}, at=AT)
    deliver(order)
    lost = make_order((packs[1], 1))
    parcel = lost.fulfilments.get()
    services.accept_fulfilment(fulfilment_id=parcel.pk, at=AT)
    services.pack_fulfilment(fulfilment_id=parcel.pk, at=AT, on=DAY)
    services.ship_fulfilment(fulfilment_id=parcel.pk, carrier="VNPost", at=AT)
    services.fail_fulfilment(fulfilment_id=parcel.pk, failure=Failure.LOST, at=AT)
    assert draw_up() == 1
    assert Invoice.objects.get().lines.get().quantity == 2


def test_the_way_of_what_was_carried_in_vain_is_invoiced_as_it_was_booked(packs) -> None:
    order = make_order((packs[0], 1), method=PaymentMethod.VIETQR)
    services.confirm_order(order_id=order.pk, at=AT)
    parcel = order.fulfilments.get()
    services.accept_fulfilment(fulfilment_id=parcel.pk, at=AT)
    services.pack_fulfilment(fulfilment_id=parcel.pk, at=AT, on=DAY)
    services.ship_fulfilment(fulfilment_id=parcel.pk, carrier="VNPost", at=AT)
    services.fail_fulfilment(fulfilment_id=parcel.pk, failure=Failure.ABSENT, at=AT)
    assert draw_up() == 1
    assert draw_up() == 0
    invoice = Invoice.objects.get()
    earned = Earning.objects.get()
    assert (invoice.goods, invoice.shipping) == (0, earned.shipping)
    assert invoice.shipping == parcel.shipping > 0
    assert not invoice.lines.exists()


def test_goods_in_a_box_are_invoiced_once_the_box_is_delivered(packs) -> None:
    open_hub()
    order = make_order((make_bundle(*packs, goes_as_box=True), 1))
    for inbound in order.fulfilments.filter(packing="inbound"):
        walk(inbound)
    assert draw_up() == 0
    box = order.fulfilments.get(packing="box")
    walk(box)
    assert draw_up() == 2
    assert Invoice.objects.aggregate(total=Sum("total"))["total"] == order.total - box.shipping - box.assembly


def test_what_came_back_is_taken_off_to_the_dong(packs) -> None:
    Voucher.objects.create(code="GIFT", kind="percent", value=33, valid_from=DAY)
    order = delivered((packs[1], 7), method=PaymentMethod.VIETQR, voucher_codes=["GIFT"])
    item = order.items.get()
    draw_up()
    sale = Invoice.objects.get()
    assert sale.goods == item.amount  # the shop bears the voucher: the seller sold for the whole price
    for count in (2, 1, 4):
        (request,) = ask(order, {item.pk: count}, reason=Complaint.DAMAGED)
        give_back(request)
    assert draw_up() == 3
    assert draw_up() == 0
    off = Invoice.objects.filter(adjusts=sale)
    assert off.aggregate(goods=Sum("goods"), shipping=Sum("shipping")) == {
        "goods": sale.goods,
        "shipping": sale.shipping,
    }
    assert list(off.order_by("number").values_list("number", "lines__quantity")) == [(2, 2), (3, 1), (4, 4)]


def test_returns_received_at_one_instant_are_taken_off_as_they_were_booked(packs) -> None:
    Voucher.objects.create(code="GIFT", kind="percent", value=33, valid_from=DAY)
    order = delivered((packs[1], 7), method=PaymentMethod.VIETQR, voucher_codes=["GIFT"])
    item = order.items.get()
    requests = [ask(order, {item.pk: count})[0] for count in (2, 1, 4)]
    draw_up()
    for request in reversed(requests):
        give_back(request)
        draw_up()
    sale, off = Invoice.objects.get(adjusts=None), Invoice.objects.exclude(adjusts=None)
    assert off.aggregate(goods=Sum("goods"))["goods"] == sale.goods
    booked = Earning.objects.filter(goods__lt=0).order_by("pk")
    assert [each.goods for each in off.order_by("number")] == [-each.revenue for each in booked]


def test_the_database_knows_one_invoice_a_seller_and_order(packs) -> None:
    delivered((packs[0], 1))
    draw_up()
    sale = Invoice.objects.get()
    sale.pk, sale.number = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        sale.save(force_insert=True)


def test_the_file_has_a_row_for_each_line_and_no_formula(packs, tmp_path: Path) -> None:
    order = delivered((packs[0], 2), invoice_company="=HYPERLINK(1)", invoice_tax_code="0300588569")
    draw_up()
    (request,) = ask(order, {order.items.get().pk: 1})
    give_back(request)
    draw_up()
    assert issue_invoices(provider=FileExport(tmp_path), at=AT) == 2
    assert issue_invoices(provider=FileExport(tmp_path), at=AT) == 0
    (file,) = tmp_path.iterdir()
    rows = rows_of(file)
    assert [(row["Loại"], row["Số lượng"], row["Thành tiền"], row["Điều chỉnh cho"]) for row in rows] == [
        ("Hóa đơn bán hàng", "2", "240000", ""),
        ("Hóa đơn bán hàng", "1", "18000", ""),
        ("Điều chỉnh giảm", "-1", "-120000", "000001"),
    ]
    assert rows[0]["Đơn vị mua"] == "'=HYPERLINK(1)"
    assert rows[0]["MST người mua"] == "0300588569"
    assert rows[0]["MST người bán"] == "0100109106"
    assert set(Invoice.objects.values_list("provider", "reference")) == {("file", file.name)}


def test_killed_before_they_were_marked_the_same_file_is_written_again(packs, tmp_path: Path) -> None:
    delivered((packs[0], 1))
    draw_up()

    class Killed(FileExport):
        def issue(self, invoices):
            super().issue(invoices)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        issue_invoices(provider=Killed(tmp_path), at=AT)
    delivered((packs[0], 2))
    draw_up()
    assert issue_invoices(provider=FileExport(tmp_path), at=AT) == 2
    numbers = [row["Số chứng từ"] for file in tmp_path.iterdir() for row in rows_of(file) if row["Mã hàng"]]
    assert sorted(numbers) == ["000001", "000002"]
    assert not Invoice.objects.waiting().exists()


def test_the_command_draws_up_and_writes(packs, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    delivered((packs[0], 2), (packs[1], 1))
    call_command("issue_invoices", "--to", str(tmp_path / "new"))
    assert len(list((tmp_path / "new").glob("*.csv"))) == 2
    assert "2 invoices and adjustments are new." in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_leaves_them_waiting(packs, tmp_path: Path) -> None:
    delivered((packs[0], 2))
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="1 invoices wait"):
        call_command("issue_invoices", "--to", str(tmp_path / "file"))
    assert Invoice.objects.waiting().count() == 1
