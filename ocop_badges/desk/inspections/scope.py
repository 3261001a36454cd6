"""What an officer reaches of inspections and reports: what is out of the mandate is not there."""

from django.http import Http404

from ocop_badges.inspections.models import Finding, Inspection, MarkReport
from ocop_badges.inspections.models.inspections import InspectionQuerySet
from ocop_badges.inspections.models.reports import MarkReportQuerySet
from ocop_badges.models import EvidenceFile
from ocop_badges.officers import Mandate


def inspections_of(mandate: Mandate) -> InspectionQuerySet:
    """The inspections of the products that an officer keeps."""
    return Inspection.objects.filter(mandate.keeps())


def inspection_or_404(mandate: Mandate, public_id: str) -> Inspection:
    found = inspections_of(mandate).select_related("certificate", "recorded_by").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def finding_or_404(inspection: Inspection, number: int) -> Finding:
    found = Finding.objects.filter(inspection=inspection, pk=number).first()
    if found is None:
        raise Http404
    return found


def reports_of(mandate: Mandate) -> MarkReportQuerySet:
    """The reports about the products that an officer keeps; those that name none are the national officers'."""
    return MarkReport.objects.filter(mandate.keeps())


def report_or_404(mandate: Mandate, public_id: str) -> MarkReport:
    related = ("certificate", "photo", "taken_by", "inspection")
    found = reports_of(mandate).select_related(*related).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def file_or_404(mandate: Mandate, public_id: str) -> EvidenceFile:
    """A document about a product that an officer keeps."""
    found = EvidenceFile.objects.filter(mandate.keeps(), public_id=public_id).first()
    if found is None or not found.file.storage.exists(str(found.file.name)):
        raise Http404
    return found
