"""The smallest valid objects. Times are relative to one fixed day; states are explicit functions."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from catalog.models import OcopType, Pack, Producer, Product, ProductSet, Province, Stock
from ocop_badges import services
from ocop_badges.days import start_of
from ocop_badges.models import Certificate, RevocationGround

DAY = date(2026, 11, 22)
AT: datetime = start_of(DAY) + timedelta(hours=9)

_numbers = count(1)


def make_producer(**fields: Any) -> Producer:
    number = next(_numbers)
    defaults = {
        "name": f"Hợp tác xã {number}",
        "slug": f"hop-tac-xa-{number}",
        "ocop_type": OcopType.COOPERATIVE,
        "province": Province.objects.get(code="68"),
    }
    return Producer.objects.create(**{**defaults, **fields})


def make_product(**fields: Any) -> Product:
    number = next(_numbers)
    producer = fields.pop("producer", None) or make_producer()
    defaults = {
        "name": f"Cà phê {number}",
        "slug": f"ca-phe-{number}",
        "producer": producer,
        "product_set": ProductSet.objects.get(code="ca-phe-ca-cao"),
        "province": producer.province,
    }
    return Product.objects.create(**{**defaults, **fields})


def make_pack(product: Product, *, price: int | None = 120_000, on_hand: int = 0, **fields: Any) -> Pack:
    number = next(_numbers)
    pack = Pack.objects.create(
        **{"product": product, "sku": f"SKU-{number}", "name": "Gói 500 g", "price": price, **fields}
    )
    if on_hand:
        Stock.objects.create(pack=pack, on_hand=on_hand)
    return pack


def certify(
    product: Product, *, stars: int = 4, issued_on: date = DAY - timedelta(days=365), **fields: Any
) -> Certificate:
    """A certificate that is valid on ``DAY`` unless told otherwise."""
    number = next(_numbers)
    return services.issue_certificate(
        product=product,
        stars=stars,
        issued_on=issued_on,
        **{"decision_number": f"{number}/QĐ-UBND", "issuing_authority": "UBND tỉnh Lâm Đồng", "at": AT, **fields},
    )


def certify_expired(product: Product, **fields: Any) -> Certificate:
    return certify(product, issued_on=date(2023, 6, 1), **fields)


def suspend(certificate: Certificate, *, since: date = DAY) -> None:
    services.suspend_certificate(certificate=certificate, suspended_from=since, reason="Kiểm tra đột xuất", at=AT)


def revoke(certificate: Certificate, *, effective_on: date = DAY) -> None:
    services.revoke_certificate(
        certificate=certificate,
        ground=RevocationGround.CRITERIA_NOT_MET,
        decision_number="9/QĐ-UBND",
        effective_on=effective_on,
        at=AT,
    )
