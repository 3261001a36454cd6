"""What was known on a day, as a property: it is what a replay of only the calls recorded by then leaves behind."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ocop_badges import hindsight, services
from ocop_badges.days import start_of
from ocop_badges.errors import DomainError
from ocop_badges.models import Certificate, RevocationGround
from ocop_badges.register import RegisterQuery, find_certificates
from ocop_badges.rules import Status
from ocop_badges.verification import Family, load_families, public_events
from tests.factories import make_product

pytestmark = pytest.mark.django_db

START = date(2024, 1, 1)  # of what is recorded
RECORDING = date(2024, 2, 1)  # first day on which something is recorded
some_days = st.integers(0, 40).map(lambda n: START + timedelta(days=n))
calls = st.lists(
    st.tuples(
        st.sampled_from(["issue", "issue", "suspend", "lift", "revoke", "extend", "correct", "correct"]),
        st.integers(0, 3),  # which certificate
        some_days,
        st.integers(0, 30),
        st.integers(0, 2),  # days since the call before
    ),
    min_size=1,
    max_size=10,
)
CORRECTED = ("valid_from", "valid_until", "stars", "decision_number", "issued_on", "revocation.effective_on", "covers")
ON_DAYS = [START + timedelta(days=n) for n in range(-2, 75, 7)]


def recorded(sequence) -> list[tuple[datetime, Any]]:
    """Each call with the instant at which it is made."""
    day, timed = RECORDING, []
    for number, call in enumerate(sequence):
        day += timedelta(days=call[-1])
        timed.append((start_of(day) + timedelta(minutes=number), (number, *call[:-1])))
    return timed


def carry_out(product, timed) -> None:
    for at, call in timed:
        try:
            _carry_out(product, at, *call)
        except DomainError:
            continue  # refused: nothing was recorded


def _carry_out(product, at, number, kind, which, day, length) -> None:
    certificates = list(Certificate.objects.of_products([product.pk]).order_by("id"))
    if kind == "issue":
        services.issue_certificate(
            product=product,
            stars=3 + which % 3,
            decision_number=f"{number}/QĐ",
            issued_on=day,
            valid_until=day + timedelta(days=length),
            end_reason="as printed",
            at=at,
        )
    elif certificates:
        certificate = certificates[which % len(certificates)]
        match kind:
            case "suspend":
                services.suspend_certificate(certificate=certificate, suspended_from=day, reason="x", at=at)
            case "lift":
                services.lift_suspension(certificate=certificate, lifted_on=day, reason="y", at=at)
            case "revoke":
                services.revoke_certificate(
                    certificate=certificate,
                    ground=RevocationGround.MISUSE_OF_MARK,
                    decision_number=f"{number}/TH",
                    effective_on=day,
                    at=at,
                )
            case "extend":
                services.extend_certificate(certificate=certificate, days=length, granted_on=day, evidence="x", at=at)
            case "correct":
                name = CORRECTED[length % len(CORRECTED)]
                value: Any = day
                if name == "stars":
                    value = 3 + which % 3
                elif name in ("decision_number", "covers"):
                    value = f"{number}/ĐC"
                services.correct_certificate(certificate=certificate, changes={name: value}, reason="z", at=at)


def told(family: Family, day: date) -> list[Any]:
    """All that an answer about a day says of a product's certificates, but for the ids that a replay makes anew."""
    return [
        {
            **asdict(family.facts_of(certificate)),
            "sequence": None,
            "decision": (certificate.decision_number, certificate.issued_on, certificate.covers),
            "status": (family.status(certificate, day), family.status_since(certificate, day)),
            "events": [
                (event.kind, event.on, {**event.details, "certificate": None})
                for event in public_events(certificate, family)
            ],
        }
        for certificate in family.certificates
    ]


def family_of(product, **known) -> Family:
    return load_families({product.pk}, **known).get(product.pk, Family((), ()))


ALL_KINDS = [
    ("issue", 0, START, 10, 0),
    ("correct", 0, START, 29, 1),  # valid_until
    ("correct", 0, START + timedelta(days=25), 1, 1),
    ("correct", 0, START + timedelta(days=30), 1, 0),
    ("suspend", 0, START + timedelta(days=5), 0, 1),
    ("lift", 0, START + timedelta(days=8), 0, 1),
    ("extend", 0, START + timedelta(days=8), 20, 1),
    ("extend", 0, START + timedelta(days=8), 10, 1),
    ("issue", 1, START + timedelta(days=20), 20, 1),
    ("revoke", 1, START + timedelta(days=21), 0, 1),
    ("correct", 1, START + timedelta(days=24), 5, 1),  # the day of the revocation
    ("correct", 1, START + timedelta(days=19), 4, 1),  # issued_on
    ("correct", 1, START + timedelta(days=19), 0, 1),  # valid_from
]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(calls, st.integers(-1, 20))
@example(ALL_KINDS, 4)
def test_what_was_known_on_a_day_is_what_had_been_recorded_by_then(sequence, days_later):
    product = make_product()
    timed = recorded(sequence)
    carry_out(product, timed)
    check_knowledge(product, timed, RECORDING + timedelta(days=days_later))


def test_it_holds_for_every_day_of_a_life_with_all_kinds_of_facts():
    product = make_product()
    timed = recorded(ALL_KINDS)
    carry_out(product, timed)
    (_, second) = family_of(product).certificates
    assert (second.valid_from, second.revocation.effective_on) == (date(2024, 1, 20), date(2024, 1, 25))
    for days_later in range(-1, 13):
        check_knowledge(product, timed, RECORDING + timedelta(days=days_later))


def check_knowledge(product, timed, known_on: date) -> None:
    """What the product is told to have been known is what a replay of the calls until then leaves to be known."""
    known_at = hindsight.end_of(known_on)
    replay = make_product()
    carry_out(replay, [(at, call) for at, call in timed if at < known_at])
    was, would_be = family_of(product, known_at=known_at), family_of(replay)
    for day in ON_DAYS:
        assert told(was, day) == told(would_be, day)
    check_the_database_says_the_same(product, was, known_at)


def check_the_database_says_the_same(product, family: Family, known_at: datetime) -> None:
    """The register filters and orders by what the facts in memory say."""

    def found(day: date, **filters: Any) -> set[int]:
        query = RegisterQuery(day=day, known_at=known_at, **filters)
        return set(find_certificates(query).filter(product=product).values_list("pk", flat=True))

    rows = hindsight.known_certificates(known_at=known_at).filter(product=product)
    assert {
        row["id"]: row for row in rows.values("id", "known_stars", "known_from", "known_until", "known_revoked")
    } == {
        facts.sequence: {
            "id": facts.sequence,
            "known_stars": facts.stars,
            "known_from": facts.valid_from,
            "known_until": facts.last_day,
            "known_revoked": facts.revoked_on,
        }
        for facts in family.facts
    }
    for day in ON_DAYS[1::4]:
        by_status = {status: found(day, status=status.value) for status in Status}
        expected = {status: {c.pk for c in family.certificates if family.status(c, day) is status} for status in Status}
        assert by_status == expected
        assert found(day, ends_before=day) == {facts.sequence for facts in family.facts if facts.last_day < day}
        assert found(day, ends_after=day) == {facts.sequence for facts in family.facts if facts.last_day > day}
    assert found(ON_DAYS[0], stars=(4,)) == {facts.sequence for facts in family.facts if facts.stars == 4}
