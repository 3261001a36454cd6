"""Inspections and reports in the states that tests need."""

from datetime import date, timedelta
from typing import Any

from ocop_badges.inspections import services
from ocop_badges.inspections.models import Finding, FindingTopic, Inspection, InspectionKind, MarkReport, SeverityLevel
from ocop_badges.inspections.services import FindingDraft
from ocop_badges.officers import Mandate
from tests.factories import AT, DAY

NATIONAL = Mandate(is_national=True)


def plan(product: Any, *, kind: str = InspectionKind.UNANNOUNCED, planned_on: date = DAY, **more: Any) -> Inspection:
    return services.plan_inspection(
        **{
            "product_id": product.pk,
            "kind": kind,
            "planned_on": planned_on,
            "on": DAY,
            "at": AT,
            "mandate": NATIONAL,
            "inspectors": "Nguyễn Văn A",
            **more,
        }
    )


def draft(
    *, severity: str = SeverityLevel.MAJOR, mend_by: date | None = DAY + timedelta(days=14), **more: Any
) -> FindingDraft:
    return FindingDraft(
        **{"topic": FindingTopic.LABEL, "severity": severity, "text": "Nhãn thiếu hạn dùng", "mend_by": mend_by, **more}
    )


def carry_out(inspection: Inspection, *findings: FindingDraft, **more: Any) -> list[Finding]:
    found = services.record_findings(
        **{"inspection": inspection, "on": DAY, "at": AT, "mandate": NATIONAL, "findings": findings, **more}
    )
    inspection.refresh_from_db()
    return found


def conclude(inspection: Inspection, conclusion: str, **more: Any) -> Inspection:
    return services.conclude_inspection(
        **{
            "inspection": inspection,
            "conclusion": conclusion,
            "reason": "Theo biên bản kiểm tra",
            "on": DAY,
            "at": AT,
            "mandate": NATIONAL,
            **more,
        }
    )


def report(product: Any = None, **more: Any) -> MarkReport:
    return services.send_report(
        **{
            "text": "Logo in lệch",
            "product_id": product.pk if product else None,
            "place": "Chợ Đà Lạt",
            "contact": "chi.lan@example.vn",
            "at": AT,
            **more,
        }
    )
