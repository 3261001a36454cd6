"""The state machine of certificates walked in full: every state and every act, done or refused with its article."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from ocop_badges import audit, lifecycle, services
from ocop_badges.errors import DomainError
from ocop_badges.lifecycle import Action, Authority
from ocop_badges.models import BadgePeriod, Certificate, RevocationGround
from ocop_badges.rules import Status
from ocop_badges.verification import load_families
from tests.factories import AT, DAY, certify, make_product, revoke, suspend

pytestmark = pytest.mark.django_db

LONG_AGO, SOON = DAY - timedelta(days=400), DAY + timedelta(days=30)


def upcoming() -> Certificate:
    return certify(make_product(), issued_on=DAY - timedelta(days=1), valid_from=SOON)


def valid() -> Certificate:
    return certify(make_product(), issued_on=LONG_AGO, stars=4)


def suspended() -> Certificate:
    certificate = valid()
    suspend(certificate, since=DAY - timedelta(days=5))
    return certificate


def revoked() -> Certificate:
    certificate = valid()
    revoke(certificate, effective_on=DAY - timedelta(days=5))
    return certificate


def superseded() -> Certificate:
    certificate = valid()
    certify(certificate.product, issued_on=DAY - timedelta(days=5), stars=4, decision_number="2/QĐ-UBND")
    return certificate


def expired() -> Certificate:
    return certify(make_product(), issued_on=DAY.replace(year=DAY.year - 3) - timedelta(days=1), stars=4)


STATES: dict[Status, Callable[[], Certificate]] = {
    Status.UPCOMING: upcoming,
    Status.VALID: valid,
    Status.SUSPENDED: suspended,
    Status.REVOKED: revoked,
    Status.SUPERSEDED: superseded,
    Status.EXPIRED: expired,
}

DONE = ""
# What each act meets in each state: done, or the code and the article of its refusal.
EXPECTED: dict[Action, dict[Status, str]] = {
    Action.SUSPEND: {
        Status.UPCOMING: DONE,
        Status.VALID: DONE,
        Status.SUSPENDED: "already-suspended Điều 9",
        Status.REVOKED: "certificate-revoked Điều 8",
        Status.SUPERSEDED: "certificate-superseded Điều 7.5, 7.6",
        Status.EXPIRED: "after-the-end Điều 4.3",
    },
    Action.LIFT: {
        Status.UPCOMING: "not-suspended Điều 9",
        Status.VALID: "not-suspended Điều 9",
        Status.SUSPENDED: DONE,
        Status.REVOKED: "certificate-revoked Điều 8",
        Status.SUPERSEDED: "certificate-superseded Điều 7.5, 7.6",
        Status.EXPIRED: "after-the-end Điều 4.3",
    },
    Action.REVOKE: {
        Status.UPCOMING: DONE,
        Status.VALID: DONE,
        Status.SUSPENDED: DONE,
        Status.REVOKED: "already-revoked Điều 8",
        Status.SUPERSEDED: "certificate-superseded Điều 7.5, 7.6",
        Status.EXPIRED: "after-the-end Điều 4.3",
    },
    Action.EXTEND: {
        Status.UPCOMING: "not-begun Điều 4.3",
        Status.VALID: DONE,
        Status.SUSPENDED: DONE,
        Status.REVOKED: "certificate-revoked Điều 8",
        Status.SUPERSEDED: "certificate-superseded Điều 7.5, 7.6",
        Status.EXPIRED: DONE,
    },
    Action.CORRECT: dict.fromkeys(STATES, DONE),
}
# Acts that make a new certificate, by where the product stands (a superseded certificate is not what it stands on).
CERTIFYING: dict[Action, dict[Status | None, str]] = {
    Action.ISSUE: {
        None: DONE,
        Status.UPCOMING: "not-begun Điều 4.3",
        Status.VALID: "certificate-in-force Điều 7.5, 7.6",
        Status.SUSPENDED: "certificate-in-force Điều 7.5, 7.6",
        Status.REVOKED: DONE,
        Status.EXPIRED: DONE,
    },
    **{
        action: {
            None: "no-certificate Điều 4",
            Status.UPCOMING: "not-begun Điều 4.3",
            Status.VALID: DONE,
            Status.SUSPENDED: DONE,
            Status.REVOKED: "certificate-revoked Điều 8",
            Status.EXPIRED: "certificate-expired Điều 4.3, 7.6",
        }
        for action in (Action.RENEW, Action.UPGRADE, Action.DOWNGRADE)
    },
}


def do(action: Action, certificate: Certificate) -> Any:
    match action:
        case Action.SUSPEND:
            return services.suspend_certificate(
                certificate=certificate, suspended_from=DAY, reason="Chờ xác minh", at=AT
            )
        case Action.LIFT:
            return services.lift_suspension(certificate=certificate, lifted_on=DAY, at=AT)
        case Action.REVOKE:
            return services.revoke_certificate(
                certificate=certificate,
                ground=RevocationGround.MISUSE_OF_MARK,
                decision_number="9/QĐ-UBND",
                effective_on=DAY,
                at=AT,
            )
        case Action.EXTEND:
            return services.extend_certificate(
                certificate=certificate, days=60, granted_on=DAY, evidence="Công văn 5", at=AT
            )
        case Action.CORRECT:
            return services.correct_certificate(
                certificate=certificate, changes={"issuing_authority": "UBND tỉnh"}, reason="Gõ nhầm", at=AT
            )
    raise AssertionError(action)


def outcome(act: Callable[[], Any], product_id: int) -> str:
    """What came of an act: done, or code and article. A refused act leaves nothing behind."""
    before = everything(product_id)
    try:
        act()
    except DomainError as error:
        assert everything(product_id) == before
        return f"{error.code} {error.detail.partition('26/2026/QĐ-TTg, ')[2].rstrip(').')}"
    assert everything(product_id) != before
    return DONE


def everything(product_id: int) -> tuple[Any, ...]:
    certificates = Certificate.objects.of_products([product_id]).with_facts()
    periods = BadgePeriod.objects.of_products([product_id]).order_by("starts_on")
    return (
        [audit.state_of(certificate) for certificate in certificates],
        list(periods.values_list("stars", "starts_on", "ends_on")),
        audit.version_of(product_id),
    )


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", EXPECTED)
def test_every_act_on_a_certificate_in_every_state(state, action):
    certificate = STATES[state]()
    family = load_families({certificate.product_id})[certificate.product_id]
    assert family.status(certificate, DAY) is state
    assert outcome(lambda: do(action, certificate), certificate.product_id) == EXPECTED[action][state]
    assert audit.flaws_of([certificate.product_id]) == []


@pytest.mark.parametrize("state", [None, *(state for state in STATES if state is not Status.SUPERSEDED)])
@pytest.mark.parametrize("action", CERTIFYING)
def test_every_act_that_certifies_in_every_state_of_the_product(state, action):
    product = STATES[state]().product if state else make_product()
    stars = {Action.UPGRADE: 5, Action.DOWNGRADE: 3}.get(action, 4)

    def certify_again() -> None:
        services.issue_certificate(
            product=product, stars=stars, decision_number="3/QĐ-UBND", issued_on=DAY, action=action, at=AT
        )

    assert outcome(certify_again, product.pk) == CERTIFYING[action][state]


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", [None, *Status])
def test_the_table_allows_exactly_what_the_services_do(action, state):
    expected = CERTIFYING.get(action, {}) if action in lifecycle.CERTIFYING else EXPECTED[action]
    if state not in expected:
        assert lifecycle.refusal_of(action, state) is not None  # no product stands on a replaced certificate
        return
    assert (action in lifecycle.allowed_in(state)) == (expected[state] == DONE)


@pytest.mark.parametrize(
    ("action", "stars", "code"),
    [
        (Action.RENEW, 3, "renewal-changes-stars"),
        (Action.RENEW, 5, "renewal-changes-stars"),
        (Action.UPGRADE, 4, "upgrade-without-more-stars"),
        (Action.UPGRADE, 3, "upgrade-without-more-stars"),
        (Action.DOWNGRADE, 4, "downgrade-without-fewer-stars"),
        (Action.DOWNGRADE, 5, "downgrade-without-fewer-stars"),
    ],
)
def test_the_stars_fit_the_act(action, stars, code):
    product = valid().product
    with pytest.raises(DomainError) as caught:
        services.issue_certificate(
            product=product, stars=stars, decision_number="3/QĐ", issued_on=DAY, action=action, at=AT
        )
    assert caught.value.code == code
    assert "Điều 7" in caught.value.detail or "Điều 3.3" in caught.value.detail


@pytest.mark.parametrize(
    ("stars", "issued_on", "authority", "allowed"),
    [
        (3, date(2026, 6, 1), Authority.PROVINCE, True),
        (4, date(2026, 6, 1), Authority.PROVINCE, True),
        (5, date(2026, 6, 1), Authority.MINISTRY, True),
        (5, date(2026, 6, 1), Authority.PROVINCE, False),
        (3, date(2026, 6, 1), Authority.MINISTRY, False),
        (3, date(2025, 6, 30), Authority.DISTRICT, True),
        (3, date(2025, 7, 1), Authority.DISTRICT, False),
        (4, date(2025, 6, 30), Authority.DISTRICT, False),
    ],
)
def test_the_authority_fits_the_stars_and_the_day(stars, issued_on, authority, allowed):
    assert (authority in lifecycle.authorities_for(stars=stars, issued_on=issued_on)) == allowed
    product = make_product()

    def issue() -> None:
        certify(product, stars=stars, issued_on=issued_on, authority=authority.value)

    assert outcome(issue, product.pk) == (DONE if allowed else "wrong-authority Điều 4.1")


def test_one_decision_about_many_products_does_for_each_what_fits():
    fresh, renewed, raised, lapsed = make_product(), valid().product, valid().product, expired().product
    stars = {fresh: 3, renewed: 4, raised: 5, lapsed: 4}
    drafts = [
        services.draft_certificate(
            product_id=product.pk,
            stars=count,
            decision_number="77/QĐ",
            issued_on=DAY,
            regulation=certify(make_product()).regulation,
            authority="ministry" if count == 5 else "province",
        )
        for product, count in stars.items()
    ]
    services.certify_by_decision(drafts=drafts, at=AT)
    shown = dict(BadgePeriod.objects.covering(DAY).values_list("product_id", "stars"))
    assert {product.pk: shown[product.pk] for product in stars} == {product.pk: n for product, n in stars.items()}
    told = [product.audit_entries.order_by("number").last().action for product in (fresh, renewed, raised, lapsed)]
    assert told == ["issue", "renew", "upgrade", "issue"]


def test_one_decision_certifies_a_product_once():
    product, regulation = make_product(), certify(make_product()).regulation
    drafts = [
        services.draft_certificate(
            product_id=product.pk,
            stars=stars,
            decision_number=f"{stars}/QĐ",
            issued_on=DAY,
            regulation=regulation,
            authority="province",
        )
        for stars in (3, 4)
    ]
    assert outcome(lambda: services.certify_by_decision(drafts=drafts, at=AT), product.pk) == "certified-twice "


def test_one_decision_is_recorded_for_all_or_for_none():
    fresh, begins_later = make_product(), upcoming().product
    drafts = [
        services.draft_certificate(
            product_id=product.pk,
            stars=3,
            decision_number="77/QĐ",
            issued_on=DAY,
            regulation=certify(make_product()).regulation,
            authority="province",
        )
        for product in (fresh, begins_later)
    ]
    assert outcome(lambda: services.certify_by_decision(drafts=drafts, at=AT), fresh.pk) == "not-begun Điều 4.3"
    assert not Certificate.objects.filter(decision_number="77/QĐ").exists()


def test_who_saw_an_older_trail_meets_a_conflict():
    certificate = valid()
    seen = audit.version_of(certificate.product_id)
    suspend(certificate)
    with pytest.raises(DomainError) as caught:
        revoke_with(certificate, seen=seen)
    assert (caught.value.code, caught.value.status) == ("changed-meanwhile", 409)
    revoke_with(certificate, seen=audit.version_of(certificate.product_id))


def revoke_with(certificate: Certificate, *, seen: int) -> None:
    services.revoke_certificate(
        certificate=certificate,
        ground=RevocationGround.PRODUCTION_STOPPED,
        decision_number="9/QĐ",
        effective_on=DAY,
        at=AT,
        seen=seen,
    )
