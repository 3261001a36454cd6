import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.settlement.models import CommissionRate, Payout, PayoutAccount, PayoutRun, Transaction
from tests.factories import make_producer

from .books import bank, owed_to, part, run_of, sell

pytestmark = pytest.mark.django_db

BASE = "/django-admin/settlement"


@pytest.fixture
def cook():
    producer = make_producer(name="HTX Cầu Đất", slug="cau-dat")
    bank(producer)
    sell(part(producer))
    run_of()
    return producer


@pytest.fixture
def reader(client):
    """Staff who may look at everything of settlement and change nothing."""
    user = User.objects.create_user("reader@example.vn", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="settlement", codename__startswith="view")
    )
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "model", ["transaction", "payoutaccount", "payoutrun", "payout", "commissionrate", "withholdingrate"]
)
def test_every_list_opens(admin_client, cook, model):
    assert admin_client.get(f"{BASE}/{model}/").status_code == 200


def test_the_ledger_is_read_and_never_written(admin_client, cook):
    written = Transaction.objects.get(key="sale:1")
    page = admin_client.get(f"{BASE}/transaction/{written.pk}/change/")
    assert page.status_code == 200
    assert "90500" in page.content.decode()
    assert b'name="_save"' not in page.content
    assert admin_client.get(f"{BASE}/transaction/add/").status_code == 403
    assert admin_client.post(f"{BASE}/transaction/{written.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_commission_is_set(admin_client):
    form = {"basis_points": 700, "valid_from": "2026-12-01"}
    assert admin_client.post(f"{BASE}/commissionrate/add/", form).status_code == 302
    assert CommissionRate.objects.get().basis_points == 700


def test_an_operator_records_an_account(admin_client, admin_user, cook):
    form = {"producer": cook.pk, "way": "bank", "bank_bin": "970418", "number": "31 410 001", "holder": "HTX Cầu Đất"}
    assert admin_client.post(f"{BASE}/payoutaccount/add/", form).status_code == 302
    account = PayoutAccount.objects.current([cook.pk])[cook.pk]
    assert (account.number, account.recorded_by) == ("31410001", admin_user)
    again = admin_client.post(f"{BASE}/payoutaccount/add/", form)
    assert again.status_code == 302
    assert PayoutAccount.objects.count() == 2


@pytest.mark.parametrize(
    "wrong", [{"bank_bin": ""}, {"number": "=1"}, {"holder": "12"}, {"way": "stripe"}, {"producer": ""}]
)
def test_an_account_that_cannot_be_is_refused(admin_client, cook, wrong):
    form = {"producer": cook.pk, "way": "bank", "bank_bin": "970418", "number": "31410001", "holder": "HTX", **wrong}
    page = admin_client.post(f"{BASE}/payoutaccount/add/", form)
    assert page.status_code == 200
    assert b"errorlist" in page.content
    assert PayoutAccount.objects.count() == 1


def test_an_account_is_never_changed(admin_client, cook):
    account = PayoutAccount.objects.get()
    form = {"producer": cook.pk, "way": "bank", "bank_bin": "970418", "number": "31410001", "holder": "HTX"}
    assert admin_client.post(f"{BASE}/payoutaccount/{account.pk}/change/", form).status_code == 403
    assert admin_client.post(f"{BASE}/payoutaccount/{account.pk}/delete/", {"post": "yes"}).status_code == 403


def act(client, action: str, note: str = ""):
    ids = list(Payout.objects.values_list("pk", flat=True))
    return client.post(f"{BASE}/payout/", {"action": action, "_selected_action": ids, "note": note}, follow=True)


def test_a_run_counts_what_was_not_returned_and_links_a_file_only_where_there_is_one(admin_client, cook):
    link = reverse("admin:settlement_payoutrun_file", args=[PayoutRun.objects.get().pk])
    page = admin_client.get(f"{BASE}/payoutrun/").content.decode()
    assert link in page
    act(admin_client, "take_back", "account closed")
    page = admin_client.get(f"{BASE}/payoutrun/").content.decode()
    assert link not in page
    assert '<td class="field-count">0</td>' in page


def test_payouts_are_confirmed(admin_client, cook):
    act(admin_client, "confirm", "FT2612")
    assert Payout.objects.values_list("state", "reference").get() == ("confirmed", "FT2612")


def test_a_payout_that_the_bank_returned_is_owed_again(admin_client, cook):
    act(admin_client, "take_back", "account closed")
    assert Payout.objects.values_list("state", "failure").get() == ("returned", "account closed")
    assert owed_to(cook) == 90_500


def test_a_return_without_a_reason_is_refused(admin_client, cook):
    act(admin_client, "take_back", " ")
    assert Payout.objects.get().state == "booked"


def test_who_may_only_look_confirms_nothing_and_gets_no_file(reader, cook):
    act(reader, "confirm")
    assert Payout.objects.get().state == "booked"
    assert reader.get(reverse("admin:settlement_payoutrun_file", args=[PayoutRun.objects.get().pk])).status_code == 403
    assert reader.get(f"{BASE}/payoutaccount/add/").status_code == 403


def test_the_banks_file_is_downloaded(admin_client, cook):
    file = admin_client.get(reverse("admin:settlement_payoutrun_file", args=[PayoutRun.objects.get().pk]))
    assert b"0071000899,HTX CAU DAT,970436,VIETCOMBANK,90500" in file.content
    assert file["Content-Disposition"] == 'attachment; filename="payouts-2026-11.csv"'
    assert "no-store" in file["Cache-Control"]


@pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbf"), ("tax", b"\xef\xbb\xbf")])
def test_statements_are_downloaded(reader, cook, kind, begins):
    file = reader.get(reverse("admin:settlement_payout_statement", args=[Payout.objects.get().pk, kind]))
    assert file.status_code == 200
    assert file.content.startswith(begins)
    assert 'filename="cau-dat-2026-11' in file["Content-Disposition"]


def test_what_is_not_there_is_not_found(admin_client, cook):
    assert admin_client.get(reverse("admin:settlement_payoutrun_file", args=[999_999])).status_code == 404
    assert admin_client.get(reverse("admin:settlement_payout_statement", args=[999_999, "pdf"])).status_code == 404
    pk = Payout.objects.get().pk
    assert admin_client.get(reverse("admin:settlement_payout_statement", args=[pk, "exe"])).status_code == 404


def test_nothing_is_shown_to_strangers(client, cook):
    for name, args in (("payoutrun_file", [1]), ("payout_statement", [1, "pdf"])):
        assert client.get(reverse(f"admin:settlement_{name}", args=args)).status_code == 302


@pytest.mark.parametrize("model", ["transaction", "payoutaccount", "payout", "payoutrun"])
def test_a_list_takes_as_many_queries_for_more_rows(admin_client, cook, model, django_assert_max_num_queries):
    for order_id in range(10, 18):
        producer = make_producer()
        bank(producer)
        sell(part(producer), order_id=order_id)
    run_of("2026-W47")
    with django_assert_max_num_queries(14):
        admin_client.get(f"{BASE}/{model}/")
