"""What becomes of an inspection and of a shopper's report. Pure, no database, no clock.

Supervision after recognition: Decision 26/2026/QĐ-TTg, article 9; what a conclusion may lead to: article 8.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ocop_badges.lifecycle import Action
from ocop_badges.rules import MIN_STARS

REVOKE_WITHIN = timedelta(days=15)  # of the conclusion (article 8)
INSPECTED_EVERY = timedelta(days=365)  # a product not seen for so long is due for a sample
KEEP_CONTACTS = timedelta(days=90)  # after a report was closed


class InspectionState(StrEnum):
    PLANNED = "planned"
    CARRIED_OUT = "carried_out"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


NEXT_STATES: Mapping[InspectionState, frozenset[InspectionState]] = {
    InspectionState.PLANNED: frozenset({InspectionState.CARRIED_OUT, InspectionState.CANCELLED}),
    InspectionState.CARRIED_OUT: frozenset({InspectionState.CARRIED_OUT, InspectionState.CONCLUDED}),  # more findings
    InspectionState.CONCLUDED: frozenset(),
    InspectionState.CANCELLED: frozenset(),
}


class Conclusion(StrEnum):
    COMPLIES = "complies"
    TO_MEND = "to_mend"
    SUSPEND = "suspend"
    REVOKE = "revoke"
    DOWNGRADE = "downgrade"


DECIDED_BY_AUTHORITY = frozenset({Conclusion.REVOKE, Conclusion.DOWNGRADE})  # at once or later

# The act on the certificate that a conclusion asks for.
ACTIONS: Mapping[Conclusion, Action] = {
    Conclusion.SUSPEND: Action.SUSPEND,
    Conclusion.REVOKE: Action.REVOKE,
    Conclusion.DOWNGRADE: Action.DOWNGRADE,
}


class Severity(StrEnum):
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class FoundFact:
    """What a conclusion asks of a finding."""

    severity: Severity
    mend_by: date | None
    is_open: bool


def conclusion_refusal(conclusion: Conclusion, found: list[FoundFact]) -> str | None:
    """The code of why a conclusion does not follow from what was found; None where it does."""
    match conclusion:
        case Conclusion.COMPLIES if any(f.is_open and f.severity is not Severity.MINOR for f in found):
            return "grave-findings-open"
        case Conclusion.TO_MEND if not any(f.is_open and f.mend_by for f in found):
            return "nothing-to-mend"
        case Conclusion.SUSPEND | Conclusion.REVOKE | Conclusion.DOWNGRADE if not found:
            return "no-findings"
    return None


def can_be_drawn(conclusion: Conclusion, *, stars: int | None) -> bool:
    """Whether a certificate with so many stars, None for no certificate, leaves room for a conclusion."""
    if conclusion is Conclusion.DOWNGRADE:
        return stars is not None and stars > MIN_STARS
    return stars is not None or conclusion not in ACTIONS


def decide_by(conclusion: Conclusion, concluded_on: date) -> date | None:
    """The last day for the authority's decision that a conclusion asks for; None where the law sets none."""
    return concluded_on + REVOKE_WITHIN if conclusion is Conclusion.REVOKE else None


class ReportState(StrEnum):
    NEW = "new"
    IN_REVIEW = "in_review"
    CLOSED = "closed"


NEXT_REPORT_STATES: Mapping[ReportState, frozenset[ReportState]] = {
    ReportState.NEW: frozenset({ReportState.IN_REVIEW}),
    ReportState.IN_REVIEW: frozenset({ReportState.CLOSED}),
    ReportState.CLOSED: frozenset(),
}
