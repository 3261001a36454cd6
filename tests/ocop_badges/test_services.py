from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from ocop_badges import services
from ocop_badges.errors import DomainError
from ocop_badges.models import BadgePeriod, Certificate, Regulation
from tests.factories import AT, DAY, certify, make_product, revoke, suspend

pytestmark = pytest.mark.django_db


def refusal(**facts: object) -> str:
    product = facts.pop("product", None) or make_product()
    with pytest.raises(DomainError) as caught:
        certify(product, **facts)
    return caught.value.code


class TestIssue:
    def test_it_ends_36_months_after_the_issue(self):
        assert certify(make_product(), issued_on=date(2026, 8, 5)).valid_until == date(2029, 8, 5)
        assert certify(make_product(), issued_on=date(2024, 2, 29)).valid_until == date(2027, 2, 28)

    def test_a_later_first_day_does_not_move_the_end(self):
        certificate = certify(make_product(), issued_on=date(2026, 8, 5), valid_from=date(2026, 9, 1))
        assert certificate.valid_until == date(2029, 8, 5)

    @pytest.mark.parametrize(
        ("issued_on", "number"),
        [
            (date(2023, 2, 23), "1048/QĐ-TTg"),
            (date(2023, 2, 24), "148/QĐ-TTg"),
            (date(2025, 7, 6), "1489/QĐ-TTg"),
            (date(2026, 5, 21), "1489/QĐ-TTg"),
            (date(2026, 5, 22), "26/2026/QĐ-TTg"),
        ],
    )
    def test_the_regulation_is_the_latest_in_force(self, issued_on, number):
        assert certify(make_product(), issued_on=issued_on).regulation.number == number

    def test_a_certificate_may_name_another_regulation(self):
        older = Regulation.objects.get(number="148/QĐ-TTg")
        assert certify(make_product(), issued_on=date(2026, 6, 1), regulation=older).regulation == older

    def test_a_printed_end_wins_with_its_reason(self):
        printed = certify(
            make_product(), issued_on=date(2025, 6, 1), valid_until=date(2028, 5, 31), end_reason="as printed"
        )
        assert (printed.valid_until, printed.end_reason) == (date(2028, 5, 31), "as printed")

    def test_a_reason_for_the_legal_end_is_not_kept(self):
        legal = certify(
            make_product(), issued_on=date(2025, 6, 1), valid_until=date(2028, 6, 1), end_reason="as printed"
        )
        assert legal.end_reason == ""

    def test_it_refuses_what_cannot_be(self):
        assert refusal(stars=2) == "stars-out-of-range"
        assert refusal(stars=6) == "stars-out-of-range"
        assert refusal(stars=4, score=90) == "score-mismatch"
        assert refusal(score=101) == "score-out-of-range"
        assert refusal(decision_number="  ") == "required"
        assert refusal(decision_number="x" * 81) == "invalid"
        assert refusal(valid_from=date(2020, 1, 1)) == "before-issue"
        assert refusal(valid_until=date(2020, 1, 1), end_reason="x") == "end-before-start"
        assert refusal(valid_until=DAY) == "required"
        assert refusal(issued_on=date(2018, 5, 7)) == "required"  # before any regulation on file
        assert refusal(issued_on=date(9999, 1, 1)) == "too-far"
        assert refusal(valid_until=date(9999, 12, 31), end_reason="x") == "too-far"
        assert not Certificate.objects.exists()

    def test_one_decision_serves_many_products_each_once(self):
        product = make_product()
        certify(product, decision_number="7/QĐ")
        certify(make_product(), decision_number="7/QĐ")
        assert refusal(product=product, decision_number="7/QĐ") == "certificate-exists"


class TestFacts:
    def test_a_second_suspension_waits_for_the_lift(self):
        certificate = certify(make_product())
        suspend(certificate, since=DAY)
        with pytest.raises(DomainError) as caught:
            suspend(certificate, since=DAY + timedelta(days=1))
        assert caught.value.code == "already-suspended"
        services.lift_suspension(certificate=certificate, lifted_on=DAY + timedelta(days=2), at=AT)
        suspend(certificate, since=DAY + timedelta(days=2))
        assert certificate.suspensions.count() == 2

    def test_a_revoked_certificate_is_neither_suspended_nor_extended_nor_revoked_again(self):
        certificate = certify(make_product())
        revoke(certificate)
        with pytest.raises(DomainError) as suspended:
            suspend(certificate)
        with pytest.raises(DomainError) as extended:
            services.extend_certificate(certificate=certificate, days=5, granted_on=DAY, evidence="x", at=AT)
        with pytest.raises(DomainError) as revoked:
            revoke(certificate)
        assert [caught.value.code for caught in (suspended, extended, revoked)] == [
            "certificate-revoked", "certificate-revoked", "already-revoked",
        ]  # fmt: skip

    def test_of_several_extensions_the_last_recorded_counts(self):
        certificate = certify(make_product())
        for length in (180, 30):
            services.extend_certificate(certificate=certificate, days=length, granted_on=DAY, evidence="x", at=AT)
        assert BadgePeriod.objects.get().last_day == certificate.valid_until + timedelta(days=30)

    @pytest.mark.parametrize("length", [0, 181])
    def test_an_extension_is_1_to_180_days(self, length):
        with pytest.raises(DomainError, match="1 to 180"):
            services.extend_certificate(
                certificate=certify(make_product()), days=length, granted_on=DAY, evidence="x", at=AT
            )


@pytest.mark.sqlite
class TestPeriodsDoNotOverlapOnSqlite:
    """Raw SQL, as a service with a bug or a person at the console would write."""

    INSERT = (
        "INSERT INTO ocop_badges_badgeperiod (product_id, certificate_id, stars, starts_on, ends_on) "
        "VALUES (%s, %s, 4, %s, %s)"
    )

    @pytest.fixture
    def period(self) -> BadgePeriod:
        certify(make_product(), issued_on=date(2026, 1, 10))  # 2026-01-10 to 2029-01-11
        return BadgePeriod.objects.get()

    def run(self, sql: str, *values: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)

    @pytest.mark.parametrize(
        ("starts_on", "ends_on"),
        [
            ("2026-01-10", "2029-01-11"),
            ("2025-01-01", "2026-01-11"),
            ("2029-01-10", "2030-01-01"),
            ("2027-01-01", "2027-01-02"),
            ("2020-01-01", "2040-01-01"),
        ],
    )
    def test_an_insert_that_overlaps_is_refused(self, period, starts_on, ends_on):
        with pytest.raises(IntegrityError, match="badge_periods_do_not_overlap"):
            self.run(self.INSERT, period.product_id, period.certificate_id, starts_on, ends_on)
        assert BadgePeriod.objects.count() == 1

    def test_neighbours_and_other_products_are_taken(self, period):
        self.run(self.INSERT, period.product_id, period.certificate_id, "2029-01-11", "2029-01-12")
        self.run(self.INSERT, period.product_id, period.certificate_id, "2026-01-09", "2026-01-10")
        self.run(self.INSERT, make_product().pk, period.certificate_id, "2026-01-10", "2029-01-11")
        assert BadgePeriod.objects.count() == 4

    def test_an_update_that_overlaps_is_refused(self, period):
        self.run(self.INSERT, period.product_id, period.certificate_id, "2029-02-01", "2029-03-01")
        with pytest.raises(IntegrityError, match="badge_periods_do_not_overlap"):
            self.run("UPDATE ocop_badges_badgeperiod SET starts_on = '2029-01-10' WHERE starts_on = '2029-02-01'")
        other = make_product()
        self.run(self.INSERT, other.pk, period.certificate_id, "2027-01-01", "2028-01-01")
        with pytest.raises(IntegrityError, match="badge_periods_do_not_overlap"):
            self.run(
                "UPDATE ocop_badges_badgeperiod SET product_id = %s WHERE product_id = %s", period.product_id, other.pk
            )

    def test_an_update_that_moves_a_period_within_its_own_days_is_taken(self, period):
        self.run("UPDATE ocop_badges_badgeperiod SET starts_on = '2026-02-01' WHERE id = %s", period.pk)
        period.refresh_from_db()
        assert period.starts_on == date(2026, 2, 1)

    def test_the_model_says_it_too(self, period):
        twin = BadgePeriod(
            product_id=period.product_id,
            certificate_id=period.certificate_id,
            stars=4,
            starts_on=date(2028, 1, 1),
            ends_on=date(2028, 1, 2),
        )
        with pytest.raises(Exception, match="do not overlap"):
            twin.full_clean()
