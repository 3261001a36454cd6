"""What operators do with vouchers, and that nobody edits an order."""

import pytest

from marketplace.orders.admin import VoucherForm
from marketplace.orders.models import Order, PaymentMethod, Voucher
from tests.factories import DAY, make_pack, make_product
from tests.trade import make_order, open_shop

pytestmark = pytest.mark.django_db
BASE = "/django-admin/orders"
FORM = {"code": " tết10 ", "kind": "percent", "value": 10, "minimum_goods": 0, "valid_from": "2026-01-01", "limit": 5}


@pytest.fixture
def order() -> Order:
    open_shop()
    Voucher.objects.create(code="TEN", kind="percent", value=10, valid_from=DAY, limit=3)
    pack = make_pack(make_product(), on_hand=9)
    return make_order((pack, 1), method=PaymentMethod.VIETQR, voucher_codes=["TEN"])


def test_an_operator_makes_a_voucher(admin_client) -> None:
    assert admin_client.post(f"{BASE}/voucher/add/", {**FORM, "is_active": "on"}).status_code == 302
    voucher = Voucher.objects.get()
    assert (voucher.code, voucher.limit, voucher.used, voucher.is_active) == ("TẾT10", 5, 0, True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"value": 101}, "__all__"), ({"valid_until": "2025-12-31"}, "__all__"), ({"code": ""}, "code")],
)
def test_what_cannot_be_is_told_beside_the_form(admin_client, wrong, field) -> None:
    page = admin_client.post(f"{BASE}/voucher/add/", {**FORM, **wrong})
    assert page.status_code == 200
    assert field in page.context["adminform"].form.errors
    assert not Voucher.objects.exists()


def test_a_limit_below_what_was_used_is_refused_and_uses_meanwhile_are_kept(admin_client, order) -> None:
    voucher = Voucher.objects.get()
    address = f"{BASE}/voucher/{voucher.pk}/change/"
    form = {**FORM, "code": "TEN", "limit": 0}
    assert "limit" in admin_client.post(address, form).context["adminform"].form.errors
    assert admin_client.post(address, {**form, "limit": 1, "used": 0}).status_code == 302
    voucher.refresh_from_db()
    assert (voucher.limit, voucher.used, voucher.is_active) == (1, 1, False)


def test_a_use_since_the_form_was_loaded_counts(order) -> None:
    loaded = Voucher.objects.get()
    Voucher.objects.update(used=3)
    form = VoucherForm({**FORM, "code": "TEN", "limit": 2}, instance=loaded)
    assert "3" in form.errors["limit"][0]


def test_one_that_was_used_cannot_be_deleted(admin_client, order) -> None:
    admin_client.post(f"{BASE}/voucher/{Voucher.objects.get().pk}/delete/", {"post": "yes"})
    assert Voucher.objects.count() == 1


def test_an_order_is_seen_and_never_written(admin_client, order) -> None:
    assert order.number in admin_client.get(f"{BASE}/order/?q={order.number}").content.decode()
    page = admin_client.get(f"{BASE}/order/{order.pk}/change/")
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert order.token_seed.encode() not in page.content
    assert str(order.cart_id).encode() not in page.content
    assert admin_client.post(f"{BASE}/order/{order.pk}/change/", {"total": 1}).status_code == 403
    assert admin_client.post(f"{BASE}/order/{order.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get(f"{BASE}/order/add/").status_code == 403
