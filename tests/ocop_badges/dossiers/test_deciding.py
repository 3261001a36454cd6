"""Whole files from draft to decided, what the average decides, and deadlines that follow the holidays on record."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from catalog.models import Product
from ocop_badges import audit
from ocop_badges.badges import standing_of
from ocop_badges.dossiers import services
from ocop_badges.dossiers.models import Dossier, Holiday
from ocop_badges.dossiers.rules import Act, Kind, State
from ocop_badges.errors import DomainError
from ocop_badges.models import AuditEntry, Certificate
from ocop_badges.services import keep_evidence
from tests.factories import DAY

from .files import brought_to, certified_to_renew, complete, made_in, noon, open_file, perform, picture, score

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(commune) -> Product:
    return made_in(commune)


def test_a_renewal_is_walked_from_draft_to_decided(product, people, clock):
    old = certified_to_renew(product, stars=3, days_left=150)
    clock(DAY)
    dossier = complete(open_file(product, kind=Kind.RENEWAL))
    assert dossier.due_on == old.valid_until - timedelta(days=120)
    dossier = services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY)
    assert dossier.due_on == date(2026, 12, 14)  # 15 working days after Sunday 22 November; the 24th is a holiday
    checked_on = date(2026, 12, 8)
    services.check_by_commune(
        dossier=dossier, is_complete=True, at=noon(checked_on), on=checked_on, by=people.commune_officer
    )
    dossier.refresh_from_db()
    assert dossier.due_on == date(2027, 1, 22)  # 45 days
    score(dossier, people.member, Decimal("62.5"), on=checked_on)
    score(dossier, people.colleague, Decimal("57.25"), on=checked_on)
    decided_on = date(2027, 1, 15)
    scan = keep_evidence(product_id=product.pk, upload=picture(), name="qd.png", at=noon(decided_on))
    decided = services.decide_dossier(
        dossier=dossier,
        decision_number="15/QĐ-UBND",
        issued_on=decided_on,
        issuing_authority="UBND tỉnh Lâm Đồng",
        evidence_file=scan,
        at=noon(decided_on),
        on=decided_on,
        by=people.provincial,
    )
    assert (decided.state, decided.score, decided.due_on) == ("decided", Decimal("59.87"), None)
    new = decided.issued
    assert (new.stars, new.score, new.authority, new.evidence_file) == (3, Decimal("59.87"), "province", scan)
    assert new.valid_until == date(2030, 1, 15)
    assert AuditEntry.objects.get(product=product, action="renew").certificate == new
    assert standing_of(product.pk, day=decided_on).certificate == new.public_id
    assert [e.action for e in AuditEntry.objects.filter(product=product).order_by("number")] == [
        "issue",
        "file-opened",
        "file-submitted",
        "commune-checked",
        "sheet-handed-in",
        "sheet-handed-in",
        "renew",
        "file-decided",
    ]
    assert audit.flaws_of([product.pk]) == []


def test_an_upgrade_to_five_stars_is_walked_through_the_ministry(product, people):
    certified_to_renew(product, stars=4, days_left=400)
    dossier = complete(open_file(product, kind=Kind.UPGRADE, target_stars=5))
    dossier = services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY)
    services.check_by_commune(dossier=dossier, is_complete=True, at=noon(DAY), on=DAY, by=people.commune_officer)
    dossier.refresh_from_db()
    assert dossier.due_on == date(2027, 6, 30)  # the provincial round of 30 April
    score(dossier, people.member, 92)
    score(dossier, people.colleague, 90)
    with pytest.raises(DomainError) as caught:
        services.decide_dossier(
            dossier=dossier, decision_number="1/QĐ", issued_on=DAY, at=noon(DAY), on=DAY, by=people.provincial
        )
    assert caught.value.code == "for-the-ministry"
    assert "Điều 4.1" in caught.value.detail
    dossier = services.send_to_ministry(dossier=dossier, at=noon(DAY), on=DAY, by=people.provincial)
    assert dossier.due_on == date(2027, 3, 30)  # the national round of 30 January
    with pytest.raises(DomainError) as caught:
        perform(Act.DECIDE, dossier, people.national)
    assert caught.value.code == "no-score-sheets"  # the province's sheets do not count here
    score(dossier, people.central, 91)
    decided = services.decide_dossier(
        dossier=dossier,
        decision_number="9/QĐ-BNNMT",
        issued_on=DAY,
        at=noon(DAY),
        on=DAY,
        by=people.national,
    )
    assert (decided.issued.stars, decided.issued.authority) == (5, "ministry")
    assert AuditEntry.objects.filter(action="upgrade").count() == 1


def test_fewer_stars_than_before_are_a_downgrade(product, people):
    certified_to_renew(product, stars=4)
    dossier = brought_to(State.COUNCIL, product, people, kind=Kind.RENEWAL)
    score(dossier, people.member, 60)
    decided = perform(Act.DECIDE, dossier, people.provincial)
    assert decided.issued.stars == 3
    assert AuditEntry.objects.filter(action="downgrade").count() == 1


def test_a_certificate_that_ended_meanwhile_is_followed_by_a_first_one(product, people):
    certified_to_renew(product, stars=3, days_left=125)
    dossier = brought_to(State.COUNCIL, product, people, kind=Kind.RENEWAL)
    score(dossier, people.member, 60)
    late = DAY + timedelta(days=126)
    perform(Act.DECIDE, dossier, people.provincial, on=late)
    assert AuditEntry.objects.filter(action="issue").count() == 2


@pytest.mark.parametrize("total", [0, 29, 30, Decimal("49.99")])
def test_one_and_two_stars_get_no_certificate(product, people, total):
    dossier = brought_to(State.COUNCIL, product, people)
    score(dossier, people.member, total)
    with pytest.raises(DomainError, match=r"3\.3, 4\.1"):
        perform(Act.DECIDE, dossier, people.provincial)
    decided = services.decide_dossier(dossier=dossier, at=noon(DAY), on=DAY, by=people.provincial)
    assert (decided.state, decided.issued, decided.score) == ("decided", None, total)
    assert not Certificate.objects.exists()


def test_a_decision_says_its_number_and_day_and_writes_nothing_without(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    score(dossier, people.member, 60)
    common = {"dossier": dossier, "at": noon(DAY), "on": DAY, "by": people.provincial}
    for given, field in (
        ({"decision_number": "1/QĐ"}, "issued_on"),
        ({"decision_number": " ", "issued_on": DAY}, "decision_number"),
        ({"decision_number": "1/QĐ", "issued_on": DAY - timedelta(days=1)}, "issued_on"),
    ):
        with pytest.raises(DomainError) as caught:
            services.decide_dossier(**common, **given)
        assert caught.value.faults[0].field == field
    assert Dossier.objects.get().state == State.COUNCIL
    assert not Certificate.objects.exists()


def test_only_five_stars_go_to_the_ministry(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    score(dossier, people.member, Decimal("89.99"))
    with pytest.raises(DomainError) as caught:
        perform(Act.SEND_TO_MINISTRY, dossier, people.provincial)
    assert caught.value.code == "not-for-the-ministry"


def test_deadlines_follow_holidays_announced_later(product, people):
    dossier = brought_to(State.COMMUNE_CHECK, product, people)
    due_on = dossier.due_on
    Holiday.objects.create(day=date(2026, 12, 1), kind="off", name="Nghỉ", name_en="Off", source="Thông báo")
    assert services.restate_deadlines() == 1
    dossier.refresh_from_db()
    assert dossier.due_on == due_on + timedelta(days=1)
    assert services.restate_deadlines() == 0


def test_files_are_found_by_their_deadline(product, people):
    dossier = brought_to(State.COMMUNE_CHECK, product, people)
    assert dossier in Dossier.objects.overdue_on(dossier.due_on + timedelta(days=1))
    assert dossier not in Dossier.objects.overdue_on(dossier.due_on)
    assert dossier in Dossier.objects.due_within(DAY, dossier.due_on)
    services.withdraw_dossier(dossier=dossier, at=noon(DAY), on=DAY)
    assert not Dossier.objects.in_progress().exists()
