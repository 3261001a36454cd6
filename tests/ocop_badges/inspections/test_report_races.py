"""Officers who act on one report at once, with real threads on a real PostgreSQL: one wins, the other is told."""

from collections.abc import Callable

import pytest

from ocop_badges import audit
from ocop_badges.inspections import services
from ocop_badges.inspections.models import MarkReport
from ocop_badges.models import AuditEntry
from tests.factories import AT, certify, make_officer, make_product
from tests.racing import outcomes_of

from .cases import NATIONAL, report

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def close(kept: MarkReport, by: object) -> Callable[[], object]:
    return lambda: services.close_report(report=kept, outcome="not_ours", note="x", at=AT, mandate=NATIONAL, by=by)


@pytest.mark.parametrize("names_product", [True, False])
def test_of_two_officers_who_close_a_report_at_once_one_wins(names_product):
    product = make_product()
    certify(product)
    officers = [make_officer(), make_officer()]
    for _ in range(5):
        kept = report(product if names_product else None)
        services.take_report(report=kept, at=AT, mandate=NATIONAL, by=officers[0])
        outcomes = outcomes_of([close(MarkReport.objects.get(pk=kept.pk), by) for by in officers])
        assert outcomes == {"report-closed": 1, "done": 1}
        assert kept.notes.count() == 1
    assert AuditEntry.objects.filter(action="report-closed").count() == (5 if names_product else 0)
    assert audit.flaws_of([product.pk]) == []


def test_a_report_closed_while_another_names_its_product_leaves_the_trail_whole():
    product = make_product()
    certify(product)
    officers = [make_officer(), make_officer()]
    for _ in range(5):
        kept = report(None)
        services.take_report(report=kept, at=AT, mandate=NATIONAL, by=officers[0])
        kept.refresh_from_db()

        def name(kept: MarkReport = kept) -> object:
            return services.name_product(report=kept, product_id=product.pk, at=AT, mandate=NATIONAL, by=officers[1])

        assert outcomes_of([close(MarkReport.objects.get(pk=kept.pk), officers[0]), name]) in (
            {"changed-meanwhile": 1, "done": 1},
            {"report-closed": 1, "done": 1},
        )
    assert audit.flaws_of([product.pk]) == []
