"""What tests of the shop's pages and API share."""

import json
from typing import Any
from uuid import uuid4

from django.test import Client

from catalog.models import Commune, Pack
from marketplace.orders.models import Cart
from marketplace.orders.quoting import quote_cart
from marketplace.orders.services import destinations_of
from tests.factories import AT, DAY
from tests.trade import make_commune, make_party

API = "/api/v1"


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    return getattr(client, method)(
        API + path,
        data=json.dumps(body) if body is not None else None,
        content_type="application/json",
        headers=headers,
    )


def total_of(cart: Cart, *, commune: Commune | None = None, vouchers: list[str] | None = None) -> int:
    """What everything in a cart costs, sent to one place."""
    lines = list(cart.lines.in_order())
    party = make_party(portions={line.pk: line.quantity for line in lines}, commune=commune)
    quote = quote_cart(
        lines,
        destinations=destinations_of([party]),
        voucher_codes=vouchers or [],
        buyer="b@example.vn",
        on=DAY,
        at=AT,
    )
    return quote.total


def body_for(cart: Cart, **more: Any) -> dict[str, Any]:
    """A checkout of a whole cart to one recipient, cash on delivery."""
    commune = more.pop("to", None) or make_commune()
    body = {
        "cart": str(cart.pk),
        "email": "b@example.vn",
        "phone": "0912 345 678",
        "name": "Nguyễn Thị Hoa",
        "recipients": [
            {
                "name": "Trần Văn Nam",
                "phone": "0912345679",
                "address": {"province": commune.province.code, "commune": commune.name, "street": "12 Trần Phú"},
                "card": "Chúc mừng năm mới!",
                "deliver_on": None,
                "lines": [line.pk for line in cart.lines.in_order()],
            }
        ],
        "vouchers": [],
        "invoice": None,
        "payment_method": "cod",
        "expected_total": total_of(cart, commune=commune, vouchers=more.get("vouchers")),
    }
    return {**body, **more}


def place(client: Client, cart: Cart, *, key: str = "", **more: Any) -> Any:
    return send(client, "post", "/checkout/", body_for(cart, **more), **{"Idempotency-Key": key or str(uuid4())})


def put_in(client: Client, pack: Pack, quantity: int = 1, prefix: str = "") -> Any:
    """By the buy button of a page."""
    return client.post(f"{prefix}/cart/lines/", {"sku": pack.sku, "quantity": quantity})
