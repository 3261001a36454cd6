"""``/calendar/{token}.ics``"""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from catalog.models import Province
from marketplace.accounts.models import Membership
from ocop_badges import services
from ocop_badges.errors import DomainError
from ocop_badges.models import CorrectedField, OfficerPost
from ocop_badges.reminders.models import CalendarAddress
from ocop_badges.reminders.services import (
    producer_calendar_address,
    province_calendar_address,
    reset_calendar_address,
)
from tests.conftest import SetClock
from tests.factories import AT, DAY, certify, make_member, make_officer, make_producer, make_product, revoke

pytestmark = pytest.mark.django_db

END = date(2028, 11, 22)


@pytest.fixture
def address() -> CalendarAddress:
    """Of a producer with one certificate, which ends on ``END``."""
    producer = make_producer(name="HTX Đất; Mũi, Cà Mau")
    certify(make_product(producer=producer, name="Mắm ba khía; cay, \\ngon"), issued_on=date(2025, 11, 22))
    return producer_calendar_address(user=make_member(producer), producer=producer, at=AT)


def path(address: CalendarAddress) -> str:
    return reverse("calendar", args=[address.token])


def events(client: Client, address: CalendarAddress) -> dict[str, Any]:
    """The events by the part of their UID that tells their kind."""
    response = client.get(path(address))
    assert response.status_code == 200
    found = Calendar.from_ical(response.content).walk("VEVENT")
    return {str(event["UID"]).partition("@")[0].rpartition("-")[2]: event for event in found}


def test_it_has_the_window_and_the_last_day_as_all_day_events(client: Client, address: CalendarAddress) -> None:
    found = events(client, address)
    assert {kind: event.decoded("DTSTART") for kind, event in found.items()} == {
        "opens": END - timedelta(days=180),
        "closes": END - timedelta(days=120),
        "ends": END,
    }
    assert found["ends"].decoded("DTEND") == END + timedelta(days=1)
    certificate = address.producer.products.get().ocop_certificates.get()
    assert str(found["ends"]["UID"]) == f"{certificate.public_id}-ends@testserver"
    assert str(found["ends"]["URL"]) == f"http://testserver/verify/{certificate.public_id}/"
    assert {kind: len(event.walk("VALARM")) for kind, event in found.items()} == {"opens": 0, "closes": 1, "ends": 1}
    assert found["ends"].walk("VALARM")[0].decoded("TRIGGER") == timedelta(days=-7, hours=9)


def test_names_come_through_whatever_is_in_them(client: Client, address: CalendarAddress) -> None:
    content = client.get(path(address)).content
    calendar = Calendar.from_ical(content)
    assert str(calendar["X-WR-CALNAME"]) == "OCOP – HTX Đất; Mũi, Cà Mau"
    assert all("Mắm ba khía; cay, \\ngon" in str(event["SUMMARY"]) for event in calendar.walk("VEVENT"))
    assert "HTX Đất\\; Mũi\\, Cà Mau" in content.decode().replace("\r\n ", "")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))  # RFC 5545, section 3.1: folded by bytes


def test_it_is_an_answer_of_ones_own_that_a_client_can_keep(client: Client, address: CalendarAddress) -> None:
    response = client.get(path(address))
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, max-age=60, must-revalidate"
    assert response.headers["X-Robots-Tag"] == "noindex"
    etag = response.headers["ETag"]
    assert client.get(path(address)).headers["ETag"] == etag
    again = client.get(path(address), headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    head = client.head(path(address))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(response.content))
    assert client.post(path(address)).status_code == 405


def test_it_speaks_the_persons_language(client: Client, address: CalendarAddress) -> None:
    address.user.language = "en"
    address.user.save()
    found = events(client, address)
    assert str(found["ends"]["SUMMARY"]).startswith("Last day with OCOP stars: ")
    assert "22 November 2028" in str(found["ends"]["DESCRIPTION"])
    assert "/en/verify/" in str(found["ends"]["URL"])


def test_an_extension_moves_the_end_of_the_same_event(
    client: Client, address: CalendarAddress, clock: SetClock
) -> None:
    before = events(client, address)["ends"]
    certificate = address.producer.products.get().ocop_certificates.get()
    clock(END)
    services.extend_certificate(
        certificate=certificate, days=90, granted_on=END, evidence="Biên nhận", at=AT + timedelta(days=1)
    )
    found = events(client, address)
    assert set(found) == {"ends"}  # no window any more: the file is in
    after = found["ends"]
    assert after["UID"] == before["UID"]
    assert after.decoded("DTSTART") == END + timedelta(days=90)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("LAST-MODIFIED") > before.decoded("LAST-MODIFIED")


def test_a_correction_moves_all_of_them(client: Client, address: CalendarAddress) -> None:
    before = events(client, address)
    services.correct_certificate(
        certificate=address.producer.products.get().ocop_certificates.get(),
        changes={CorrectedField.VALID_UNTIL: END - timedelta(days=1), CorrectedField.END_REASON: "as printed"},
        reason="misread",
        at=AT + timedelta(days=1),
    )
    for kind, event in events(client, address).items():
        assert event.decoded("DTSTART") == before[kind].decoded("DTSTART") - timedelta(days=1)
        assert event["SEQUENCE"] > before[kind]["SEQUENCE"]


def test_what_is_revoked_replaced_or_long_over_is_not_in_it(client: Client, address: CalendarAddress) -> None:
    product = address.producer.products.get()
    revoke(certify(make_product(producer=address.producer)))
    certify(make_product(producer=address.producer), issued_on=date(2022, 1, 1))
    certify(make_product())  # another producer's
    certify(product, issued_on=DAY)
    assert events(client, address)["ends"].decoded("DTSTART") == date(2029, 11, 22)
    assert len(Calendar.from_ical(client.get(path(address)).content).walk("VEVENT")) == 3


def test_a_reset_ends_the_old_address(client: Client, address: CalendarAddress) -> None:
    old = path(address)
    new = path(reset_calendar_address(address=address, at=AT))
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_a_person_has_one_address_until_it_is_reset(address: CalendarAddress) -> None:
    again = producer_calendar_address(user=address.user, producer=address.producer, at=AT)
    assert again.token == address.token
    assert len(address.token) >= 32
    other = producer_calendar_address(user=make_member(address.producer), producer=address.producer, at=AT)
    assert other.token != address.token


def test_nobody_reads_on_who_has_left(client: Client, address: CalendarAddress) -> None:
    Membership.objects.filter(user=address.user).delete()
    assert client.get(path(address)).status_code == 404
    Membership.objects.create(user=address.user, producer=address.producer, role="helper")  # without consent
    assert client.get(path(address)).status_code == 404
    Membership.objects.update(consented_at=AT)
    assert client.get(path(address)).status_code == 200
    address.user.is_active = False
    address.user.save()
    assert client.get(path(address)).status_code == 404


def test_an_unknown_address_is_not_found(client: Client) -> None:
    assert client.get("/calendar/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics").status_code == 404


def test_an_officer_reads_the_calendar_of_the_province_kept_and_of_no_other(client: Client) -> None:
    lam_dong, other = Province.objects.get(code="68"), Province.objects.exclude(code="68").first()
    certify(make_product())
    certify(make_product(producer=make_producer(province=other)))
    officer = make_officer(lam_dong)
    with pytest.raises(DomainError) as raised:
        province_calendar_address(user=officer, province=other, at=AT)
    assert raised.value.status == 404
    address = province_calendar_address(user=officer, province=lam_dong, at=AT)
    assert len(Calendar.from_ical(client.get(path(address)).content).walk("VEVENT")) == 3
    OfficerPost.objects.filter(user=officer).update(is_active=False)
    assert client.get(path(address)).status_code == 404


def test_a_province_costs_a_bounded_number_of_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    lam_dong = Province.objects.get(code="68")
    for _ in range(10):
        certify(make_product())
    address = province_calendar_address(user=make_officer(lam_dong), province=lam_dong, at=AT)
    with django_assert_max_num_queries(9):
        assert len(Calendar.from_ical(client.get(path(address)).content).walk("VEVENT")) == 30
