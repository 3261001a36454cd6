"""What authorities do with a file: checks, returns, tasks, score sheets, decisions, and who may do them."""

from contextlib import nullcontext
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.models import Commune, Product, Province
from marketplace.accounts.models import User
from ocop_badges import audit
from ocop_badges.dossiers import services
from ocop_badges.dossiers.contents import criteria_of, load_contents
from ocop_badges.dossiers.models import (
    CommuneCheck,
    CriteriaPart,
    Criterion,
    DepartmentTask,
    Dossier,
    DossierReturn,
    ScoreSheet,
)
from ocop_badges.dossiers.rules import Act, Kind, State, refusal_of
from ocop_badges.errors import DomainError
from ocop_badges.models import AuditEntry
from ocop_badges.services import keep_evidence
from tests.factories import DAY, make_member

from .files import (
    People,
    brought_to,
    certified_to_renew,
    made_in,
    noon,
    people_of,
    perform,
    picture,
    points_worth,
    score,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(commune) -> Product:
    return made_in(commune)


def who_may(act: Act, dossier: Dossier, people: People) -> User:
    match act:
        case Act.CHECK:
            return people.commune_officer
        case Act.SCORE:
            return people.central if dossier.place is State.MINISTRY else people.colleague
        case _:
            return people.national


@pytest.mark.parametrize("state", State)
def test_every_act_in_every_state_does_what_the_table_says(product, people, state):
    """Every state × every act, through the services; what is refused leaves the file and the trail as they were."""
    dossier = brought_to(state, product, people)
    for act in Act:
        refusal = refusal_of(act, state)
        if refusal is None:
            continue
        version = audit.version_of(product.pk)
        with pytest.raises(DomainError) as caught:
            perform(act, dossier, who_may(act, dossier, people))
        assert (caught.value.code, caught.value.detail) == (refusal.code, str(refusal))
        assert "26/2026/QĐ-TTg, Điều" in caught.value.detail
        assert Dossier.objects.get(pk=dossier.pk).state == state
        assert audit.version_of(product.pk) == version


def scoped_out(people: People, act: Act, state: State) -> list[User]:
    """Everybody of the programme who may not do an act, of this place and of another one."""
    other = people_of(Commune.objects.create(province=Province.objects.get(code="04"), name="Xã khác"))
    everybody = [getattr(p, field.name) for p in (people, other) for field in fields(People)]
    match act:
        case Act.CHECK:
            may = {people.commune_officer, people.provincial, people.national, other.national}
        case Act.SCORE if state is State.MINISTRY:
            may = {people.central, other.central}
        case Act.SCORE:
            may = {people.member, people.colleague}
        case _ if state is State.MINISTRY:
            may = {people.national, other.national}
        case _:
            may = {people.provincial, people.national, other.national}
    return [person for person in everybody if person not in may]


@pytest.mark.parametrize(
    ("act", "state", "article"),
    [
        (Act.CHECK, State.COMMUNE_CHECK, "7.2"),
        (Act.GIVE_TASK, State.COMMUNE_CHECK, "4.1"),
        (Act.RETURN, State.COUNCIL, "4.1"),
        (Act.SCORE, State.COUNCIL, "3.3, 7"),
        (Act.SEND_TO_MINISTRY, State.COUNCIL, "4.1"),
        (Act.DECIDE, State.COUNCIL, "4.1"),
        (Act.SCORE, State.MINISTRY, "3.3, 7"),
        (Act.RETURN, State.MINISTRY, "4.1, 5.2"),
        (Act.DECIDE, State.MINISTRY, "4.1, 5.2"),
    ],
)
def test_who_has_no_post_for_it_is_refused_with_the_article(product, people, act, state, article):
    dossier = brought_to(state, product, people)
    version = audit.version_of(product.pk)
    outsiders = [*scoped_out(people, act, state), make_member(product.producer)]
    assert len(outsiders) >= 6
    for person in outsiders:
        with pytest.raises(DomainError) as caught:
            perform(act, dossier, person)
        assert caught.value.status == 403
        assert caught.value.detail.endswith(f"(26/2026/QĐ-TTg, Điều {article}).")
    assert audit.version_of(product.pk) == version


def test_the_commune_finds_it_complete(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    check = CommuneCheck.objects.get()
    assert (check.is_complete, check.recorded_by, dossier.complete_on) == (True, people.commune_officer, DAY)
    assert AuditEntry.objects.get(action="commune-checked").after["is_complete"] is True


def test_the_commune_sends_it_back_and_it_is_handed_in_again(product, people):
    dossier = brought_to(State.RETURNED, product, people)
    assert DossierReturn.objects.get().reason == "Thiếu phiếu"
    later = DAY + timedelta(days=9)
    dossier = services.submit_dossier(dossier=dossier, at=noon(later), on=later)
    assert (dossier.attempt, dossier.submitted_on, dossier.handed_in_on) == (2, DAY, later)
    services.check_by_commune(dossier=dossier, is_complete=True, at=noon(later), on=later, by=people.commune_officer)
    assert CommuneCheck.objects.count() == 2


def test_a_returned_renewal_is_handed_in_again_after_the_window(product, people):
    certified_to_renew(product, days_left=125)
    dossier = brought_to(State.RETURNED, product, people, kind=Kind.RENEWAL)
    later = DAY + timedelta(days=20)
    assert services.submit_dossier(dossier=dossier, at=noon(later), on=later).state == State.COMMUNE_CHECK


def test_the_commune_says_what_is_missing(product, people):
    dossier = brought_to(State.COMMUNE_CHECK, product, people)
    with pytest.raises(DomainError) as caught:
        services.check_by_commune(
            dossier=dossier, is_complete=False, note="  ", at=noon(DAY), on=DAY, by=people.commune_officer
        )
    assert caught.value.faults[0].field == "note"
    assert Dossier.objects.get().state == State.COMMUNE_CHECK


def test_the_province_records_the_communes_paper_with_its_scan(product, people):
    dossier = brought_to(State.COMMUNE_CHECK, product, people)
    common = {"dossier": dossier, "is_complete": True, "at": noon(DAY), "on": DAY, "by": people.provincial}
    with pytest.raises(DomainError) as caught:
        services.check_by_commune(**common)
    assert caught.value.faults[0].field == "evidence_file"
    scan = keep_evidence(product_id=product.pk, upload=picture(), name="mau03.png", at=noon(DAY))
    assert services.check_by_commune(**common, evidence_file=scan).evidence_file == scan


def test_sheets_of_an_earlier_handing_in_do_not_count(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    score(dossier, people.member, 40)
    services.return_dossier(dossier=dossier, reason="Bổ sung", at=noon(DAY), on=DAY, by=people.provincial)
    dossier = services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY)
    services.check_by_commune(dossier=dossier, is_complete=True, at=noon(DAY), on=DAY, by=people.commune_officer)
    score(dossier, people.member, 80)
    decided = services.decide_dossier(
        dossier=dossier, decision_number="5/QĐ", issued_on=DAY, at=noon(DAY), on=DAY, by=people.provincial
    )
    assert decided.score == 80
    assert ScoreSheet.objects.count() == 2


def test_a_member_hands_in_one_sheet_and_it_is_locked(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    score(dossier, people.member, Decimal("61.25"))
    sheet = ScoreSheet.objects.get()
    assert sheet.total == Decimal("61.25")
    assert sum(row.points for row in sheet.points.all()) == sheet.total
    for again in (
        lambda: score(dossier, people.member, 90),
        lambda: services.declare_conflict(dossier=dossier, reason="Họ hàng", at=noon(DAY), by=people.member),
    ):
        with pytest.raises(DomainError) as caught:
            again()
        assert caught.value.code == "scored-already"
    assert ScoreSheet.objects.get().total == Decimal("61.25")


def test_a_sheet_scores_every_criterion_within_its_bounds(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    points = points_worth(dossier, 100)
    first, second, *_rest = points
    with pytest.raises(DomainError) as caught:
        services.hand_in_score_sheet(
            dossier=dossier,
            points={**{pk: p for pk, p in points.items() if pk != first}, second: Decimal(99)},
            at=noon(DAY),
            by=people.member,
        )
    assert [fault.field for fault in caught.value.faults] == [f"points-{first}", f"points-{second}"]
    assert not ScoreSheet.objects.exists()


def test_points_beyond_their_part_are_refused_whatever_its_criteria_allow(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    first = criteria_of(dossier)[0]
    in_part = [criterion for criterion in criteria_of(dossier) if criterion.part == first.part]
    Criterion.objects.filter(pk=first.pk).update(max_points=90)  # an operator's mistake: a sum over the part and 100
    points = {**points_worth(dossier, 0), first.pk: Decimal(first.part.max_points), in_part[-1].pk: Decimal("0.25")}
    with pytest.raises(DomainError) as caught:
        services.hand_in_score_sheet(dossier=dossier, points=points, at=noon(DAY), by=people.member)
    assert [fault.field for fault in caught.value.faults] == [f"points-{in_part[-1].pk}"]
    assert not ScoreSheet.objects.exists()


def test_points_beyond_100_are_refused_whatever_the_parts_allow(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    first = criteria_of(dossier)[0]
    CriteriaPart.objects.filter(pk=first.part_id).update(max_points=first.part.max_points + 1)
    Criterion.objects.filter(pk=first.pk).update(max_points=first.max_points + 1)
    points = {criterion.pk: Decimal(criterion.max_points) for criterion in criteria_of(dossier)}
    with pytest.raises(DomainError) as caught:
        services.hand_in_score_sheet(dossier=dossier, points=points, at=noon(DAY), by=people.member)
    assert [fault.field for fault in caught.value.faults] == ["points"]
    for pk, given in points.items():
        dossier.self_assessed_points.filter(criterion=pk).update(points=given)
    assert load_contents(dossier, on=DAY).stars == 5


def test_who_belongs_to_the_producer_declares_the_conflict_instead(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    product.producer.memberships.create(user=people.member, role="staff")
    with pytest.raises(DomainError) as caught:
        score(dossier, people.member, 100)
    assert caught.value.code == "member-of-the-producer"
    sheet = services.declare_conflict(dossier=dossier, reason="Thành viên hợp tác xã", at=noon(DAY), by=people.member)
    assert sheet.has_conflict
    with pytest.raises(DomainError) as caught:
        perform(Act.DECIDE, dossier, people.provincial)
    assert caught.value.code == "no-score-sheets"
    score(dossier, people.colleague, 55)
    decided = services.decide_dossier(
        dossier=dossier, decision_number="6/QĐ", issued_on=DAY, at=noon(DAY), on=DAY, by=people.provincial
    )
    assert decided.score == 55
    assert decided.issued.stars == 3


@pytest.mark.parametrize("has_consent", [True, False])
def test_a_helper_belongs_to_the_producer_with_the_owners_consent_alone(product, people, has_consent):
    dossier = brought_to(State.COUNCIL, product, people)
    consented_at = noon(DAY) if has_consent else None
    product.producer.memberships.create(user=people.member, role="helper", consented_at=consented_at)
    with pytest.raises(DomainError) if has_consent else nullcontext():
        score(dossier, people.member, 60)
    assert ScoreSheet.objects.exists() is not has_consent


def test_a_sheet_keeps_the_name_of_a_member_who_is_gone(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    score(dossier, people.member, 75)
    name = people.member.email
    people.member.delete()
    sheet = ScoreSheet.objects.get()
    assert sheet.recorded_by is None
    assert name in sheet.member_name


def test_a_department_is_asked_and_answers(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    task = services.give_task(
        dossier=dossier,
        department="Sở Y tế",
        what="Kiểm nghiệm lại",
        due_on=DAY + timedelta(days=7),
        at=noon(DAY),
        on=DAY,
        by=people.provincial,
    )
    for wrong, code in ((DAY - timedelta(days=1), "before-the-task"), (DAY + timedelta(days=1), "future")):
        with pytest.raises(DomainError) as caught:
            services.finish_task(task=task, done_on=wrong, at=noon(DAY), on=DAY, by=people.provincial)
        assert caught.value.faults[0].code == code
    with pytest.raises(DomainError) as caught:
        services.finish_task(task=task, done_on=DAY, at=noon(DAY), on=DAY, by=people.member)
    assert caught.value.status == 403
    services.finish_task(task=task, done_on=DAY, note="Đạt", at=noon(DAY), on=DAY, by=people.provincial)
    assert DepartmentTask.objects.get().note == "Đạt"
    with pytest.raises(DomainError) as caught:
        services.finish_task(task=task, done_on=DAY, at=noon(DAY), on=DAY, by=people.provincial)
    assert caught.value.code == "task-finished"
