import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from marketplace.settlement.models import Payout, PayoutRun
from marketplace.settlement.payouts import confirm_payout, return_payout
from marketplace.settlement.providers.bank_file import HEADINGS, bank_file_of, path_of, plain
from tests.factories import make_producer

from .books import AFTER, bank, part, sell

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def december(clock, settings, tmp_path):
    settings.PAYOUT_FOLDER = str(tmp_path / "payouts")
    clock(AFTER)


def run_payouts(*options: str) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    out, err = StringIO(), StringIO()
    try:
        call_command("run_payouts", *options, stdout=out, stderr=err, no_color=True)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def rows_of(run: PayoutRun) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(path_of(run).read_bytes().decode("ascii"))))


def test_it_pays_the_last_month_and_writes_the_banks_file():
    cook = make_producer(name="HTX Đạ Tẻh – “Cà phê”")
    bank(cook)
    sell(part(cook))
    code, out, err = run_payouts()
    assert (code, err) == (0, "")
    assert "Payouts of 2026-11: 1, 90,500 đ in all." in out
    payout = Payout.objects.get()
    assert rows_of(payout.run) == [
        dict(
            zip(
                HEADINGS,
                ("1", "0071000899", "HTX DA TEH CA PHE", "970436", "VIETCOMBANK", "90500",
                 f"OCOP{payout.pk} THANH TOAN KY 2026 11"),
                strict=True,
            )
        )
    ]  # fmt: skip
    assert path_of(payout.run).stat().st_mode & 0o777 == 0o600


def test_run_again_it_writes_the_same_file():
    cook = make_producer()
    bank(cook)
    sell(part(cook))
    run_payouts()
    file = path_of(PayoutRun.objects.get())
    before = file.read_bytes()
    file.unlink()
    code, out, _err = run_payouts()
    assert code == 0
    assert "finished before" in out
    assert file.read_bytes() == before
    assert Payout.objects.count() == 1


def test_what_is_paid_or_returned_is_in_no_file_any_more():
    producers = [make_producer() for _ in range(3)]
    for order_id, producer in enumerate(producers, start=1):
        bank(producer)
        sell(part(producer), order_id=order_id)
    run_payouts()
    paid, returned, left = Payout.objects.order_by("pk")
    confirm_payout(payout_id=paid.pk, reference="", at=AFTER)
    return_payout(payout_id=returned.pk, reason="x", at=AFTER)
    run_payouts()
    assert [row["NOI DUNG"].split()[0] for row in rows_of(left.run)] == [left.code]


def test_a_dry_run_writes_nothing():
    cook, farmer = make_producer(), make_producer()
    bank(cook)
    sell(part(cook), part(farmer, goods=20_000))
    code, out, err = run_payouts("--dry-run")
    assert (code, err) == (0, "")
    assert f"90,500 đ  {cook.name}" in out
    assert f"10,500 đ  {farmer.name}" in out
    assert not PayoutRun.objects.exists()


def test_a_dry_run_of_a_finished_run_promises_nothing():
    cook = make_producer()
    run_payouts()
    bank(cook)
    sell(part(cook))
    code, out, _err = run_payouts("--dry-run")
    assert code == 0
    assert "finished before" in out
    assert "would pay" not in out


def test_a_producer_without_an_account_is_named():
    farmer = make_producer()
    sell(part(farmer))
    for options in ([], ["--dry-run"]):
        code, _out, err = run_payouts(*options)
        assert code == 1
        assert f"no account: 90,500 đ of {farmer.name}" in err


def test_a_producer_whose_account_came_later_is_paid_by_the_next_run():
    farmer = make_producer()
    sell(part(farmer))
    assert run_payouts()[0] == 1
    bank(farmer)
    code, out, _err = run_payouts()
    assert code == 0
    assert "Payouts of 2026-11: 1, 90,500 đ in all." in out


def test_a_period_that_is_not_over_is_refused():
    with pytest.raises(CommandError, match="2026-12"):
        run_payouts("--period", "2026-12")


@pytest.mark.parametrize("period", ["2026-13", "november", "2026-W99"])
def test_what_is_no_period_is_refused(period):
    with pytest.raises(CommandError, match="is no period"):
        run_payouts("--period", period)


def test_an_unknown_provider_is_refused(settings):
    settings.PAYOUT_PROVIDERS = ["bank", "gold"]
    with pytest.raises(CommandError, match="gold"):
        run_payouts()


def test_a_file_that_cannot_be_written_is_written_by_the_next_run(settings, tmp_path):
    cook = make_producer()
    bank(cook)
    sell(part(cook))
    folder, settings.PAYOUT_FOLDER = settings.PAYOUT_FOLDER, str(tmp_path / "file" / "payouts")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CommandError, match="booked"):
        run_payouts()
    settings.PAYOUT_FOLDER = folder
    assert run_payouts()[0] == 0
    assert [row["SO TIEN"] for row in rows_of(PayoutRun.objects.get())] == ["90500"]


def test_nothing_to_pay_is_all_well():
    assert run_payouts()[0] == 0


@pytest.mark.parametrize("holder", ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "@SUM(A1)", "-1+1", '"x",\r\n1', "\tĐặng"])
def test_no_name_becomes_a_formula_or_another_line(holder):
    cook = make_producer()
    bank(cook, holder=holder)
    sell(part(cook))
    run_payouts()
    file = bank_file_of(list(Payout.objects.to_pay(PayoutRun.objects.get())))
    rows = list(csv.reader(StringIO(file.decode("ascii"))))
    assert [len(row) for row in rows] == [7, 7]
    assert rows[1][2][0].isalnum()


def test_names_are_written_as_banks_take_them():
    assert plain("Nguyễn Thị Ngọc Ánh – Cầu Đất & Đơn Dương (HTX)") == "NGUYEN THI NGOC ANH CAU DAT DON DUONG HTX"
