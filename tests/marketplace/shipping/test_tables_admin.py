"""Operators write a table on one page: its steps make sense, and days without a price are told."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from marketplace.shipping.carriers.manual import ManualCarrier
from marketplace.shipping.models import ShippingTable, Waybill, ZoneName
from tests.factories import AT

from .contract import parcel

pytestmark = pytest.mark.django_db

ADD = "/django-admin/shipping/shippingtable/add/"


def form(*steps: tuple[int, int], **fields: Any) -> dict[str, Any]:
    data = {
        "zone": "near", "transit_days": "2", "valid_from": "2026-01-01", "valid_until": "", "more_per_kg": "5000",
        "steps-TOTAL_FORMS": len(steps), "steps-INITIAL_FORMS": 0, **fields,
    }  # fmt: skip
    for number, (up_to_g, price) in enumerate(steps):
        data |= {f"steps-{number}-up_to_g": up_to_g, f"steps-{number}-price": price}
    return data


def test_a_table_is_written_with_its_steps(admin_client: Client):
    assert admin_client.post(ADD, form((500, 15_000), (2_000, 25_000))).status_code == 302
    table = ShippingTable.objects.get()
    assert list(table.steps.order_by("up_to_g").values_list("up_to_g", "price")) == [(500, 15_000), (2_000, 25_000)]
    page = admin_client.get(f"/django-admin/shipping/shippingtable/{table.pk}/change/")
    assert page.status_code == 200


@pytest.mark.parametrize("steps", [[], [(500, 20_000), (2_000, 15_000)], [(500, 15_000), (500, 16_000)], [(0, 15_000)]])
def test_steps_that_make_no_table_are_refused(admin_client: Client, steps):
    assert admin_client.post(ADD, form(*steps)).status_code == 200
    assert not ShippingTable.objects.exists()


def test_two_tables_of_the_shop_cannot_begin_on_one_day(admin_client: Client):
    assert admin_client.post(ADD, form((500, 15_000))).status_code == 302
    assert admin_client.post(ADD, form((500, 16_000))).status_code == 200
    assert ShippingTable.objects.count() == 1


def test_days_without_a_table_and_days_with_two_are_told(admin_client: Client):
    ShippingTable.objects.create(
        zone=ZoneName.NEAR, transit_days=2, valid_from=date(2025, 1, 1), valid_until=date(2025, 12, 30)
    )
    page = admin_client.post(ADD, form((500, 15_000)), follow=True).content.decode()
    assert "31/12/2025" in page
    ShippingTable.objects.create(zone=ZoneName.NEAR, transit_days=2, valid_from=date(2026, 6, 1))
    table = ShippingTable.objects.get(valid_from=date(2026, 1, 1))
    page = admin_client.get(f"/django-admin/shipping/shippingtable/{table.pk}/change/").content.decode()
    assert "01/06/2026" in page


def test_where_a_parcel_is_is_said_by_an_action(admin_client: Client):
    carrier = ManualCarrier()
    carrier.create_waybill(parcel(number="GHN1"), at=AT)
    waybill = Waybill.objects.get()
    for action, state in (("set_delivered", "created"), ("set_taken", "taken"), ("set_delivered", "delivered")):
        admin_client.post(
            "/django-admin/shipping/waybill/", {"action": action, "_selected_action": [waybill.pk]}, follow=True
        )
        waybill.refresh_from_db()
        assert waybill.state == state
    assert admin_client.get(f"/django-admin/shipping/waybill/{waybill.pk}/change/").status_code == 200
