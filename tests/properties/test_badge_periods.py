"""The invariants of badges, each as a property over whatever facts a product may have."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.models import Product
from catalog.search.indexing import refresh_listings
from ocop_badges import days, freshness, rules, services
from ocop_badges.badges import badge_of, standing_of
from ocop_badges.errors import DomainError
from ocop_badges.models import BadgePeriod, Certificate, RevocationGround
from ocop_badges.models.certificates import facts_of
from ocop_badges.rules import CertificateFacts, Status, SuspensionFact
from tests.factories import AT, make_product

START = date(2024, 1, 1)
# A small calendar makes collisions of days likely, and those are where the rules differ.
some_days = st.integers(0, 40).map(lambda n: START + timedelta(days=n))


@st.composite
def certificate_facts(draw: st.DrawFn, sequence: int) -> CertificateFacts:
    valid_from = draw(some_days)
    valid_until = valid_from + timedelta(days=draw(st.integers(0, 20)))
    suspensions, after = [], START - timedelta(days=5)
    for _ in range(draw(st.integers(0, 3))):
        suspended_from = after + timedelta(days=draw(st.integers(0, 15)))
        lifted_on = draw(st.none() | st.integers(0, 10).map(lambda n, day=suspended_from: day + timedelta(days=n)))
        suspensions.append(SuspensionFact(suspended_from, lifted_on))
        if lifted_on is None:
            break
        after = lifted_on
    return CertificateFacts(
        sequence=sequence,
        stars=draw(st.integers(3, 5)),
        valid_from=valid_from,
        valid_until=valid_until,
        extended_until=draw(st.none() | st.integers(1, 20).map(lambda n: valid_until + timedelta(days=n))),
        revoked_on=draw(st.none() | some_days),
        suspensions=tuple(suspensions),
    )


@st.composite
def products(draw: st.DrawFn) -> list[CertificateFacts]:
    count = draw(st.integers(0, 4))
    facts = [draw(certificate_facts(sequence)) for sequence in range(1, count + 1)]
    return draw(st.permutations(facts))


EVERY_DAY = [START + timedelta(days=n) for n in range(-3, 90)]


def covering(facts: list[CertificateFacts], day: date) -> list[rules.Period]:
    return [period for period in rules.badge_periods(facts) if period.covers(day)]


@given(products())
def test_periods_of_a_product_never_overlap_and_are_never_empty(facts):
    periods = rules.badge_periods(facts)
    assert all(period.starts_on < period.ends_on for period in periods)
    assert all(one.ends_on <= next_.starts_on for one, next_ in pairwise(periods))


@given(products())
def test_no_day_outside_validity_or_extension_shows_stars(facts):
    by_sequence = {certificate.sequence: certificate for certificate in facts}
    for period in rules.badge_periods(facts):
        certificate = by_sequence[period.sequence]
        assert certificate.valid_from <= period.starts_on
        assert period.ends_on <= (certificate.extended_until or certificate.valid_until) + rules.ONE_DAY


@given(products())
def test_no_day_from_a_revocation_on_shows_that_certificate(facts):
    revoked = {c.sequence: c.revoked_on for c in facts if c.revoked_on is not None}
    for period in rules.badge_periods(facts):
        if period.sequence in revoked:
            assert period.ends_on <= revoked[period.sequence]


@given(products())
def test_no_day_of_a_suspension_shows_that_certificate(facts):
    for certificate in facts:
        for day in EVERY_DAY:
            if any(suspension.holds_on(day) for suspension in certificate.suspensions):
                assert certificate.sequence not in {period.sequence for period in covering(facts, day)}


@given(products())
def test_the_stars_shown_are_those_of_the_certificate_in_force(facts):
    for day in EVERY_DAY:
        for period in covering(facts, day):
            # Said here in another way than the rules do: the latest begun one that was not revoked before its start.
            begun = [c for c in facts if c.valid_from <= day and (c.revoked_on is None or c.revoked_on >= c.valid_from)]
            in_force = sorted(begun, key=lambda c: (c.valid_from, c.sequence))[-1]
            assert (period.sequence, period.stars) == (in_force.sequence, in_force.stars)


@given(products())
def test_a_product_is_valid_on_exactly_the_days_it_shows_stars(facts):
    for day in EVERY_DAY:
        shown = covering(facts, day)
        in_question = rules.certificate_in_question(facts, day)
        status = rules.status_on(in_question, facts, day) if in_question else None
        assert (status is Status.VALID) == bool(shown)
        valid = [c.sequence for c in facts if rules.status_on(c, facts, day) is Status.VALID]
        assert valid == [period.sequence for period in shown]


@given(products())
def test_a_status_began_when_it_says(facts):
    for certificate in facts:
        for day in EVERY_DAY[::7]:
            since = rules.status_since(certificate, facts, day)
            status = rules.status_on(certificate, facts, day)
            if status is Status.UPCOMING:
                assert since is None
                continue
            assert since is not None
            run = [since + timedelta(days=n) for n in range((day - since).days + 1)]
            assert {rules.status_on(certificate, facts, each) for each in run} == {status}
            assert rules.status_on(certificate, facts, since - rules.ONE_DAY) is not status


@given(products())
def test_periods_do_not_depend_on_the_order_of_the_facts(facts):
    assert rules.badge_periods(facts) == rules.badge_periods(list(reversed(facts)))


@given(st.dates(date(2019, 1, 1), date(2150, 1, 1)), st.integers(1, 60))
@example(date(2026, 8, 5), 36)
@example(date(2024, 2, 29), 36)
def test_months_end_on_the_corresponding_day_or_the_months_last(day, months):
    end = rules.add_months(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end.day < day.day and (end + rules.ONE_DAY).day == 1)


@given(st.decimals(0, 100, places=2))
def test_every_score_earns_one_to_five_stars_and_more_never_fewer(score):
    assert 1 <= rules.stars_for_score(score) <= 5
    assert rules.stars_for_score(score) <= rules.stars_for_score(min(Decimal(100), score + Decimal("0.01")))


@given(st.floats(0, 2_500_000_000), st.timezones())
@example(datetime(2028, 6, 19, 16, 59, 59, 999_999, tzinfo=UTC).timestamp(), ZoneInfo("America/Los_Angeles"))
def test_nothing_is_fresh_after_the_midnight_at_which_stars_may_end(instant, zone):
    at = datetime.fromtimestamp(instant, zone)
    local = at.astimezone(days.ZONE)
    midnight = days.start_of(local.date() + timedelta(days=1))
    age = freshness.max_age(at)
    assert 0 <= age <= 60
    assert local + timedelta(seconds=age) <= midnight
    assert midnight.timestamp() - local.timestamp() < age + 1 or age == 60


# --- with the database ---------------------------------------------------

few = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
calls = st.lists(
    st.tuples(
        st.sampled_from(["issue", "issue", "suspend", "lift", "revoke", "extend"]),
        st.integers(0, 3),  # which certificate
        some_days,
        st.integers(0, 30),
    ),
    max_size=12,
)


def carry_out(product, sequence) -> None:
    """A sequence of service calls; those that the rules refuse change nothing."""
    for number, (kind, which, day, length) in enumerate(sequence):
        certificates = list(Certificate.objects.of_products([product.pk]))
        certificate = certificates[which % len(certificates)] if certificates else None
        before = snapshot(product)
        try:
            if kind == "issue":
                services.issue_certificate(
                    product=product,
                    stars=3 + which % 3,
                    decision_number=f"{number}/QĐ",
                    issued_on=day,
                    valid_until=day + timedelta(days=length),
                    end_reason="as printed",
                    at=AT,
                )
            elif certificate is None:
                continue
            elif kind == "suspend":
                services.suspend_certificate(certificate=certificate, suspended_from=day, reason="x", at=AT)
            elif kind == "lift":
                services.lift_suspension(certificate=certificate, lifted_on=day, at=AT)
            elif kind == "revoke":
                services.revoke_certificate(
                    certificate=certificate,
                    ground=RevocationGround.MISUSE_OF_MARK,
                    decision_number="1/QĐ",
                    effective_on=day,
                    at=AT,
                )
            else:
                services.extend_certificate(certificate=certificate, days=length, granted_on=day, evidence="x", at=AT)
        except DomainError:
            assert snapshot(product) == before


def snapshot(product) -> tuple[object, ...]:
    return (
        facts_of(Certificate.objects.of_products([product.pk]).with_facts()),
        sorted(BadgePeriod.objects.values_list("certificate_id", "starts_on", "ends_on", "stars")),
    )


def stored_periods(product) -> list[rules.Period]:
    rows = BadgePeriod.objects.of_products([product.pk]).values_list("starts_on", "ends_on", "stars", "certificate_id")
    return sorted(rules.Period(*row) for row in rows)


@pytest.mark.django_db
class TestStored:
    @few
    @given(calls)
    def test_stored_periods_equal_recomputed_ones_after_any_calls(self, sequence):
        product = make_product()
        carry_out(product, sequence)
        facts = facts_of(Certificate.objects.of_products([product.pk]).with_facts())
        assert stored_periods(product) == rules.badge_periods(facts)

    @few
    @given(calls)
    def test_the_database_says_every_status_as_the_rules_do(self, sequence):
        product = make_product()
        carry_out(product, sequence)
        facts = facts_of(Certificate.objects.of_products([product.pk]).with_facts())
        last_days = dict(
            Certificate.objects.with_last_day().of_products([product.pk]).values_list("pk", "effective_until")
        )
        assert last_days == {c.sequence: c.last_day for c in facts}
        for day in EVERY_DAY[::6]:
            said = dict(Certificate.objects.with_status_on(day).of_products([product.pk]).values_list("pk", "status"))
            assert said == {c.sequence: rules.status_on(c, facts, day) for c in facts}

    @few
    @given(calls)
    def test_badge_and_standing_agree_with_the_rules_on_every_day(self, sequence):
        product = make_product()
        carry_out(product, sequence)
        facts = facts_of(Certificate.objects.of_products([product.pk]).with_facts())
        for day in EVERY_DAY[::6]:
            badge, standing = badge_of(product.pk, day=day), standing_of(product.pk, day=day)
            shown = covering(facts, day)
            assert (badge.stars if badge else None) == (shown[0].stars if shown else None)
            assert standing.badge == badge
            in_question = rules.certificate_in_question(facts, day)
            assert standing.status == (rules.status_on(in_question, facts, day) if in_question else "none")
            assert (standing.status == "valid") == (badge is not None)

    @few
    @given(st.dates(date(2026, 11, 22), date(2040, 1, 1)), st.sampled_from([3, 4, 5]))
    def test_all_surfaces_agree_one_second_before_the_end_and_at_the_end(self, clock, last_day, stars):
        product = make_listed_product()
        certificate = services.issue_certificate(
            product=product,
            stars=stars,
            decision_number="1/QĐ",
            issued_on=date(2026, 1, 1),
            valid_until=last_day,
            end_reason="as printed",
            at=AT,
        )
        end = days.start_of(last_day + timedelta(days=1))
        clock(end - timedelta(seconds=1))
        assert shown_everywhere(product, certificate) == {stars}
        clock(end)
        assert shown_everywhere(product, certificate) == {None}

    @pytest.mark.parametrize("server", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
    @pytest.mark.parametrize("user", ["UTC", "Pacific/Honolulu", "Pacific/Auckland"])
    def test_no_other_time_zone_moves_the_end(self, clock, settings, server, user):
        product = make_listed_product()
        certificate = services.issue_certificate(
            product=product, stars=4, decision_number="1/QĐ", issued_on=date(2025, 6, 19), at=AT
        )
        end = datetime(2028, 6, 19, 17, tzinfo=UTC)  # 2028-06-20 00:00 +07:00
        settings.TIME_ZONE = server
        machine = os.environ.get("TZ")
        os.environ["TZ"] = server
        time.tzset()
        try:
            with timezone.override(ZoneInfo(user)):
                clock((end - timedelta(seconds=1)).astimezone(ZoneInfo(user)))
                assert shown_everywhere(product, certificate) == {4}
                clock(end.astimezone(ZoneInfo(server)))
                assert shown_everywhere(product, certificate) == {None}
        finally:
            if machine is None:
                del os.environ["TZ"]
            else:
                os.environ["TZ"] = machine
            time.tzset()


def make_listed_product() -> Product:
    product = make_product()
    refresh_listings([product.pk])
    return product


def shown_everywhere(product, certificate) -> set[int | None]:
    """The stars that each surface shows; None for none. One value where all agree."""
    client = Client()
    shown: set[int | None] = set()
    for ext in ("json", "svg", "png"):
        response = client.get(f"/badges/{product.slug}.{ext}")
        assert response.status_code == 200
        header = response.headers["X-OCOP-Badge"]
        shown.add(None if header == "none" else int(header))
        age = response.headers["Cache-Control"]
        assert (age == "no-store") == (header == "none")
        if ext == "json":
            shown.add(response.json()["stars"])
        else:
            assert (len(response.content) < 200) == (header == "none")
    of_product = client.get(f"/api/v1/products/{product.slug}/certificates/").json()["results"]
    one = client.get(f"/api/v1/certificates/{certificate.public_id}/").json()
    for line in (of_product[0], one):
        shown.add(line["stars"] if line["status"] == "valid" else None)
    valid = client.get("/api/v1/certificates/?status=valid&page_size=100").json()["results"]
    mine = [line for line in valid if line["product"]["slug"] == product.slug]
    shown.add(mine[0]["stars"] if mine else None)
    verdict = client.get(f"/en/verify/{certificate.public_id}/").content.decode()
    shown.add(certificate.stars if ">Valid</h1>" in verdict else None)
    detail = client.get(f"/api/v1/products/{product.slug}/").json()
    (listed,) = client.get(f"/api/v1/products/?producer={product.producer.slug}").json()["results"]
    for answer in (detail, listed):
        shown.add(answer["badge"]["stars"] if answer["badge"] else None)
    filtered = client.get(f"/api/v1/products/?producer={product.producer.slug}&stars={certificate.stars}").json()
    shown.add(certificate.stars if filtered["count"] else None)
    page = client.get(f"/en/products/{product.slug}/").content.decode()
    shown.add(certificate.stars if f'data-stars="{certificate.stars}"' in page else None)
    return shown
