"""``python -m tests.marketplace.notices.fill PRODUCERS PRODUCTS DAY``: a shop whose certificates all end on DAY.

Each producer has so many products, an e-mail and a phone. No periods are written: reminders read the facts.
"""

import sys
from datetime import date

import django

PROVINCE, PRODUCT_SET, STARS = "68", "ca-phe-ca-cao", 3


def fill(producers: int, products: int, end: date) -> None:
    from catalog.models import Producer, Product, ProductSet, Province
    from ocop_badges.days import start_of
    from ocop_badges.models import Certificate

    province, product_set = Province.objects.get(code=PROVINCE), ProductSet.objects.get(code=PRODUCT_SET)
    made = Producer.objects.bulk_create(
        [
            Producer(
                name=f"Hợp tác xã số {number}",
                slug=f"hop-tac-xa-so-{number}",
                ocop_type="cooperative",
                province=province,
                email=f"htx-{number}@example.vn",
                phone=f"09{number:08}",
            )
            for number in range(producers)
        ],
        batch_size=500,
    )
    certified = Product.objects.bulk_create(
        [
            Product(
                name=f"Cà phê Arabica Cầu Đất {producer.pk}-{number}",
                slug=f"ca-phe-arabica-{producer.pk}-{number}",
                producer=producer,
                product_set=product_set,
                province=province,
            )
            for producer in made
            for number in range(products)
        ],
        batch_size=500,
    )
    issued = date(end.year - 3, end.month, end.day)
    Certificate.objects.bulk_create(
        [
            Certificate(
                product=product,
                stars=STARS,
                decision_number=f"{product.pk}/QĐ-UBND",
                issued_on=issued,
                valid_from=issued,
                valid_until=end,
                end_reason="as printed",
                recorded_at=start_of(issued),
            )
            for product in certified
        ],
        batch_size=500,
    )


if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]), int(sys.argv[2]), date.fromisoformat(sys.argv[3]))
