from .inspections import (
    Finding,
    FindingTopic,
    Inspection,
    InspectionConclusion,
    InspectionKind,
    InspectionStatus,
    SeverityLevel,
)
from .reports import MarkReport, ReportNote, ReportOutcome, ReportSender, ReportStatus

__all__ = [
    "Finding",
    "FindingTopic",
    "Inspection",
    "InspectionConclusion",
    "InspectionKind",
    "InspectionStatus",
    "MarkReport",
    "ReportNote",
    "ReportOutcome",
    "ReportSender",
    "ReportStatus",
    "SeverityLevel",
]
