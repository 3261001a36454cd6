"""The desk's pages of inspections and reports: what an officer does there, and what no other place's officer can."""

import threading
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from catalog.models import Commune, Province
from ocop_badges import audit, services
from ocop_badges.badges import badge_of
from ocop_badges.errors import DomainError
from ocop_badges.inspections import services as inspecting
from ocop_badges.inspections.models import Finding, Inspection, MarkReport
from ocop_badges.models import Certificate, EvidenceFile
from tests.factories import AT, DAY, certify, make_member, make_officer, make_producer, make_product, revoke
from tests.pages import Page

from .cases import NATIONAL, carry_out, conclude, draft, plan, report


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(out, "JPEG")
    return SimpleUploadedFile("xuong.jpg", out.getvalue())


def address(name: str, *args: object) -> str:
    return reverse(f"ocop_desk:{name}", args=args)


@pytest.fixture
def home(db):
    return Province.objects.get(code="68")


@pytest.fixture
def product(home):
    product = make_product(name="Trà sen", commune=Commune.objects.create(province=home, name="Phường Xuân Hương"))
    certify(product, stars=4)
    return product


@pytest.fixture
def officer(client, home):
    officer = make_officer(home)
    client.force_login(officer)
    return officer


def post(client, where: str, data: dict, product=None):
    """Post a step as somebody who has just looked at the product."""
    seen = {"seen": audit.version_of(product.pk)} if product else {}
    return client.post(where, {**seen, **data})


def test_an_officer_walks_an_inspection_from_plan_to_mended(client, officer, product):
    found = client.get(address("inspection-plan"), {"q": "tra sen"}).content.decode()
    assert f"?product={product.public_id}" in found
    planned = {"kind": "unannounced", "planned_on": DAY.isoformat(), "inspectors": "", "note": "Nhãn"}
    response = client.post(f"{address('inspection-plan')}?product={product.public_id}", planned)
    inspection = Inspection.objects.get()
    here = address("inspection", inspection.public_id)
    assert response.headers["Location"] == here
    visit = {"carried_out_on": DAY.isoformat(), "inspectors": "Lê Thị B"}
    assert post(client, f"{here}visit/", visit, product).headers["Location"] == here
    finding = {
        "topic": "label",
        "severity": "major",
        "text": "Thiếu hạn dùng",
        "mend_by": (DAY + timedelta(7)).isoformat(),
    }
    post(client, f"{here}finding/", {**finding, "evidence_file": picture()}, product)
    kept = Finding.objects.get()
    assert kept.evidence_file.product == product
    file = client.get(address("inspection-file", kept.evidence_file.public_id))
    assert "attachment" in file.headers["Content-Disposition"]
    assert b"".join(file.streaming_content).startswith(b"\xff\xd8")
    assert Page(client.get(f"{here}conclude/to_mend/").content.decode()).one("form", method="post")
    post(client, f"{here}conclude/to_mend/", {"reason": "Nhãn sai"}, product)
    post(client, f"{here}findings/{kept.pk}/mend/", {"mended_on": DAY.isoformat(), "note": "In lại"}, product)
    kept.refresh_from_db()
    inspection.refresh_from_db()
    assert (inspection.state, inspection.conclusion, kept.mended_on) == ("concluded", "to_mend", DAY)
    page = client.get(here)
    assert page.status_code == 200
    assert "Thiếu hạn dùng" in page.content.decode()
    assert audit.flaws_of([product.pk]) == []


def test_a_suspension_is_taken_with_the_conclusion(client, officer, product):
    inspection = plan(product)
    carry_out(inspection, draft())
    where = address("inspection-conclude", inspection.public_id, "suspend")
    facts = {"reason": "Nhãn sai", "suspended_from": DAY.isoformat(), "public_reason": "Chờ sửa nhãn"}
    assert post(client, where, {**facts, "public_reason": ""}, product).status_code == 422
    assert badge_of(product.pk, day=DAY) is not None
    assert post(client, where, facts, product).status_code == 302
    assert badge_of(product.pk, day=DAY) is None


def test_a_revocation_is_concluded_first_and_decided_with_the_signed_decision(client, officer, product):
    inspection = plan(product)
    carry_out(inspection, draft())
    where = address("inspection-conclude", inspection.public_id, "revoke")
    assert post(client, where, {"reason": "Sai phạm"}, product).status_code == 302
    assert badge_of(product.pk, day=DAY) is not None
    listed = client.get(address("inspections"), {"follow_up": "decision"}).content.decode()
    assert inspection.public_id in listed
    decision = {"decision_number": "77/QĐ-UBND", "ground": "misuse_of_mark", "effective_on": DAY.isoformat()}
    assert post(client, where, decision, product).status_code == 422  # without the signed decision
    assert post(client, where, {**decision, "evidence_file": picture()}, product).status_code == 302
    inspection.refresh_from_db()
    assert inspection.revocation.evidence_file is not None
    assert badge_of(product.pk, day=DAY) is None


def test_a_downgrade_gives_fewer_stars(client, officer, product):
    inspection = plan(product)
    carry_out(inspection, draft())
    facts = {
        "reason": "Không còn đạt",
        "decision_number": "78/QĐ-UBND",
        "stars": "3",
        "issued_on": DAY.isoformat(),
        "issuing_authority": "UBND tỉnh Lâm Đồng",
        "evidence_file": picture(),
    }
    where = address("inspection-conclude", inspection.public_id, "downgrade")
    assert post(client, where, facts, product).status_code == 302
    assert badge_of(product.pk, day=DAY).stars == 3


def test_no_decision_is_told_awaited_once_the_certificate_was_revoked_elsewhere(client, officer, product):
    inspection = plan(product)
    carry_out(inspection, draft())
    conclude(inspection, "revoke")
    pages = [address("inspections"), address("inspection", inspection.public_id)]
    by = "07/12/2026"
    assert all(by in client.get(page).content.decode() for page in pages)
    revoke(Certificate.objects.get())
    assert not any(by in client.get(page).content.decode() for page in pages)


def test_a_certificate_with_three_stars_is_not_offered_fewer(client, officer, home):
    product = make_product()
    certify(product, stars=3)
    inspection = plan(product)
    carry_out(inspection, draft())
    page = client.get(address("inspection", inspection.public_id)).content.decode()
    assert address("inspection-conclude", inspection.public_id, "suspend") in page
    assert address("inspection-conclude", inspection.public_id, "downgrade") not in page


def test_a_report_closed_while_its_product_was_named_is_looked_at_again(product):
    kept = report()
    by = make_officer()
    inspecting.take_report(report=kept, at=AT, mandate=NATIONAL, by=by)
    stale = MarkReport.objects.get()
    inspecting.name_product(report=kept, product_id=product.pk, at=AT, mandate=NATIONAL, by=by)
    with pytest.raises(DomainError) as caught:
        inspecting.close_report(report=stale, outcome="not_ours", note="x", at=AT, mandate=NATIONAL, by=by)
    assert caught.value.code == "changed-meanwhile"
    kept.refresh_from_db()
    assert kept.state == "in_review"


def test_a_refused_step_keeps_nothing_and_tells_the_article(client, officer, home):
    product = make_product()
    certify(product, stars=5, authority="ministry")
    inspection = plan(product)
    carry_out(inspection, draft())
    facts = {"reason": "x", "decision_number": "1", "ground": "other_conclusion", "effective_on": DAY.isoformat()}
    where = address("inspection-conclude", inspection.public_id, "revoke")
    response = post(client, where, {**facts, "evidence_file": picture()}, product)
    assert response.status_code == 403
    assert "Điều 4.1, 8" in response.content.decode()
    assert not EvidenceFile.objects.exists()


def test_of_two_officers_the_second_is_told_of_the_conflict(client, officer, product):
    inspection = plan(product)
    carry_out(inspection)
    where = address("inspection-conclude", inspection.public_id, "complies")
    stale = {"seen": audit.version_of(product.pk), "reason": "Đạt"}
    carry_out(inspection, draft(severity="minor"))
    response = client.post(where, stale)
    assert response.status_code == 409
    inspection.refresh_from_db()
    assert inspection.state == "carried_out"
    page = Page(response.content.decode())
    assert "Đạt" in page.one("textarea", name="reason").text
    assert [e.text.strip() for e in page.all("ol", class_="desk-timeline")]  # what was done meanwhile
    seen = page.one("input", name="seen").attributes["value"]
    assert client.post(where, {"seen": seen, "reason": "Đạt"}).status_code == 302


def test_a_sample_is_drawn_and_planned(client, officer, product):
    elsewhere = make_product(province=Province.objects.get(code="01"))
    certify(elsewhere)
    page = client.get(address("inspection-sample"), {"size": 5, "seed": "abc"}).content.decode()
    assert product.public_id in page
    assert elsewhere.public_id not in page
    data = {"product": [product.public_id, elsewhere.public_id], "plan-kind": "unannounced", "plan-planned_on": DAY}
    assert client.post(f"{address('inspection-sample')}?size=5&seed=abc", data).status_code == 302
    assert [inspection.product for inspection in Inspection.objects.all()] == [product]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"planned", "overdue", "complies"}),
        ({"state": "planned"}, {"planned"}),
        ({"kind": "periodic"}, {"complies"}),
        ({"follow_up": "overdue"}, {"overdue"}),
        ({"q": "khong co"}, set()),
        ({"state": "nonsense"}, set()),
    ],
)
def test_the_list_is_filtered(client, officer, product, query, expected, clock):
    named = {"planned": plan(product), "overdue": plan(product), "complies": plan(product, kind="periodic")}
    carry_out(named["overdue"], draft(mend_by=DAY))
    conclude(named["overdue"], "to_mend")
    carry_out(named["complies"])
    conclude(named["complies"], "complies")
    clock(DAY + timedelta(days=1))
    page = client.get(address("inspections"), query)
    assert page.status_code == 200
    shown = page.content.decode()
    assert {name for name, each in named.items() if address("inspection", each.public_id) in shown} == expected


def test_lists_cost_the_same_for_many_rows(client, officer, product, django_assert_max_num_queries):
    for _ in range(30):
        carry_out(plan(product), draft())
        report(product)
    client.get(address("inspections"))
    with django_assert_max_num_queries(25):
        client.get(address("inspections"))
    with django_assert_max_num_queries(25):
        client.get(address("reports"))


# --- the inbox -----------------------------------------------------------------


def test_a_report_is_taken_noted_inspected_and_closed(client, officer, product):
    kept = report(product)
    here = address("report", kept.public_id)
    assert "chi.lan@example.vn" in client.get(here).content.decode()
    assert client.post(f"{here}take/").headers["Location"] == here
    client.post(f"{here}note/", {"note-text": "Đã gọi điện"})
    client.post(f"{here}inspect/", {"inspect-planned_on": DAY.isoformat()})
    client.post(f"{here}close/", {"close-outcome": "misuse_confirmed", "close-note": "Đúng là sai"})
    kept.refresh_from_db()
    assert (kept.state, kept.outcome, kept.taken_by, kept.inspection.kind) == (
        "closed",
        "misuse_confirmed",
        officer,
        "unannounced",
    )
    assert [note.text for note in kept.notes.order_by("id")] == ["Đã gọi điện", "Đúng là sai"]
    assert client.get(here).status_code == 200
    assert audit.flaws_of([product.pk]) == []


def test_only_the_steps_of_its_state_are_taken(client, officer, product):
    kept = report(product)
    here = address("report", kept.public_id)
    for step, data in (
        ("close", {"close-outcome": "not_ours", "close-note": "x"}),
        ("inspect", {"inspect-planned_on": DAY.isoformat()}),
    ):
        assert client.post(f"{here}{step}/", data).status_code == 409
    assert client.post(f"{here}take/").status_code == 302
    second = client.post(f"{here}take/")
    assert second.status_code == 409
    assert officer.get_username() in second.content.decode()
    assert client.post(f"{here}product/", {"product-product": product.slug}).status_code == 409
    kept.refresh_from_db()
    assert (kept.state, kept.inspection) == ("in_review", None)


def test_a_report_without_product_is_the_national_officers_until_it_names_one(client, officer, product):
    kept = report(None)
    here = address("report", kept.public_id)
    assert client.get(here).status_code == 404
    assert kept.public_id not in client.get(address("reports")).content.decode()
    client.force_login(make_officer())
    unknown = client.post(f"{here}product/", {"product-product": "unheard-of"})
    assert unknown.status_code == 400
    shop = f"https://shop.example/products/{product.slug}/"
    assert client.post(f"{here}product/", {"product-product": shop}).status_code == 302
    client.force_login(officer)
    assert client.get(here).status_code == 200


# --- nobody else's ---------------------------------------------------------------


def every_route(inspection: Inspection, kept: MarkReport, finding: Finding, file: EvidenceFile) -> dict[str, list[str]]:
    """Each address about one inspection, product or report: to read, and to act on."""
    one, two = inspection.public_id, kept.public_id
    steps = [address("inspection-step", one, step) for step in ("visit", "finding", "cancel")]
    conclusions = [
        address("inspection-conclude", one, name) for name in ("complies", "to_mend", "suspend", "revoke", "downgrade")
    ]
    forms = [*steps, *conclusions, address("finding-mend", one, finding.pk)]
    planning = f"{address('inspection-plan')}?product={inspection.product.public_id}"
    return {
        "read": [address("inspection", one), address("report", two), address("inspection-file", file.public_id)],
        "act": [
            *forms,
            planning,
            *(address("report-step", two, name) for name in ("take", "note", "product", "inspect", "close")),
        ],
        "form": [*forms, planning],
    }


@pytest.fixture
def routes(product):
    inspection = plan(product)
    file = services.keep_evidence(product_id=product.pk, upload=picture(), name="a.jpg", at=AT)
    (finding,) = carry_out(inspection, draft(evidence_file=file))
    return every_route(inspection, report(product), finding, file)


ACTS = {
    "reason": "x", "carried_out_on": DAY, "inspectors": "x", "topic": "label", "severity": "minor", "text": "x",
    "mended_on": DAY, "kind": "periodic", "planned_on": DAY, "suspended_from": DAY, "public_reason": "x",
    "note-text": "x", "inspect-planned_on": DAY, "close-outcome": "not_ours", "close-note": "x",
}  # fmt: skip


def facts() -> list:
    models = (Inspection, Finding, MarkReport, Certificate)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_an_officer_of_another_province_finds_nothing_on_any_route(client, product, routes):
    client.force_login(make_officer(Province.objects.get(code="01")))
    before = facts()
    for where in routes["read"] + routes["form"]:
        assert client.get(where).status_code == 404, where
    for where in routes["act"]:
        assert post(client, where, ACTS, product).status_code == 404, where
    assert facts() == before
    for name in ("inspections", "reports"):
        shown = client.get(address(name)).content.decode()
        assert product.name not in shown
        assert "Phường Xuân Hương" not in shown
    for query in ({"product": product.public_id}, {"province": "68"}, {"q": "tra sen"}):
        assert product.name not in client.get(address("inspections"), query).content.decode()
    assert product.name not in client.get(address("inspection-plan"), {"q": "tra sen"}).content.decode()
    assert product.name not in client.get(address("inspection-sample"), {"size": 9, "seed": "a"}).content.decode()


@pytest.mark.parametrize("who", ["stranger", "producer", "commune", "council"])
def test_who_is_no_officer_never_gets_in(client, home, product, routes, who):
    person = {
        "stranger": lambda: None,
        "producer": lambda: make_member(product.producer),
        "commune": lambda: make_officer(product.commune),
        "council": lambda: make_officer(home, role="council"),
    }[who]()
    if person:
        client.force_login(person)
    before = facts()
    lists = [address(name) for name in ("inspections", "reports", "inspection-plan", "inspection-sample")]
    for where in lists + routes["read"] + routes["form"]:
        response = client.get(where)
        assert response.status_code in (302, 403), where
        assert product.name not in response.content.decode()
    for where in routes["act"]:
        assert post(client, where, ACTS, product).status_code in (302, 403), where
    assert facts() == before


def test_the_officer_of_the_place_and_the_national_one_reach_all(client, home, routes):
    for officer in (make_officer(home), make_officer()):
        client.force_login(officer)
        for where in routes["read"] + routes["form"]:
            response = client.get(where)
            assert response.status_code == 200, where


def test_every_form_is_labelled_and_no_page_is_broken(client, officer, routes):
    lists = [address(name) for name in ("inspections", "reports", "inspection-plan", "inspection-sample")]
    for where in lists + routes["read"][:2] + routes["form"]:
        html = client.get(where).content.decode()
        main = Page(html[html.index('<div class="nice-padding desk">') : html.index("</main>")])
        assert not [flaw for flaw in main.flaws if "label" in flaw or "closed" in flaw], where


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_officers_who_take_a_report_at_once_one_gets_it():
    product = make_product(producer=make_producer())
    kept = report(product)
    officers = [make_officer(), make_officer()]
    barrier, outcomes = threading.Barrier(2), []

    def take(officer) -> None:
        barrier.wait(20)
        try:
            inspecting.take_report(report=kept, at=AT, mandate=NATIONAL, by=officer)
            outcomes.append("taken")
        except DomainError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["report-taken", "taken"]
