"""``badge_periods_do_not_overlap`` on a real PostgreSQL: below every service, by the database itself."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from ocop_badges import services
from ocop_badges.models import BadgePeriod, Certificate
from tests.factories import AT, certify, make_product

pytestmark = pytest.mark.postgresql


def period(certificate: Certificate, starts_on: date, ends_on: date) -> BadgePeriod:
    return BadgePeriod(
        product_id=certificate.product_id, certificate=certificate, stars=3, starts_on=starts_on, ends_on=ends_on
    )


@pytest.mark.django_db
def test_it_refuses_an_overlap_of_one_day() -> None:
    certificate = certify(make_product(), issued_on=date(2025, 6, 19))  # shown until and with 2028-06-19
    overlapping = period(certificate, date(2028, 6, 19), date(2028, 6, 21))
    with pytest.raises(IntegrityError, match="badge_periods_do_not_overlap"), transaction.atomic():
        overlapping.save()
    with pytest.raises(ValidationError):
        overlapping.full_clean()


@pytest.mark.django_db
def test_it_allows_the_next_day_and_another_product() -> None:
    certificate = certify(make_product(), issued_on=date(2025, 6, 19))
    period(certificate, date(2028, 6, 20), date(2028, 6, 21)).save()
    period(certify(make_product(), issued_on=date(2020, 1, 1)), date(2028, 6, 19), date(2028, 6, 21)).save()


@pytest.mark.django_db
def test_it_is_an_exclusion_constraint_without_any_extension() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'badge_periods_do_not_overlap'"
        )
        definition = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'btree_gist'")
        assert cursor.fetchone()[0] == 0
    assert definition.startswith("EXCLUDE USING gist")
    assert "int8range" in definition
    assert "daterange" in definition


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_officers_at_once_leave_one_history() -> None:
    """Both issue for one product; each waits for the other's commit, so the periods hold both certificates."""
    product = make_product()
    barrier = threading.Barrier(2)
    failures: list[BaseException] = []

    def issue(decision_number: str, issued_on: date) -> None:
        try:
            barrier.wait(timeout=10)
            services.issue_certificate(
                product=product, stars=4, decision_number=decision_number, issued_on=issued_on, at=AT
            )
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=issue, args=("1/QĐ-UBND", date(2025, 1, 1))),
        threading.Thread(target=issue, args=("2/QĐ-UBND", date(2026, 1, 1))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failures == []
    stored = BadgePeriod.objects.order_by("starts_on").values_list("starts_on", "ends_on")
    assert list(stored) == [(date(2025, 1, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(2029, 1, 2))]
