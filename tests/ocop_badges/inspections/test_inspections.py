"""Inspections from the plan to what follows, and what each conclusion does to the certificate."""

from dataclasses import replace
from datetime import timedelta
from itertools import product as pairs

import pytest
from django.db.models import Q

from ocop_badges import audit
from ocop_badges.badges import badge_of
from ocop_badges.errors import DomainError
from ocop_badges.inspections import services
from ocop_badges.inspections.models import Finding, Inspection
from ocop_badges.inspections.rules import NEXT_STATES, Conclusion, InspectionState
from ocop_badges.inspections.sampling import propose_sample
from ocop_badges.inspections.services import Downgrade, Revoke, Suspend
from ocop_badges.inspections.summaries import PublicInspection, load_inspections
from ocop_badges.models import AuditEntry, Certificate, RevocationGround
from ocop_badges.officers import Mandate
from tests.factories import AT, DAY, certify, certify_expired, make_officer, make_product, revoke

from .cases import NATIONAL, carry_out, conclude, draft, plan

pytestmark = pytest.mark.django_db

SOON = DAY + timedelta(days=14)
PROVINCIAL = Mandate(provinces=frozenset({1}))
SUSPEND = Suspend(suspended_from=DAY, reason="Chờ khắc phục nhãn")
REVOKE = Revoke(ground=RevocationGround.MISUSE_OF_MARK, decision_number="77/QĐ-UBND", effective_on=DAY)
DOWNGRADE = Downgrade(stars=3, decision_number="78/QĐ-UBND", issued_on=DAY)


def refusal(call, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value


@pytest.fixture
def certified():
    product = make_product()
    certify(product, stars=4)
    return product


def actions(product) -> list[str]:
    return list(AuditEntry.objects.filter(product=product).order_by("number").values_list("action", flat=True))


def test_a_plan_names_the_certificate_that_speaks_for_the_product(certified):
    inspection = plan(certified)
    assert inspection.certificate == Certificate.objects.get()
    assert (inspection.state, inspection.conclusion) == ("planned", "")
    assert actions(certified) == ["issue", "inspection-planned"]
    assert audit.flaws_of([certified.pk]) == []


def test_a_plan_is_refused_for_a_day_that_is_over_an_unknown_kind_or_no_officer(certified):
    assert refusal(plan, certified, planned_on=DAY - timedelta(days=1)).code == "in-the-past"
    assert refusal(plan, certified, kind="surprise").code == "unknown-kind"
    assert refusal(plan, certified, mandate=Mandate(communes=frozenset({1}))).status == 403
    assert not Inspection.objects.exists()


def test_findings_are_recorded_with_the_visit_and_after_it(certified):
    inspection = plan(certified)
    carry_out(inspection, draft(), inspectors="Lê Thị B")
    carry_out(inspection, draft(severity="minor", mend_by=None))
    assert (inspection.state, inspection.carried_out_on, inspection.inspectors) == ("carried_out", DAY, "Lê Thị B")
    assert Finding.objects.filter(inspection=inspection).count() == 2
    assert actions(certified)[2:] == ["inspection-carried-out", "finding-recorded", "finding-recorded"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"carried_out_on": DAY + timedelta(days=1)}, "in-the-future"),
        ({"findings": [draft(text=" ")]}, "required"),
        ({"findings": [draft(topic="smell")]}, "unknown-topic"),
        ({"findings": [draft(severity="bad")]}, "unknown-severity"),
        ({"findings": [draft(mend_by=DAY - timedelta(days=1))]}, "before-the-inspection"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_and_leaves_nothing(certified, more, code):
    inspection = plan(certified)
    assert refusal(carry_out, inspection, **more).code == code
    inspection.refresh_from_db()
    assert inspection.state == "planned"
    assert not Finding.objects.exists()


def test_a_visit_needs_its_inspectors(certified):
    assert refusal(carry_out, plan(certified, inspectors="")).code == "required"


# --- conclusions -----------------------------------------------------------


FOUND = {
    "nothing": [],
    "minor": [draft(severity="minor", mend_by=None)],
    "major": [draft(mend_by=None)],
    "major, dated": [draft()],
}
FOLLOWS = {
    Conclusion.COMPLIES: {"nothing", "minor"},
    Conclusion.TO_MEND: {"major, dated"},
    Conclusion.SUSPEND: {"minor", "major", "major, dated"},
    Conclusion.REVOKE: {"minor", "major", "major, dated"},
    Conclusion.DOWNGRADE: {"minor", "major", "major, dated"},
}


@pytest.mark.parametrize(("conclusion", "found"), list(pairs(Conclusion, FOUND)))
def test_a_conclusion_follows_from_what_was_found(certified, conclusion, found):
    inspection = plan(certified)
    carry_out(inspection, *FOUND[found])
    measure = {Conclusion.SUSPEND: SUSPEND, Conclusion.REVOKE: REVOKE, Conclusion.DOWNGRADE: DOWNGRADE}.get(conclusion)
    if found in FOLLOWS[conclusion]:
        concluded = conclude(inspection, conclusion, measure=measure)
        assert (concluded.state, concluded.conclusion, concluded.concluded_on) == ("concluded", conclusion, DAY)
    else:
        assert refusal(conclude, inspection, conclusion, measure=measure).faults[0].field == "conclusion"
        inspection.refresh_from_db()
        assert inspection.state == "carried_out"
        assert badge_of(certified.pk, day=DAY).stars == 4


@pytest.mark.parametrize(
    ("conclusion", "stars"), [("complies", 4), ("suspend", None), ("revoke", None), ("downgrade", 3)]
)
def test_a_conclusion_takes_its_measure_in_the_same_transaction(certified, conclusion, stars):
    inspection = plan(certified)
    carry_out(inspection, draft(severity="minor"))
    measure = {"suspend": SUSPEND, "revoke": REVOKE, "downgrade": DOWNGRADE}.get(conclusion)
    conclude(inspection, conclusion, measure=measure)
    badge = badge_of(certified.pk, day=DAY)
    assert (badge.stars if badge else None) == stars
    taken = ["suspend", "revoke", "downgrade"]
    expected = [conclusion] if conclusion in taken else []
    assert actions(certified)[4:] == [*expected, "inspection-concluded"]
    assert audit.flaws_of([certified.pk]) == []


@pytest.mark.parametrize(("state", "to"), list(pairs(InspectionState, InspectionState)))
def test_the_state_table_walked_in_full(certified, state, to):
    inspection = plan(certified)
    if state is InspectionState.CANCELLED:
        services.cancel_inspection(inspection=inspection, reason="Bão", at=AT, mandate=NATIONAL)
    elif state is not InspectionState.PLANNED:
        carry_out(inspection)
        if state is InspectionState.CONCLUDED:
            conclude(inspection, "complies")
    steps = {
        InspectionState.CARRIED_OUT: lambda: carry_out(inspection),
        InspectionState.CONCLUDED: lambda: conclude(inspection, "complies"),
        InspectionState.CANCELLED: lambda: services.cancel_inspection(
            inspection=inspection, reason="Bão", at=AT, mandate=NATIONAL
        ),
    }
    if to not in steps:
        assert all(to not in following for following in NEXT_STATES.values())
    elif to in NEXT_STATES[state]:
        steps[to]()
        inspection.refresh_from_db()
        assert inspection.state == to
    else:
        assert refusal(steps[to]).code == f"inspection-{state.replace('_', '-')}"


def test_a_measure_refused_by_the_certificate_takes_the_conclusion_back(certified):
    inspection = plan(certified)
    carry_out(inspection, draft())
    revoke(Certificate.objects.get())
    error = refusal(conclude, inspection, "suspend", measure=SUSPEND)
    assert "Điều 8" in str(error)
    inspection.refresh_from_db()
    assert (inspection.state, inspection.conclusion) == ("carried_out", "")
    assert "inspection-concluded" not in actions(certified)


@pytest.mark.parametrize("conclusion", ["revoke", "downgrade"])
def test_five_stars_are_the_ministrys_whether_decided_now_or_later(conclusion):
    product = make_product()
    certify(product, stars=5)
    inspection = plan(product)
    carry_out(inspection, draft())
    error = refusal(conclude, inspection, conclusion, mandate=PROVINCIAL)
    assert (error.code, error.status) == ("ministry-only", 403)
    conclude(inspection, "suspend", measure=SUSPEND, mandate=PROVINCIAL)  # the platform's own measure
    assert badge_of(product.pk, day=DAY) is None


def test_a_product_without_certificate_can_be_inspected_but_loses_nothing():
    product = make_product()
    inspection = plan(product)
    carry_out(inspection, draft())
    error = refusal(conclude, inspection, "revoke", measure=REVOKE)
    assert error.code == "no-certificate"
    assert "Điều 4" in str(error)
    conclude(inspection, "to_mend")


def test_a_measure_belongs_to_its_conclusion(certified):
    inspection = plan(certified)
    carry_out(inspection, draft())
    assert refusal(conclude, inspection, "to_mend", measure=REVOKE).code == "other-measure"
    assert refusal(conclude, inspection, "suspend").code == "required"
    assert refusal(conclude, inspection, "nonsense").code == "unknown-conclusion"
    assert refusal(conclude, inspection, "to_mend", reason=" ").code == "required"


def test_a_revocation_yet_to_be_decided_has_fifteen_days(certified):
    inspection = plan(certified)
    carry_out(inspection, draft())
    concluded = conclude(inspection, "revoke")
    assert concluded.decide_by == DAY + timedelta(days=15)
    assert list(Inspection.objects.awaiting_decision(DAY)) == [concluded]
    assert badge_of(certified.pk, day=DAY).stars == 4
    assert (
        refusal(services.decide_inspection, inspection=concluded, measure=SUSPEND, at=AT, mandate=NATIONAL).code
        == "no-decision-awaited"
    )
    decided = services.decide_inspection(inspection=concluded, measure=REVOKE, at=AT, mandate=NATIONAL)
    assert not decided.lacks_decision
    assert not Inspection.objects.awaiting_decision(DAY).exists()
    assert badge_of(certified.pk, day=DAY) is None
    assert (
        refusal(services.decide_inspection, inspection=concluded, measure=REVOKE, at=AT, mandate=NATIONAL).code
        == "no-decision-awaited"
    )


def test_a_downgrade_yet_to_be_decided_has_no_day_by_law(certified):
    inspection = plan(certified)
    carry_out(inspection, draft())
    concluded = conclude(inspection, "downgrade")
    assert concluded.decide_by is None
    assert list(Inspection.objects.awaiting_decision(DAY)) == [concluded]
    services.decide_inspection(inspection=concluded, measure=DOWNGRADE, at=AT, mandate=NATIONAL)
    assert badge_of(certified.pk, day=DAY).stars == 3


def test_a_downgrade_of_what_was_inspected_never_replaces_what_came_since(certified):
    inspection = plan(certified)
    carry_out(inspection, draft())
    concluded = conclude(inspection, "downgrade", mandate=PROVINCIAL)
    certify(certified, stars=5, authority="ministry", valid_from=DAY, issued_on=DAY)
    call = {"inspection": concluded, "measure": DOWNGRADE, "at": AT, "mandate": PROVINCIAL}
    error = refusal(services.decide_inspection, **call)
    assert (error.code, error.faults[0].field) == ("certificate-superseded", "issued_on")
    assert badge_of(certified.pk, day=DAY).stars == 5


def test_a_downgrade_of_an_earlier_day_does_not_undo_a_revocation(certified):
    inspection = plan(certified)
    carry_out(inspection, draft())
    concluded = conclude(inspection, "downgrade")
    revoke(Certificate.objects.get())
    earlier = replace(DOWNGRADE, issued_on=DAY - timedelta(days=1))
    call = {"inspection": concluded, "measure": earlier, "at": AT, "mandate": NATIONAL}
    assert refusal(services.decide_inspection, **call).code == "certificate-revoked"


def test_three_stars_cannot_become_fewer():
    product = make_product()
    certify(product, stars=3)
    inspection = plan(product)
    carry_out(inspection, draft())
    assert refusal(conclude, inspection, "downgrade").code == "fewest-stars"
    inspection.refresh_from_db()
    assert inspection.state == "carried_out"


def test_no_decision_is_awaited_where_the_certificate_ended_otherwise(certified):
    inspection = plan(certified)
    carry_out(inspection, draft())
    conclude(inspection, "revoke")
    revoke(Certificate.objects.get())
    assert not Inspection.objects.awaiting_decision(DAY).exists()


# --- what follows ------------------------------------------------------------


def test_a_finding_is_overdue_from_the_day_after_until_it_is_mended(certified):
    inspection = plan(certified)
    (finding,) = carry_out(inspection, draft())
    conclude(inspection, "to_mend")
    assert not Inspection.objects.with_overdue_findings(SOON).exists()
    late = SOON + timedelta(days=1)
    assert list(Inspection.objects.with_overdue_findings(late)) == [inspection]
    services.mend_finding(finding=finding, mended_on=late, on=late, at=AT, mandate=NATIONAL, note="In lại nhãn")
    assert not Inspection.objects.with_overdue_findings(late).exists()
    assert actions(certified)[-1] == "finding-mended"
    assert (
        refusal(services.mend_finding, finding=finding, mended_on=late, on=late, at=AT, mandate=NATIONAL).code
        == "already-mended"
    )


@pytest.mark.parametrize(
    ("day", "code"), [(DAY + timedelta(days=1), "in-the-future"), (DAY - timedelta(days=1), "before-the-inspection")]
)
def test_a_finding_is_mended_between_the_visit_and_today(certified, day, code):
    (finding,) = carry_out(plan(certified), draft())
    assert refusal(services.mend_finding, finding=finding, mended_on=day, on=DAY, at=AT, mandate=NATIONAL).code == code


def test_of_two_officers_who_looked_at_the_same_the_second_gets_a_conflict(certified):
    inspection = plan(certified)
    carry_out(inspection)
    seen = audit.version_of(certified.pk)
    conclude(inspection, "complies", seen=seen)
    error = refusal(carry_out, inspection, draft(), seen=seen)
    assert (error.code, error.status) == ("changed-meanwhile", 409)


# --- what the public sees ----------------------------------------------------


def test_the_public_summary_tells_only_concluded_ones(certified):
    hidden = plan(certified)
    visited = plan(certified)
    carry_out(visited, draft())
    called_off = plan(certified)
    services.cancel_inspection(inspection=called_off, reason="Bão", at=AT, mandate=NATIONAL)
    assert load_inspections([certified.pk], on=DAY) == {}
    (finding,) = Finding.objects.filter(inspection=visited)
    conclude(visited, "to_mend")
    assert load_inspections([certified.pk], on=DAY) == {
        certified.pk: [PublicInspection("unannounced", DAY, "to_mend", 1, 1)]
    }
    assert load_inspections([certified.pk], on=DAY - timedelta(days=1)) == {}
    services.mend_finding(finding=finding, mended_on=DAY, on=DAY, at=AT, mandate=NATIONAL)
    assert load_inspections([certified.pk], on=DAY)[certified.pk][0].open_findings == 0
    assert hidden.state == "planned"


def test_the_public_summary_of_many_products_is_one_query(certified, django_assert_num_queries):
    products = [certified, make_product(), make_product()]
    for product in products:
        for _ in range(3):
            inspection = plan(product)
            carry_out(inspection, draft(), draft())
            conclude(inspection, "to_mend")
    with django_assert_num_queries(1):
        told = load_inspections([product.pk for product in products], on=DAY)
    assert {pk: len(inspections) for pk, inspections in told.items()} == {product.pk: 3 for product in products}


# --- samples -----------------------------------------------------------------


def test_a_sample_is_drawn_again_by_its_seed_from_what_was_not_inspected_for_a_year():
    due = [make_product() for _ in range(6)]
    for each in due:
        certify(each)
    without, lapsed, elsewhere, planned, seen = (make_product() for _ in range(5))
    certify_expired(lapsed)
    for each in (elsewhere, planned, seen):
        certify(each)
    plan(planned)
    carry_out(plan(seen))
    scope = ~Q(pk=elsewhere.pk)

    def sample(seed: str, size: int = 10, on=DAY) -> list[int]:
        return propose_sample(scope=scope, size=size, seed=seed, on=on)

    assert set(sample("a")) == {each.pk for each in due}
    assert sample("a") == sample("a")
    assert sample("a", 3) == sample("a")[:3]
    assert len({tuple(sample(seed)) for seed in "abcdefgh"}) > 1
    assert seen.pk in sample("a", on=DAY + timedelta(days=365))
    assert without.pk not in sample("a")


def test_a_sample_is_planned_as_a_whole_or_not_at_all():
    products = [make_product(), make_product()]
    call = {"kind": "periodic", "on": DAY, "at": AT, "mandate": NATIONAL, "by": make_officer()}
    ids = [product.pk for product in products]
    with pytest.raises(DomainError):
        services.plan_inspections(product_ids=ids, planned_on=DAY - timedelta(days=1), **call)
    assert not Inspection.objects.exists()
    assert len(services.plan_inspections(product_ids=ids, planned_on=DAY, **call)) == 2


def test_a_sample_sent_twice_is_planned_once():
    products = [make_product(), make_product()]
    plan(products[0])
    call = {"kind": "periodic", "planned_on": DAY, "on": DAY, "at": AT, "mandate": NATIONAL}
    ids = [product.pk for product in products]
    assert [each.product for each in services.plan_inspections(product_ids=ids, **call)] == [products[1]]
    assert services.plan_inspections(product_ids=ids, **call) == []
    assert Inspection.objects.count() == 2
