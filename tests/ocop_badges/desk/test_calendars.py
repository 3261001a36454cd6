"""The calendars of an officer's provinces: whose addresses are seen, made and reset."""

import re

import pytest
from django.urls import reverse
from icalendar import Calendar

from catalog.models import Commune
from ocop_badges.models import PostRole
from ocop_badges.reminders.models import CalendarAddress
from ocop_badges.reminders.services import province_calendar_address
from tests.factories import AT, certify, make_officer
from tests.ocop_badges.desk.desk import address, product_of, province

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = make_officer(province("68"))
    client.force_login(user)
    return user


def shown(client) -> list[str]:
    """The paths of calendars on the page."""
    page = client.get(address("calendars"))
    assert page.status_code == 200
    return re.findall(r">http://testserver(/calendar/[^<]+)</textarea>", page.content.decode())


def test_looking_makes_no_address(client, officer):
    page = client.get(address("calendars")).content.decode()
    assert province("68").name in page
    assert province("11").name not in page
    assert not CalendarAddress.objects.exists()
    assert f'action="{address("calendar-make", "68")}"' in page


def test_the_address_made_answers_the_calendar_of_the_province(client, officer):
    own = certify(product_of("68"))
    theirs = certify(product_of("11"))
    for _ in range(2):  # the second time it is there already
        response = client.post(address("calendar-make", "68"))
        assert response.headers["Location"] == address("calendars") + "#province-68"
    (path,) = shown(client)
    client.logout()
    answer = client.get(path)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    ids = {str(event["UID"])[:12] for event in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert own.public_id in ids
    assert theirs.public_id not in ids


def test_after_a_reset_the_old_address_finds_nothing(client, officer):
    client.post(address("calendar-make", "68"))
    (old,) = shown(client)
    response = client.post(address("calendar-reset", "68"))
    assert response.headers["Location"] == address("calendars") + "#province-68"
    (new,) = shown(client)
    assert new != old
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_another_province_is_not_there(client, officer):
    mine = province_calendar_address(user=make_officer(province("11")), province=province("11"), at=AT)
    for name in ("calendar-make", "calendar-reset"):
        assert client.post(address(name, "11")).status_code == 404
        assert client.post(address(name, "00")).status_code == 404
        assert client.get(address(name, "68")).status_code == 405
    assert client.post(address("calendar-reset", "68")).status_code == 404  # there is none yet
    assert list(CalendarAddress.objects.values_list("token", flat=True)) == [mine.token]


def test_a_colleagues_address_is_not_ones_own(client, officer):
    theirs = province_calendar_address(user=make_officer(province("68")), province=province("68"), at=AT)
    assert shown(client) == []
    assert client.post(address("calendar-reset", "68")).status_code == 404
    client.post(address("calendar-make", "68"))
    client.post(address("calendar-reset", "68"))
    theirs.refresh_from_db()
    (own,) = shown(client)
    assert theirs.token not in own
    assert client.get(reverse("calendar", args=[theirs.token])).status_code == 200


def test_commune_officers_and_council_members_keep_no_province(client):
    commune = Commune.objects.create(province=province("68"), name="Nhân Cơ")
    for user in (make_officer(commune), make_officer(province("68"), role=PostRole.COUNCIL)):
        client.force_login(user)
        for response in (client.get(address("calendars")), client.post(address("calendar-make", "68"))):
            assert response.headers["Location"] == reverse("wagtailadmin_home")
    assert not CalendarAddress.objects.exists()


def test_an_address_ends_with_the_post(client, officer):
    client.post(address("calendar-make", "68"))
    (path,) = shown(client)
    officer.officer_posts.update(is_active=False)
    assert client.get(path).status_code == 404


def test_a_national_officer_has_every_province_in_as_many_queries(
    client, officer, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(40) as few:
        client.get(address("calendars"))
    national = make_officer()
    client.force_login(national)
    for code in ("68", "11", "14"):
        province_calendar_address(user=national, province=province(code), at=AT)
    with django_assert_num_queries(len(few)):
        page = client.get(address("calendars")).content.decode()
    assert page.count("<textarea") == 3
    assert page.count('action="' + address("calendars")) == 34


def test_the_menu_leads_an_officer_there_and_a_council_member_not(client, officer):
    link = f'"url": "{address("calendars")}"'
    assert link in client.get(reverse("wagtailadmin_home")).content.decode()
    client.force_login(make_officer(province("68"), role=PostRole.COUNCIL))
    assert link not in client.get(reverse("wagtailadmin_home")).content.decode()
