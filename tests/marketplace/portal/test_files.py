"""My file: begun, scored, filled with documents, handed in, returned, withdrawn, decided."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Commune
from marketplace.accounts.models import User
from ocop_badges.dossiers import services
from ocop_badges.dossiers.contents import load_contents
from ocop_badges.dossiers.models import Dossier, DossierEvidence
from ocop_badges.models import Certificate
from tests.conftest import SetClock
from tests.factories import AT, certify, make_member, make_officer, make_producer, make_product
from tests.pages import Page

from .papers import pdf, photo

pytestmark = pytest.mark.django_db
ISSUED = date(2025, 3, 1)  # ends on 1 March 2028: the window is 3 September to 2 November 2027
IN_WINDOW = date(2027, 9, 10)


def page_of(client: Client, path: str, status: int = 200) -> Page:
    answer = client.get(path)
    assert answer.status_code == status, answer
    page = Page(answer.content.decode())
    assert page.flaws == []
    return page


def text_of(client: Client, path: str) -> str:
    return " ".join(page_of(client, path).one("main").text.split())


@pytest.fixture
def certificate(clock: SetClock) -> Certificate:
    clock(IN_WINDOW)
    product = make_product(producer=make_producer(name="HTX Bình Minh"), name="Trà Shan")
    product.commune = Commune.objects.create(province=product.province, name="Tà Lèng")
    product.save()
    return certify(product, stars=3, issued_on=ISSUED)


@pytest.fixture
def owner(client: Client, certificate: Certificate) -> User:
    user = make_member(certificate.product.producer)
    client.force_login(user)
    return user


@pytest.fixture
def portal(certificate: Certificate) -> str:
    return f"/en/portal/{certificate.product.producer.public_id}/"


def begin(client: Client, portal: str, certificate: Certificate, aim: str = "renewal-3") -> Dossier:
    answer = client.post(f"{portal}products/{certificate.product.public_id}/file/", {"aim": aim})
    dossier = Dossier.objects.in_progress().get()
    assert answer["Location"] == f"{portal}files/{dossier.public_id}/"
    return dossier


def fill(client: Client, path: str, dossier: Dossier) -> None:
    """All that a file asks of its producer, through its pages."""
    contents = load_contents(dossier, on=IN_WINDOW)
    given = {f"points-{s.criterion.pk}": str(s.criterion.max_points) for p in contents.parts for s in p.criteria}
    assert client.post(f"{path}points/", given).status_code == 302
    for state in contents.items:
        if state.item.proof == "file":
            assert client.post(f"{path}items/{state.item.code}/", {"upload": [photo()]}).status_code == 302
        elif state.item.proof == "tick":
            assert client.post(f"{path}items/{state.item.code}/tick/").status_code == 302


def hand_in(client: Client, path: str):
    seen = page_of(client, f"{path}submit/").one("input", name="seen").attributes["value"]
    return client.post(f"{path}submit/", {"seen": seen}, follow=True)


@pytest.fixture
def dossier(client: Client, owner: User, portal: str, certificate: Certificate) -> Dossier:
    return begin(client, portal, certificate)


@pytest.fixture
def path(portal: str, dossier: Dossier) -> str:
    return f"{portal}files/{dossier.public_id}/"


def test_it_offers_what_the_product_may_ask_for(client: Client, owner: User, portal: str, certificate) -> None:
    page = page_of(client, f"{portal}products/{certificate.product.public_id}/file/")
    values = [e.attributes["value"] for e in page.all("input") if e.attributes.get("name") == "aim"]
    assert values == ["renewal-3", "upgrade-4", "upgrade-5"]
    new = make_product(producer=certificate.product.producer)
    page = page_of(client, f"{portal}products/{new.public_id}/file/")
    values = [e.attributes["value"] for e in page.all("input") if e.attributes.get("name") == "aim"]
    assert values == ["first-3", "first-4", "first-5"]
    assert client.post(f"{portal}products/{new.public_id}/file/", {"aim": "renewal-3"}).status_code == 200
    assert not Dossier.objects.exists()


def test_a_product_has_one_file_in_progress(client: Client, portal: str, certificate, dossier: Dossier) -> None:
    answer = client.post(f"{portal}products/{certificate.product.public_id}/file/", {"aim": "upgrade-4"})
    assert answer["Location"].endswith(f"/files/{dossier.public_id}/")
    assert Dossier.objects.count() == 1
    assert "Go on with the file" in text_of(client, f"{portal}files/")


def test_it_says_what_is_missing_and_until_when(client: Client, path: str, dossier: Dossier) -> None:
    text = text_of(client, path)
    assert "Renewal · aims at 3 OCOP stars" in text
    assert "from 3 September 2027 to 2 November 2027 · closes in 53 days" in text
    assert "You prepare it – here now" in text
    assert "things are missing" in text
    answer = client.post(f"{path}submit/", {"seen": "1"})
    assert answer.status_code in (400, 409)
    assert Dossier.objects.get().state == "draft"


def test_points_are_summed_by_part_and_tell_the_stars(client: Client, path: str, dossier: Dossier) -> None:
    contents = load_contents(dossier, on=IN_WINDOW)
    first = contents.parts[0].criteria[0].criterion
    client.post(f"{path}points/", {f"points-{first.pk}": "1,5"})
    assert load_contents(dossier, on=IN_WINDOW).total == Decimal("1.5")
    page = page_of(client, f"{path}points/")
    assert page.one("input", name=f"points-{first.pk}").attributes["value"] == "1.5"
    fill(client, path, dossier)
    text = text_of(client, path)
    assert "100 / 100 · would earn 5 stars" in text
    assert "40 / 40" in text


@pytest.mark.parametrize("wrong", ["999", "-1", "viele", "1.234", "nan", "1e400"])
def test_wrong_points_are_said_beside_the_field_and_none_is_kept(
    client: Client, path: str, dossier: Dossier, wrong: str
) -> None:
    one, other = [state.criterion.pk for state in load_contents(dossier, on=IN_WINDOW).parts[0].criteria[:2]]
    answer = client.post(f"{path}points/", {f"points-{one}": "1", f"points-{other}": wrong})
    page = Page(answer.content.decode())
    field = page.one("input", name=f"points-{other}")
    assert field.attributes["aria-invalid"] == "true"
    assert f"id_points-{other}_error" in field.attributes["aria-describedby"]
    assert not dossier.self_assessed_points.exists()


def test_documents_are_added_listed_opened_and_taken_out(client: Client, path: str, dossier: Dossier) -> None:
    item = next(s.item for s in load_contents(dossier, on=IN_WINDOW).items if s.item.proof == "file")
    upload = page_of(client, f"{path}items/{item.code}/").one("input", type="file")
    assert upload.attributes["accept"] == "application/pdf,image/jpeg,image/png"
    client.post(f"{path}items/{item.code}/", {"upload": [photo(), pdf()], "valid_until": "2027-01-31"})
    links = list(DossierEvidence.objects.order_by("pk"))
    assert [link.evidence_file.name for link in links] == ["nhan.jpg", "ket-qua.pdf"]
    text = text_of(client, f"{path}items/{item.code}/")
    assert "was valid until 31 January 2027" in text
    answer = client.get(f"{path}evidence/{links[1].evidence_file.public_id}/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="ket-qua.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    client.post(f"{path}evidence/{links[0].evidence_file.public_id}/remove/")
    assert [link.pk for link in DossierEvidence.objects.all()] == [links[1].pk]


def test_what_is_no_document_is_said_beside_the_field(client: Client, path: str, dossier: Dossier) -> None:
    item = next(s.item for s in load_contents(dossier, on=IN_WINDOW).items if s.item.proof == "file")
    bad = SimpleUploadedFile("virus.pdf", b"MZ not a pdf")
    answer = client.post(f"{path}items/{item.code}/", {"upload": [photo(), bad]})
    page = Page(answer.content.decode())
    assert "virus.pdf" in page.one("ul", id="id_upload_error").text
    assert page.one("input", type="file").attributes["aria-invalid"] == "true"
    assert DossierEvidence.objects.count() == 1  # the good one stays
    nothing = client.post(f"{path}items/{item.code}/", {})
    assert "id_upload_error" in nothing.content.decode()


def test_a_thing_confirmed_can_be_taken_back(client: Client, path: str, dossier: Dossier) -> None:
    items = [s.item for s in load_contents(dossier, on=IN_WINDOW).items if s.item.proof == "tick"]
    if not items:
        pytest.skip("no item of this kind is asked for")
    client.post(f"{path}items/{items[0].code}/tick/")
    assert dossier.ticked_items.count() == 1
    client.post(f"{path}items/{items[0].code}/tick/", {"undo": "1"})
    assert dossier.ticked_items.count() == 0


def test_it_is_handed_in_and_then_cannot_be_changed(client: Client, path: str, dossier: Dossier) -> None:
    fill(client, path, dossier)
    assert "Everything is there" in text_of(client, path)
    page = Page(hand_in(client, path).content.decode())
    assert "Handed in." in page.one("main").text
    assert "The commune checks it – here now" in " ".join(page.one("main").text.split())
    dossier.refresh_from_db()
    assert (dossier.state, dossier.submitted_on) == ("commune_check", IN_WINDOW)

    link = dossier.evidence.first()
    client.post(f"{path}evidence/{link.evidence_file.public_id}/remove/")
    client.post(f"{path}items/{link.item.code}/", {"upload": [photo()]})
    assert dossier.evidence.filter(pk=link.pk).exists()
    assert "Withdraw this file" in text_of(client, path)


def test_it_is_not_handed_in_before_the_window_opens(
    client: Client, path: str, dossier: Dossier, clock: SetClock
) -> None:
    fill(client, path, dossier)
    clock(date(2027, 9, 2))
    assert "The window opens in 1 day" in text_of(client, f"{path}submit/")
    page = hand_in(client, path).content.decode()
    assert "7.6.a" in page
    dossier.refresh_from_db()
    assert dossier.state == "draft"


def test_two_of_the_team_at_once_get_a_clear_conflict(client: Client, path: str, dossier: Dossier) -> None:
    fill(client, path, dossier)
    seen = page_of(client, f"{path}withdraw/").one("input", name="seen").attributes["value"]
    hand_in(client, path)
    answer = client.post(f"{path}withdraw/", {"seen": seen})
    assert answer.status_code == 409
    dossier.refresh_from_db()
    assert dossier.state == "commune_check"


def test_a_returned_file_says_why_and_goes_in_again(
    client: Client, path: str, dossier: Dossier, certificate: Certificate, clock: SetClock
) -> None:
    fill(client, path, dossier)
    hand_in(client, path)
    officer = make_officer(certificate.product.commune)
    services.check_by_commune(
        dossier=dossier, is_complete=False, note="Thiếu phiếu kiểm nghiệm", on=IN_WINDOW, at=AT, by=officer
    )
    clock(date(2027, 11, 20))  # the window has closed meanwhile
    text = text_of(client, path)
    assert "Returned to you 10 September 2027: Thiếu phiếu kiểm nghiệm" in text
    hand_in(client, path)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.attempt) == ("commune_check", 2)
    assert "Thiếu phiếu kiểm nghiệm" in text_of(client, path)


def test_it_is_withdrawn_after_being_asked_once_more(client: Client, path: str, portal: str, dossier: Dossier) -> None:
    seen = page_of(client, f"{path}withdraw/").one("input", name="seen").attributes["value"]
    page = Page(client.post(f"{path}withdraw/", {"seen": seen}, follow=True).content.decode())
    assert "Withdrawn on 10 September 2027." in " ".join(page.one("main").text.split())
    assert "Decided and withdrawn" in text_of(client, f"{portal}files/")


def test_pages_of_files_take_a_bounded_number_of_queries(
    client: Client, path: str, portal: str, dossier: Dossier, django_assert_max_num_queries
) -> None:
    fill(client, path, dossier)
    for number in range(10):
        certify(make_product(producer=dossier.product.producer), issued_on=ISSUED + timedelta(days=number))
    for page in (f"{portal}files/", path, f"{path}points/", f"{path}submit/"):
        with django_assert_max_num_queries(24):
            client.get(page)


def test_it_tells_what_is_missing_for_the_next_star(
    client: Client, path: str, portal: str, dossier: Dossier, certificate: Certificate
) -> None:
    where = f"{portal}products/{certificate.product.public_id}/readiness/"
    assert "Trà Shan: ready for 4 stars?" in text_of(client, where)
    before = text_of(client, f"{where}?stars=3")
    assert "70 points are missing" not in before
    fill(client, path, dossier)
    assert "Everything asked for is there." in text_of(client, f"{where}?stars=3")
    assert "ready for 4 stars?" in text_of(client, f"{where}?stars=9")
