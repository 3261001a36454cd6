"""A case in the shape of one province's: 14 certificates end on one day, and each producer was warned at each step."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from ocop_badges.models import Certificate
from ocop_badges.reminders.models import Reminder
from ocop_badges.reminders.rules import STEPS
from tests.conftest import SetClock
from tests.factories import certify, list_products, make_member, make_officer, make_producer, make_product

pytestmark = pytest.mark.django_db

LAST_DAY = date(2026, 1, 13)
DAY_AFTER = date(2026, 1, 14)
PRODUCTS_OF_PRODUCERS = (5, 3, 2, 2, 1, 1)


def test_every_producer_is_warned_at_every_step_and_the_stars_end_by_themselves(
    client: Client, clock: SetClock
) -> None:
    producers = [make_producer(email=f"htx-{number}@example.vn") for number in range(len(PRODUCTS_OF_PRODUCERS))]
    addresses = [producer.email for producer in producers]
    addresses[0] = make_member(producers[0]).email  # a member hears instead of the producer's own address
    products = [
        make_product(producer=producer)
        for producer, count in zip(producers, PRODUCTS_OF_PRODUCERS, strict=True)
        for _ in range(count)
    ]
    for number, product in enumerate(products):
        certify(product, stars=4 if number in (0, 6) else 3, issued_on=date(2023, 1, 13))
    list_products(*products)
    assert sorted(Certificate.objects.values_list("stars", "valid_until")) == [(3, LAST_DAY)] * 12 + [(4, LAST_DAY)] * 2

    letters: dict[tuple[str, date], int] = {}
    for day in sorted(step.due_on(LAST_DAY) + timedelta(days=near) for step in STEPS for near in (-2, 0, 3)):
        clock(day)
        call_command("send_reminders", verbosity=0, stdout=_Silence())
        for letter in mail.outbox:
            letters[letter.to[0], day] = letters.get((letter.to[0], day), 0) + 1
        mail.outbox.clear()

    assert letters == {(address, step.due_on(LAST_DAY)): 1 for address in addresses for step in STEPS}
    assert Reminder.objects.count() == Reminder.objects.told().count() == 14 * len(STEPS)

    clock(LAST_DAY)
    assert [_stars(client, product) for product in products] == [4, 3, 3, 3, 3, 3, 4, 3, 3, 3, 3, 3, 3, 3]
    assert client.get("/api/v1/products/?certified=true").json()["count"] == 14
    assert not Certificate.objects.with_status("expired", on=LAST_DAY)
    clock(DAY_AFTER)
    assert [_stars(client, product) for product in products] == [None] * 14
    assert client.get("/api/v1/products/?certified=true").json()["count"] == 0
    assert client.get("/api/v1/products/").json()["count"] == 14  # still on sale
    assert Certificate.objects.with_status("expired", on=DAY_AFTER).count() == 14

    client.force_login(make_officer(producers[0].province))
    lapsed = client.get("/admin/ocop/certificates/?status=lapsed").content.decode()
    assert [product.name in lapsed for product in products] == [True] * 14
    assert "status=lapsed" in client.get("/admin/ocop/").content.decode()


def _stars(client: Client, product) -> int | None:
    return client.get(f"/badges/{product.slug}.json").json()["stars"]


class _Silence:
    def write(self, text: str) -> int:
        return len(text)
