"""``python -m bench.trade.prepare COUNT``: what a shop needs to sell, and so many carts; prints checkouts as JSON."""

import json
import sys
from datetime import date, timedelta
from itertools import cycle
from typing import Any

import django

PRICE, STEP_G, MORE = 25_000, 2_000, 5_000
LINES = 2  # of a cart, each of another producer


def main(count: int) -> None:
    from catalog.models import Commune, Pack, Province, Stock
    from marketplace.orders.models import Cart, CartLine
    from marketplace.orders.quotes import Destination
    from marketplace.orders.quoting import quote_cart
    from marketplace.settlement.models import CommissionRate
    from marketplace.shipping.models import ShippingStep, ShippingTable, ZoneName
    from ocop_badges import days

    now = days.now()
    for zone in ZoneName:
        table = ShippingTable.objects.create(
            zone=zone, transit_days=2, more_per_kg=MORE, valid_from=now.day - timedelta(days=1)
        )
        ShippingStep.objects.create(table=table, up_to_g=STEP_G, price=PRICE)
    CommissionRate.objects.create(basis_points=800, valid_from=date(2020, 1, 1))
    province = Province.objects.get(code="68")
    commune = Commune.objects.current_in(province, on=now.day)[0]
    packs = list(
        Pack.objects.on_sale()
        .filter(
            product__is_published=True,
            product__producer__is_published=True,
            product__product_set__goods_policies=None,
            price__lt=400_000,
        )
        .order_by("product__producer_id", "pk")
        .distinct("product__producer_id")[:200]
    )
    Stock.objects.filter(pack__in=packs).delete()
    Stock.objects.bulk_create(Stock(pack=pack, lot="BENCH", on_hand=1_000_000) for pack in packs)
    pairs = cycle(zip(packs, packs[7:] + packs[:7], strict=True))
    totals: dict[tuple[int, ...], int] = {}
    carts = Cart.objects.bulk_create(Cart(created_at=now.at, touched_at=now.at) for _ in range(count))
    lines = CartLine.objects.bulk_create(
        CartLine(cart=cart, pack=pack, quantity=1 + place, name_seen=pack.name, price_seen=pack.price)
        for cart, pair in zip(carts, pairs, strict=False)
        for place, pack in enumerate(pair)
    )
    bodies: list[dict[str, Any]] = []
    for number, cart in enumerate(carts):
        own = lines[number * LINES : (number + 1) * LINES]
        key = tuple(line.pack_id or 0 for line in own)
        if key not in totals:
            destination = Destination(province.code, {line.pk: line.quantity for line in own})
            totals[key] = quote_cart(own, destinations=[destination], on=now.day, at=now.at).total
        bodies.append(
            {
                "cart": str(cart.pk),
                "email": "buyer@example.vn",
                "phone": "0912345678",
                "name": "Nguyễn Thị Hoa",
                "recipients": [
                    {
                        "name": "Nguyễn Thị Hoa",
                        "phone": "0912345678",
                        "address": {
                            "province": province.code,
                            "commune": commune.code,
                            "street": "1 A",
                        },
                        "lines": [line.pk for line in own],
                    }
                ],
                "payment_method": "cod",
                "expected_total": totals[key],
            }
        )
    json.dump(bodies, sys.stdout)


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
