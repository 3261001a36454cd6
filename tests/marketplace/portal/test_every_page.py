"""Every page of the portal in every state of a certificate: it opens, names things, and claims only what is so."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client

from catalog.models import Product
from marketplace.portal.filing import files_of
from ocop_badges.dossiers.contents import checklist_of, criteria_of
from ocop_badges.dossiers.models import Dossier
from ocop_badges.reminders.models import Reminder
from ocop_badges.reminders.services import mark_read, record_reminders
from tests.conftest import SetClock
from tests.factories import AT, certify, make_member, make_producer, make_product, revoke, suspend
from tests.pages import Page

pytestmark = pytest.mark.django_db
ISSUED = date(2025, 3, 1)  # ends on 1 March 2028: the window is 3 September to 2 November 2027
IN_WINDOW = date(2027, 9, 10)
BEFORE, AFTER, ENDED = date(2026, 11, 22), date(2027, 11, 3), date(2028, 3, 2)

STATES: dict[str, tuple[date, Callable[[Product], object]]] = {
    "in the window": (IN_WINDOW, lambda product: certify(product, issued_on=ISSUED)),
    "before the window": (BEFORE, lambda product: certify(product, issued_on=ISSUED)),
    "after the window": (AFTER, lambda product: certify(product, issued_on=ISSUED)),
    "expired": (ENDED, lambda product: certify(product, issued_on=ISSUED)),
    "suspended": (IN_WINDOW, lambda product: suspend(certify(product, issued_on=ISSUED), since=IN_WINDOW)),
    "revoked": (IN_WINDOW, lambda product: revoke(certify(product, issued_on=ISSUED), effective_on=IN_WINDOW)),
    "upcoming": (
        IN_WINDOW,
        lambda product: certify(product, issued_on=IN_WINDOW, valid_from=IN_WINDOW + timedelta(days=9)),
    ),
    "none": (IN_WINDOW, lambda product: None),
}


def text_of(client: Client, path: str) -> str:
    """The words of a page without a flaw, of which no name is empty."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer)
    page = Page(answer.content.decode())
    assert page.flaws == []
    for tag in ("h1", "h2", "strong", "a", "button", "label", "dt", "dd"):
        for element in page.all(tag):
            assert element.text.strip(" :·\n"), (path, tag, element)
    text = " ".join(page.one("main").text.split())
    assert "None" not in text
    return text


@pytest.fixture
def product(client: Client) -> Product:
    product = make_product(producer=make_producer(name="HTX Bình Minh"), name="Trà Shan")
    client.force_login(make_member(product.producer))
    return product


def home(product: Product) -> str:
    return f"/en/portal/{product.producer.public_id}/"


@pytest.fixture
def put(product: Product, clock: SetClock) -> Callable[[str], Product]:
    """The product in one of the states, its producer told of what is due."""

    def put(state: str) -> Product:
        day, make = STATES[state]
        clock(day)
        make(product)
        with transaction.atomic():
            record_reminders(product_ids=[product.pk], day=day, at=AT, days=None)
        return product

    return put


@pytest.mark.parametrize("state", STATES)
def test_every_page_opens_whatever_the_certificate(client: Client, put, state: str) -> None:
    product = put(state)
    product_page = f"{home(product)}products/{product.public_id}/"
    paths = [home(product), *(f"{home(product)}{name}/" for name in ("files", "reminders", "calendar", "team"))]
    paths += [f"{product_page}file/", *(f"{product_page}readiness/{query}" for query in ("", "?stars=3", "?stars=5"))]
    paths += [f"{home(product)}certificates/{each.public_id}/" for each in product.ocop_certificates.all()]
    for path in paths:
        assert text_of(client, path)


@pytest.mark.parametrize("state", STATES)
def test_every_page_of_a_file_opens_whatever_the_certificate(client: Client, put, state: str) -> None:
    product = put(state)
    begin = f"{home(product)}products/{product.public_id}/file/"
    aim = next(e for e in Page(client.get(begin).content.decode()).all("input") if e.attributes.get("name") == "aim")
    client.post(begin, {"aim": aim.attributes["value"]})
    dossier = Dossier.objects.get()
    path = f"{home(product)}files/{dossier.public_id}/"
    item = next(each for each in checklist_of(dossier) if each.proof == "file")
    names = ["", "submit/", "withdraw/", "points/", f"items/{item.code}/", f"criteria/{criteria_of(dossier)[0].pk}/"]
    for name in names:
        assert text_of(client, f"{path}{name}")
    assert "Trà Shan" in text_of(client, home(product))
    assert "Trà Shan" in text_of(client, f"{home(product)}files/")


@pytest.mark.parametrize(
    ("state", "is_said"),
    [
        ("in the window", True),
        ("after the window", True),
        ("suspended", False),
        ("upcoming", False),
        ("expired", False),
    ],
)
def test_a_certificate_is_in_force_only_while_it_gives_stars(client: Client, put, state: str, is_said: bool) -> None:
    product = put(state)
    text = text_of(client, f"{home(product)}products/{product.public_id}/readiness/")
    assert ("The certificate in force gives 4 stars." in text) == is_said
    assert ("No certificate is in force." in text) == (state == "expired")


def test_each_point_of_readiness_has_its_name_and_says_whose_it_is(client: Client, put) -> None:
    product = put("in the window")
    page = Page(client.get(f"{home(product)}products/{product.public_id}/readiness/").content.decode())
    names = [element.text for element in page.all("p", class_="checklist__name")]
    assert len(names) > 3
    assert all(name.strip() for name in names)
    assert "our advice; the official criteria of your product set decide" in page.one("main").text
    assert "26/2026/QĐ-TTg" in page.one("main").text


def test_the_page_of_a_replaced_certificate_shows_the_badge_of_today(client: Client, product: Product) -> None:
    first = certify(product, stars=3)
    certify(product, stars=4, issued_on=first.issued_on + timedelta(days=30))
    page = Page(client.get(f"{home(product)}certificates/{first.public_id}/").content.decode())
    (preview,) = [e for e in page.all("img") if e.attributes["src"].startswith(f"/badges/{product.slug}.svg")]
    assert int(preview.attributes["width"]) > 0


def test_a_late_file_is_told_that_the_window_closed(client: Client, put, clock: SetClock) -> None:
    product = put("in the window")
    client.post(f"{home(product)}products/{product.public_id}/file/", {"aim": "renewal-4"})
    path = f"{home(product)}files/{files_of(product.producer).get().public_id}/"
    assert "closes in 53 days" in text_of(client, path)
    clock(AFTER)
    assert "closed 1 day ago" in text_of(client, path)
    assert "The window for ranking again closed on 2 November 2027." in text_of(client, f"{path}submit/")


# --- reminders -------------------------------------------------------------------


def test_those_that_stood_on_the_page_become_read_and_no_other(client: Client, put) -> None:
    product = put("in the window")
    first = Reminder.objects.get(is_overtaken=False)
    page = Page(client.get(f"{home(product)}reminders/").content.decode())
    shown = [e.attributes["value"] for e in page.all("input", name="reminder")]
    assert shown == [str(first.pk)]
    later = Reminder.objects.create(
        certificate=first.certificate, last_day=first.last_day, step=0, topic=first.topic, on=IN_WINDOW, recorded_at=AT
    )
    client.post(f"{home(product)}reminders/read/", {"reminder": shown})
    assert list(Reminder.objects.told().unread()) == [later]


def test_nothing_is_asked_where_all_on_the_page_was_read(client: Client, put) -> None:
    product = put("in the window")
    newest = Reminder.objects.get(is_overtaken=False)
    older = Reminder.objects.create(
        certificate=newest.certificate, last_day=newest.last_day, step=400, topic=newest.topic,
        on=newest.on - timedelta(days=9), recorded_at=AT,
    )  # fmt: skip
    mark_read(producer_ids=[product.producer.pk], reminder_ids=[older.pk], at=AT)
    path = f"{home(product)}reminders/"
    assert "I have read these" in text_of(client, path)
    assert "I have read these" not in text_of(client, f"{path}?before={newest.pk}")


# --- numbers that nobody has -------------------------------------------------------


@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 40, "9" * 5000])
def test_a_huge_number_is_no_page(client: Client, put, number: str) -> None:
    product = put("in the window")
    client.post(f"{home(product)}products/{product.public_id}/file/", {"aim": "renewal-4"})
    path = f"{home(product)}files/{Dossier.objects.get().public_id}/"
    for wrong in (f"{home(product)}reminders/?before={number}", f"{path}criteria/{number}/"):
        assert client.get(wrong).status_code == 404
    assert client.post(f"{home(product)}team/{number}/remove/").status_code == 404
    assert client.post(f"{home(product)}reminders/read/", {"reminder": [number]}).status_code == 302
    assert client.post(f"{path}submit/", {"seen": number}).status_code in (400, 409)
