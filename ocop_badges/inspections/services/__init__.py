"""What changes inspections and reports. Each function is one transaction; each tells the product's audit trail.

``on`` is the shop's day, ``at`` the instant of recording, ``by`` the officer, ``mandate`` what the officer may do,
``seen`` the version of the product's trail that the officer looked at. Every function raises a ``DomainError`` where
it is refused, and then has written nothing. The caller finds products and reports within the mandate.
"""

from .concluding import Downgrade, Measure, Revoke, Suspend, conclude_inspection, decide_inspection
from .finding import FindingDraft, mend_finding, record_findings
from .planning import cancel_inspection, plan_inspection, plan_inspections
from .reporting import (
    close_report,
    forget_contacts,
    inspect_report,
    name_product,
    note_report,
    send_report,
    take_report,
)

__all__ = [
    "Downgrade",
    "FindingDraft",
    "Measure",
    "Revoke",
    "Suspend",
    "cancel_inspection",
    "close_report",
    "conclude_inspection",
    "decide_inspection",
    "forget_contacts",
    "inspect_report",
    "mend_finding",
    "name_product",
    "note_report",
    "plan_inspection",
    "plan_inspections",
    "record_findings",
    "send_report",
    "take_report",
]
