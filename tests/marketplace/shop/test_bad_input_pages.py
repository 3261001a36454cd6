"""What no browser sends: it is refused as a whole, whatever the database would say to it."""

import pytest
from django.test import Client

from marketplace.orders.models import Cart
from tests.factories import make_pack, make_product

from .ordering import put_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/cart/vouchers/", {"code": "a\x00b"}),
        ("/cart/lines/", {"sku": "a\x00b"}),
        ("/checkout/", {"do": "place", "key": "a\x00b"}),
        ("/checkout/", {"do": "update", "email": "a\x00b@example.vn"}),
        ("/orders/OC26-XXXX/return/", {"note": "a\x00b"}),
    ],
)
def test_a_nul_is_a_bad_request(client: Client, path: str, body: dict[str, str]) -> None:
    put_in(client, make_pack(make_product(), on_hand=5))
    cart = Cart.objects.get()
    answer = client.post(path, {"cart": str(cart.pk), **body})
    assert answer.status_code == 400
    cart.refresh_from_db()
    assert cart.voucher_codes == []


def test_more_vouchers_than_may_be_used_can_be_taken_out_again(client: Client) -> None:
    put_in(client, make_pack(make_product(), on_hand=5))
    Cart.objects.update(voucher_codes=[f"V{number}" for number in range(12)])
    client.post("/cart/vouchers/", {"remove": "V3"})
    assert len(Cart.objects.get().voucher_codes) == 11
    client.post("/cart/vouchers/", {"code": "W"})
    assert len(Cart.objects.get().voucher_codes) == 11
