"""What a producer reads about certificates: every state in words, with what to do now."""

from datetime import date, timedelta

import pytest
from django.test import Client

from marketplace.accounts.models import Membership, User
from ocop_badges import services
from ocop_badges.reminders.models import CalendarAddress
from tests.conftest import SetClock
from tests.factories import (
    AT,
    DAY,
    certify,
    certify_expired,
    make_member,
    make_officer,
    make_producer,
    make_product,
    revoke,
    suspend,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
ISSUED = date(2025, 3, 1)  # ends on 1 March 2028: the window is 3 September to 2 November 2027


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    page = Page(answer.content.decode())
    assert page.flaws == []
    return " ".join(page.one("main").text.split())


@pytest.fixture
def product():
    return make_product(producer=make_producer(name="HTX Bình Minh"), name="Trà Shan")


@pytest.fixture
def owner(client: Client, product) -> User:
    user = make_member(product.producer)
    client.force_login(user)
    return user


def home(product) -> str:
    return f"/en/portal/{product.producer.public_id}/"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 22), ["Valid", "465 days left", "until 1 March 2028 inclusive", "Nothing to do now"]),
        (date(2027, 3, 2), ["365 days left", "opens in 185 days: from 3 September 2027 to 2 November 2027"]),
        (date(2027, 9, 2), ["opens in 1 day:"]),
        (date(2027, 9, 3), ["now: the window closes in 60 days, on 2 November 2027"]),
        (date(2027, 11, 2), ["now: the window closes today, on 2 November 2027"]),
        (
            date(2027, 11, 3),
            ["120 days left".replace("120", "119"), "closed on 2 November 2027", "call the OCOP office"],
        ),
        (date(2028, 2, 29), ["1 day left"]),
        (date(2028, 3, 1), ["Today is the last day."]),
        (
            date(2028, 3, 2),
            ["Expired", "Expired 1 day ago: the last day with stars was 1 March 2028", "no stars today"],
        ),
    ],
)
def test_it_says_how_long_a_certificate_lasts_and_what_to_do(
    client: Client, owner: User, product, clock: SetClock, day: date, words: list[str]
) -> None:
    certify(product, issued_on=ISSUED)
    clock(day)
    page = read(client, home(product))
    for text in words:
        assert text in page


def test_it_says_why_stars_are_gone(client: Client, owner: User, product) -> None:
    suspended, revoked, none = certify(product), certify(make_product(producer=product.producer)), None
    suspend(suspended)
    revoke(revoked)
    none = make_product(producer=product.producer)
    page = read(client, home(product))
    assert "Suspended by this marketplace since 22 November 2026: Kiểm tra đột xuất" in page
    assert "Revoked by decision 9/QĐ-UBND from 22 November 2026 on. Ground: " in page
    assert "certified again as for the first time" in page
    assert f"{none.name} No certificate" in page
    assert "OCOP 4 stars" not in page


def test_it_tells_of_a_next_certificate_and_of_an_extension(
    client: Client, owner: User, product, clock: SetClock
) -> None:
    old = certify(product, issued_on=ISSUED)
    other = make_product(producer=product.producer)
    extended = certify(other, issued_on=ISSUED)
    clock(date(2028, 2, 20))
    certify(product, stars=5, issued_on=date(2028, 2, 10), valid_from=date(2028, 2, 25))
    services.extend_certificate(
        certificate=extended, days=90, granted_on=date(2028, 2, 20), evidence="Phiếu tiếp nhận hồ sơ", at=AT
    )
    assert "with 5 stars, is on record and begins on 25 February 2028" in read(client, home(product))
    clock(date(2028, 3, 2))
    page = read(client, home(product))
    assert "The printed end was 1 March 2028. The certificate lasts until 30 May 2028 at most" in page
    replaced = read(client, f"{home(product)}certificates/{old.public_id}/")
    assert "Replaced by a later certificate since 25 February 2028" in replaced


def test_what_wants_doing_stands_on_top(client: Client, owner: User, product, clock: SetClock) -> None:
    certify(product, issued_on=date(2026, 5, 25))
    due = make_product(producer=product.producer, name="Cần nộp")
    certify(due, issued_on=DAY - timedelta(days=3 * 365 - 150))
    page = read(client, home(product))
    assert page.index("Cần nộp") < page.index("Trà Shan")


def test_a_certificate_page_has_facts_events_and_code_that_claims_nothing(client: Client, owner: User, product) -> None:
    certificate = certify(product, decision_number="858/QĐ-UBND")
    answer = client.get(f"{home(product)}certificates/{certificate.public_id}/").content.decode()
    page = Page(answer)
    assert page.flaws == []
    assert "Issued by decision 858/QĐ-UBND." in page.one("main").text
    codes = [element.text for element in page.all("textarea")]
    assert f'<script src="http://testserver/embed/{product.slug}.js" data-size="64" data-lang="en" async>' in codes[0]
    assert f'<img src="http://testserver/badges/{product.slug}.svg?size=64&amp;lang=en" alt="" height="64">' in codes[1]
    assert codes[2].startswith(f"[![](http://testserver/badges/{product.slug}.svg?size=64&lang=en)](http")
    assert codes[3] == f"http://testserver/badges/{product.slug}.json"
    assert not any("stars" in code or "★" in code for code in codes)


def test_an_ended_certificate_shows_no_badge(client: Client, owner: User, product) -> None:
    certificate = certify_expired(product)
    page = read(client, f"{home(product)}certificates/{certificate.public_id}/")
    assert "the badge is empty" in page


def test_somebody_of_several_producers_chooses(client: Client, owner: User, product) -> None:
    other = make_producer(name="An Khê")
    Membership.objects.create(user=owner, producer=other, role="staff")
    page = read(client, "/en/portal/")
    assert page.index("An Khê") < page.index("HTX Bình Minh")
    assert "An Khê" in read(client, home(product))
    assert client.get(f"/portal/{other.public_id}/").status_code == 200


def test_somebody_of_one_producer_is_led_there(client: Client, owner: User, product) -> None:
    assert client.get("/portal/")["Location"] == f"/portal/{product.producer.public_id}/"


def test_somebody_of_none_is_told_what_to_do(client: Client) -> None:
    client.force_login(User.objects.create_user("moi@example.vn", "secret"))
    page = read(client, "/en/portal/")
    assert "You are signed in as moi@example.vn" in page
    assert "desk" not in page
    client.force_login(make_officer())
    assert "Go to the desk" in read(client, "/en/portal/")


def test_it_takes_as_many_queries_for_many_products_as_for_one(
    client: Client, owner: User, product, django_assert_max_num_queries
) -> None:
    for number in range(30):
        certificate = certify(make_product(producer=product.producer), issued_on=DAY - timedelta(days=30 * number))
        if number % 5 == 0:
            suspend(certificate)
    with django_assert_max_num_queries(20):
        client.get(home(product))


def test_the_calendars_address_is_ones_own_and_can_be_made_anew(client: Client, owner: User, product) -> None:
    path = f"{home(product)}calendar/"
    page = Page(client.get(path).content.decode())
    first = page.one("textarea").text
    assert client.get(first).status_code == 200
    assert Page(client.get(path).content.decode()).one("textarea").text == first
    client.post(f"{path}reset/")
    second = Page(client.get(path).content.decode()).one("textarea").text
    assert second != first
    assert client.get(first).status_code == 404
    assert CalendarAddress.objects.get().user == owner
