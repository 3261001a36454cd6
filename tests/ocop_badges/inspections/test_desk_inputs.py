"""What the desk's forms about inspections and reports take, and what they refuse with a word."""

from datetime import timedelta

import pytest
from django.urls import reverse

from catalog.models import Province
from ocop_badges.inspections import services as inspecting
from ocop_badges.inspections.models import Inspection, MarkReport
from tests.factories import AT, DAY, certify, make_officer, make_product
from tests.pages import Page

from .cases import NATIONAL, carry_out, draft, plan, report

pytestmark = pytest.mark.django_db
SAMPLE = "?size=5&seed=abc"


def address(name: str, *args: object) -> str:
    return reverse(f"ocop_desk:{name}", args=args)


@pytest.fixture
def officer(client):
    officer = make_officer()
    client.force_login(officer)
    return officer


@pytest.fixture
def product():
    product = make_product(name="Trà sen")
    certify(product)
    return product


def test_a_sample_notes_how_it_was_drawn_and_is_planned_once(client, officer, product):
    where = f"{address('inspection-sample')}{SAMPLE}"
    data = {"product": [product.public_id], "plan-kind": "unannounced", "plan-planned_on": DAY, "plan-note": "Nhãn"}
    for _ in range(2):
        assert client.post(where, data).status_code == 302
    note = Inspection.objects.get().note
    assert note.startswith("Nhãn\n")
    assert "abc" in note
    assert "5" in note


def test_the_longest_note_has_room_for_the_draw(client, officer, product):
    where = f"{address('inspection-sample')}?size=50&seed={'x' * 40}"
    data = {"product": [product.public_id], "plan-kind": "periodic", "plan-planned_on": DAY, "plan-note": "n" * 400}
    assert client.post(where, data).status_code == 302
    kept = Inspection.objects.get()
    kept.full_clean(exclude=["product", "certificate", "recorded_by"])


def test_characters_that_a_database_does_not_take_are_no_product(client, officer, product):
    sample, pick, listed = (address(name) for name in ("inspection-sample", "inspection-plan", "inspections"))
    data = {"product": ["a\x00b", "x" * 9_000], "plan-kind": "unannounced", "plan-planned_on": DAY}
    assert client.post(f"{sample}{SAMPLE}", data).status_code == 422
    assert client.get(pick, {"product": "a\x00"}).status_code == 404
    assert client.get(pick, {"q": "tra\x00 sen"}).status_code == 200
    for province in (None, "01"):
        certify(make_product(province=Province.objects.get(code="01"))) if province else None
        for name in ("province", "commune", "q", "product", "state"):
            for page in (listed, address("reports")):
                assert client.get(page, {name: "6\x008"}).status_code == 200
    assert not Inspection.objects.exists()


def test_a_product_is_found_by_its_name_or_its_producers(client, officer, product):
    for asked in ("trà", product.producer.name, product.slug, product.public_id):
        assert f"?product={product.public_id}" in client.get(address("inspection-plan"), {"q": asked}).content.decode()


@pytest.mark.parametrize("asked", ["https://[shop/products/x/", "//[", "http://[::1", "[", "\x00"])
def test_what_is_no_address_of_a_product_is_said_beside_the_field(client, officer, asked):
    kept = report(None)
    answer = client.post(address("report-step", kept.public_id, "product"), {"product-product": asked})
    assert answer.status_code in (400, 422)
    kept.refresh_from_db()
    assert kept.product_id is None


def test_no_serious_choice_is_made_beforehand(client, officer, product):
    inspection = plan(product)
    carry_out(inspection, draft())
    kept = report(product)
    inspecting.take_report(report=kept, at=AT, mandate=NATIONAL, by=officer)
    one = inspection.public_id
    pages = {
        address("inspection-step", one, "finding"): {"topic", "severity"},
        address("inspection-conclude", one, "revoke"): {"ground"},
        f"{address('inspection-plan')}?product={product.public_id}": {"kind"},
        address("report", kept.public_id): {"close-outcome"},
    }
    for where, names in pages.items():
        html = client.get(where).content.decode()
        page = Page(html[html.index('<div class="nice-padding desk">') : html.index("</main>")])
        assert {e.attributes["name"] for e in page.all("select")} == names
        assert not [e for e in page.all("option") if "selected" in e.attributes and e.attributes["value"]]
    before = list(MarkReport.objects.values())
    empty = client.post(address("report-step", kept.public_id, "close"), {"close-outcome": "", "close-note": "x"})
    assert empty.status_code == 422
    assert list(MarkReport.objects.values()) == before


def test_times_of_a_report_are_written_for_vietnam(client, officer, product):
    kept = report(product, at=AT + timedelta(minutes=5))
    page = client.get(address("report", kept.public_id)).content.decode()
    assert "22/11/2026 09:05" in page
    assert "22/11/2026 09:05" in client.get(address("reports")).content.decode()
