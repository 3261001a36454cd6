"""A producer who began to send by tables of its own sends by those alone, also when one has ended."""

from datetime import date, timedelta

import pytest
from django.test import Client

from catalog.models import Producer
from marketplace.shipping.models import ShippingStep, ShippingTable, ZoneName
from marketplace.shipping.rates import Rate, load_rate_book
from tests.factories import DAY, make_producer

pytestmark = pytest.mark.django_db

LATER = DAY + timedelta(days=5)


def table(price: int, *, producer: Producer | None = None, since: date = DAY, until: date | None = None) -> None:
    made = ShippingTable.objects.create(
        producer=producer, zone=ZoneName.LOCAL, transit_days=1, valid_from=since, valid_until=until
    )
    ShippingStep.objects.create(table=made, up_to_g=9_000, price=price)


def rate(producer: Producer, *, on: date = DAY) -> Rate | None:
    return load_rate_book([producer.pk], on=on).find(producer.pk, "68", "68", 500)


def price(producer: Producer, *, on: date = DAY) -> int | None:
    found = rate(producer, on=on)
    return None if found is None else found.price


def test_in_a_gap_of_its_own_tables_nothing_goes_at_the_shops_rate():
    cook, other = make_producer(), make_producer()
    table(20_000)
    table(50_000, producer=cook, until=DAY)
    table(60_000, producer=cook, since=LATER)
    assert [price(cook, on=DAY + timedelta(days=days)) for days in (0, 1, 5)] == [50_000, None, 60_000]
    assert price(other, on=DAY + timedelta(days=1)) == 20_000


def test_when_its_last_table_has_ended_nothing_goes_at_the_shops_rate():
    cook = make_producer()
    table(20_000)
    table(50_000, producer=cook, until=DAY)
    assert price(cook, on=LATER) is None


def test_before_its_first_table_it_sends_at_the_shops_rate():
    cook = make_producer()
    table(20_000)
    table(50_000, producer=cook, since=LATER)
    assert price(cook) == 20_000


def test_a_rate_book_takes_two_queries(django_assert_num_queries):
    producers = [make_producer() for _ in range(3)]
    for producer in producers:
        table(50_000, producer=producer, until=DAY)
    with django_assert_num_queries(2):
        load_rate_book([producer.pk for producer in producers], on=LATER)


def test_a_table_that_ends_without_a_successor_is_told(admin_client: Client):
    table(20_000, until=date(2026, 11, 30))
    made = ShippingTable.objects.get()
    page = admin_client.get(f"/django-admin/shipping/shippingtable/{made.pk}/change/").content.decode()
    assert "01/12/2026" in page
    assert "icon-no" in admin_client.get("/django-admin/shipping/shippingtable/").content.decode()


def test_the_list_of_tables_takes_as_many_queries_for_one_as_for_many(admin_client: Client, count_queries):
    table(20_000)
    one = count_queries(admin_client)
    for producer in [make_producer() for _ in range(4)]:
        table(50_000, producer=producer)
    assert count_queries(admin_client) == one


@pytest.fixture
def count_queries(django_assert_max_num_queries):
    def count(client: Client) -> int:
        with django_assert_max_num_queries(30) as seen:
            assert client.get("/django-admin/shipping/shippingtable/").status_code == 200
        return len(seen)

    return count
