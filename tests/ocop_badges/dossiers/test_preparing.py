"""A file while it lies with its producer: opened, filled, handed in, withdrawn."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from catalog.models import Product, ProductSet
from ocop_badges import services as certificates
from ocop_badges.dossiers import contents, services
from ocop_badges.dossiers.models import ChecklistItem, Criterion, Dossier, SelfAssessedPoints, TickedItem
from ocop_badges.dossiers.rules import Kind, State
from ocop_badges.errors import DomainError
from ocop_badges.models import AuditEntry, EvidenceFile, Regulation
from tests.factories import DAY, certify, make_product, revoke

from .files import (
    brought_to,
    certified_to_renew,
    complete,
    give_points,
    made_in,
    noon,
    open_file,
    picture,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(commune) -> Product:
    return made_in(commune)


def test_it_opens_a_first_file_for_three_stars(product):
    dossier = open_file(product)
    assert (dossier.kind, dossier.target_stars, dossier.state, dossier.replaces) == ("first", 3, "draft", None)
    assert dossier.regulation.number == "26/2026/QĐ-TTg"
    assert dossier.due_on is None
    assert AuditEntry.objects.get(product=product).action == "file-opened"


def test_a_renewal_keeps_the_stars_and_an_upgrade_adds_one(product):
    certificate = certified_to_renew(product, stars=3)
    renewal = open_file(product, kind=Kind.RENEWAL)
    assert (renewal.target_stars, renewal.replaces) == (3, certificate)
    assert renewal.due_on == certificate.valid_until - timedelta(days=120)
    services.withdraw_dossier(dossier=renewal, at=noon(DAY), on=DAY)
    assert open_file(product, kind=Kind.UPGRADE).target_stars == 4


def test_one_file_of_a_product_is_in_progress_at_a_time(product):
    first = open_file(product)
    with pytest.raises(DomainError) as caught:
        open_file(product)
    assert caught.value.code == "file-in-progress"
    twin = Dossier.objects.get(pk=first.pk)
    twin.pk, twin.public_id = None, "000000000000"
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    services.withdraw_dossier(dossier=first, at=noon(DAY), on=DAY)
    assert open_file(product).state == State.DRAFT


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [
        (Kind.FIRST, 3, "certificate-in-force"),
        (Kind.RENEWAL, 4, "renewal-changes-stars"),
        (Kind.UPGRADE, 3, "upgrade-without-more-stars"),
        (Kind.UPGRADE, 6, "stars-out-of-range"),
    ],
)
def test_it_refuses_a_file_that_does_not_fit_the_certificate(product, kind, target, code):
    certify(product, stars=3)
    with pytest.raises(DomainError) as caught:
        open_file(product, kind=kind, target_stars=target)
    assert caught.value.code == code


def test_it_refuses_a_day_without_criteria_on_record(product):
    with pytest.raises(DomainError) as caught:
        open_file(product, on=date(2025, 1, 6))
    assert caught.value.code == "no-criteria"


def test_the_parts_of_the_criteria_sum_to_a_hundred_and_each_to_its_points():
    regulation = Regulation.objects.get(number="26/2026/QĐ-TTg")
    parts = {part.code: part for part in regulation.criteria_parts.all()}
    assert {code: part.max_points for code, part in parts.items()} == {"A": 40, "B": 25, "C": 35}
    for part in parts.values():
        assert sum(criterion.max_points for criterion in part.criteria.all()) == part.max_points
        assert all(criterion.name and criterion.name_en for criterion in part.criteria.all())


def test_criteria_of_a_set_replace_the_common_ones_of_that_part(product):
    part = Regulation.objects.get(number="26/2026/QĐ-TTg").criteria_parts.get(code="B")
    own = Criterion.objects.create(
        part=part, product_set=product.product_set, code="B.x", name="Riêng", name_en="Own", max_points=25, position=1
    )
    dossier = open_file(product)
    assert [c for c in contents.criteria_of(dossier) if c.part == part] == [own]
    assert sum(c.max_points for c in contents.criteria_of(dossier)) == 100
    other = open_file(make_product(product_set=ProductSet.objects.exclude(pk=product.product_set_id).first()))
    assert own not in contents.criteria_of(other)


def test_it_keeps_points_within_their_criterion_and_tells_every_fault(product):
    dossier = open_file(product)
    first, second, third = contents.criteria_of(dossier)[:3]
    services.set_self_assessment(dossier=dossier, points={first.pk: Decimal("5.5")}, notes={first.pk: "Có hồ sơ"})
    services.set_self_assessment(dossier=dossier, points={first.pk: Decimal(4), second.pk: Decimal(0)})
    assert dict(SelfAssessedPoints.objects.values_list("criterion", "points")) == {first.pk: 4, second.pk: 0}
    with pytest.raises(DomainError) as caught:
        services.set_self_assessment(
            dossier=dossier,
            points={first.pk: Decimal(7), second.pk: Decimal("NaN"), third.pk: Decimal("1.005")},
        )
    assert [fault.field for fault in caught.value.faults] == [f"points-{c.pk}" for c in (first, second, third)]
    assert SelfAssessedPoints.objects.get(criterion=first).points == 4
    with pytest.raises(DomainError) as caught:
        services.set_self_assessment(dossier=dossier, points={999_999: Decimal(1)})
    assert caught.value.code == "unknown-criterion"


def test_it_says_exactly_what_is_missing(product):
    dossier = complete(open_file(product), without="label")
    with pytest.raises(DomainError) as caught:
        services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY)
    assert caught.value.code == "incomplete"
    assert [fault.field for fault in caught.value.faults] == ["label"]
    assert "Điều 6" in caught.value.detail
    assert "Nhãn sản phẩm" in caught.value.detail


@pytest.mark.parametrize("code", ["form-01", "form-02", "story", "test-results", "revenue", "samples"])
def test_it_is_not_handed_in_without_any_one_item(product, code):
    dossier = complete(open_file(product), without=code)
    with pytest.raises(DomainError) as caught:
        services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY)
    assert [fault.field for fault in caught.value.faults] == [code]


def test_it_names_the_criteria_without_points(product):
    dossier = complete(open_file(product))
    SelfAssessedPoints.objects.filter(dossier=dossier, criterion__code="C.6").delete()
    (fault,) = contents.load_contents(dossier, on=DAY).missing
    assert "C.6" in fault.detail


def test_a_tourism_product_hands_over_no_samples(commune):
    tourism = ProductSet.objects.get(industry__code="tourism")
    dossier = open_file(made_in(commune, product_set=tourism))
    assert "samples" not in [item.code for item in contents.checklist_of(dossier)]
    assert "samples" in [item.code for item in contents.checklist_of(open_file(made_in(commune)))]


def test_only_an_upgrade_shows_what_changed(product):
    certify(product, stars=3)
    codes = [item.code for item in contents.checklist_of(open_file(product, kind=Kind.UPGRADE))]
    assert "what-changed" in codes
    assert "what-changed" not in [i.code for i in contents.checklist_of(open_file(make_product()))]


def test_a_test_result_that_has_ended_is_missing_again(product):
    dossier = complete(open_file(product), without="test-results")
    item = ChecklistItem.objects.get(code="test-results")
    services.attach_evidence(dossier=dossier, upload=picture(), name="kn.png", at=noon(DAY), item=item, valid_until=DAY)
    assert contents.load_contents(dossier, on=DAY).missing == []
    (fault,) = contents.load_contents(dossier, on=DAY + timedelta(days=1)).missing
    assert fault.field == "test-results"


def test_it_keeps_evidence_out_of_reach_of_bad_files_and_wrong_items(product):
    dossier = open_file(product)
    item = ChecklistItem.objects.get(code="label")
    refused: list[tuple[dict[str, Any], str]] = [
        ({"item": item, "upload": SimpleUploadedFile("x.png", b"<script>")}, "unreadable"),
        ({"item": None}, "for-one-thing"),
        ({"item": item, "criterion": contents.criteria_of(dossier)[0]}, "for-one-thing"),
        ({"item": ChecklistItem.objects.get(code="form-03")}, "takes-no-file"),
        ({"item": ChecklistItem.objects.get(code="what-changed")}, "unknown-item"),
    ]
    for given, code in refused:
        with pytest.raises(DomainError) as caught:
            services.attach_evidence(
                **{"dossier": dossier, "upload": picture(), "name": "a.png", "at": noon(DAY), **given}
            )
        assert caught.value.code == code
    assert not EvidenceFile.objects.exists()


def test_evidence_taken_out_of_a_file_is_still_kept(product):
    dossier = open_file(product)
    link = services.attach_evidence(
        dossier=dossier,
        upload=picture(),
        name="nhan.png",
        at=noon(DAY),
        criterion=contents.criteria_of(dossier)[0],
    )
    services.remove_evidence(evidence=link)
    assert not dossier.evidence.exists()
    assert EvidenceFile.objects.filter(product=product).count() == 1


def test_a_tick_is_taken_back(product):
    dossier = open_file(product)
    samples = ChecklistItem.objects.get(code="samples")
    for _again in range(2):
        services.tick_item(dossier=dossier, item=samples, at=noon(DAY))
    assert TickedItem.objects.filter(dossier=dossier).count() == 1
    services.untick_item(dossier=dossier, item=samples)
    assert not TickedItem.objects.exists()
    with pytest.raises(DomainError) as caught:
        services.tick_item(dossier=dossier, item=ChecklistItem.objects.get(code="label"), at=noon(DAY))
    assert caught.value.code == "not-to-tick"


@pytest.mark.parametrize(
    ("days_left", "code"), [(181, "window-not-open"), (180, None), (120, None), (119, "window-closed")]
)
def test_a_renewal_is_handed_in_within_its_window(product, days_left, code):
    certified_to_renew(product, days_left=days_left)
    dossier = complete(open_file(product, kind=Kind.RENEWAL))
    if code is None:
        handed_in = services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY)
        assert handed_in.state == State.COMMUNE_CHECK
        return
    with pytest.raises(DomainError) as caught:
        services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY)
    assert caught.value.code == code
    assert "26/2026/QĐ-TTg, Điều 7.6.a" in caught.value.detail


def test_an_extension_lets_a_late_renewal_in(product):
    certificate = certified_to_renew(product, days_left=60)
    dossier = complete(open_file(product, kind=Kind.RENEWAL))
    with pytest.raises(DomainError, match=r"12\.3"):
        services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY)
    certificates.extend_certificate(
        certificate=certificate, days=180, granted_on=DAY, evidence="Công văn 12/SNNMT", at=noon(DAY)
    )
    assert services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY).state == State.COMMUNE_CHECK


def test_an_upgrade_and_a_first_file_have_no_window(product):
    certify(product, stars=3, issued_on=DAY - timedelta(days=30))
    dossier = complete(open_file(product, kind=Kind.UPGRADE))
    assert services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY).state == State.COMMUNE_CHECK


def test_a_renewal_of_what_was_revoked_meanwhile_is_not_handed_in(product):
    certificate = certified_to_renew(product)
    dossier = complete(open_file(product, kind=Kind.RENEWAL))
    revoke(certificate, effective_on=DAY)
    with pytest.raises(DomainError) as caught:
        services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY)
    assert caught.value.code == "no-certificate-in-force"


def test_handed_in_it_can_be_changed_no_more(product, people):
    dossier = brought_to(State.COMMUNE_CHECK, product, people)
    link = dossier.evidence.first()
    for change in (
        lambda: give_points(dossier),
        lambda: services.remove_evidence(evidence=link),
        lambda: services.untick_item(dossier=dossier, item=ChecklistItem.objects.get(code="samples")),
        lambda: services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY),
    ):
        with pytest.raises(DomainError, match=r"Điều 6\b") as caught:
            change()
        assert caught.value.status == 409


def test_the_trail_keeps_what_was_handed_in(product, people):
    dossier = brought_to(State.COMMUNE_CHECK, product, people)
    entry = AuditEntry.objects.get(action="file-submitted")
    assert entry.before == {"file": dossier.public_id, "state": "draft"}
    assert entry.after["points"].startswith("A.1 4.80; A.2 4.00; ")
    assert entry.after["total"] == "80.00"
    assert entry.after["sha256"] == sorted(EvidenceFile.objects.values_list("sha256", flat=True))


def test_another_version_of_the_trail_is_a_conflict(product):
    dossier = complete(open_file(product))
    with pytest.raises(DomainError) as caught:
        services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY, seen=0)
    assert caught.value.code == "changed-meanwhile"
    assert services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY, seen=1).state == State.COMMUNE_CHECK
