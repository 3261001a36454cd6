"""What the steps of an inspection have in common."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from ocop_badges import audit, rules
from ocop_badges.errors import DomainError, InvalidFact
from ocop_badges.inspections.models import Inspection
from ocop_badges.inspections.rules import NEXT_STATES, InspectionState
from ocop_badges.models import Certificate, EvidenceFile
from ocop_badges.officers import Mandate
from ocop_badges.services import lock_product
from ocop_badges.verification import load_families


def check_officer(mandate: Mandate) -> None:
    """Raise unless an officer acts."""
    if not mandate.is_officer:
        raise DomainError(_("Only an officer of the programme does this."), code="not-an-officer", status=403)


def locked_inspection(inspection: Inspection, *, seen: int | None) -> Inspection:
    """The inspection as it is now, its product locked; a conflict where somebody acted since ``seen``."""
    lock_product(inspection.product_id, seen=seen)
    return Inspection.objects.select_related("certificate").get(pk=inspection.pk)


def check_step(inspection: Inspection, to: InspectionState) -> None:
    """Raise unless the state of an inspection allows the next one."""
    state = InspectionState(inspection.state)
    if to not in NEXT_STATES[state]:
        raise DomainError(
            _("This inspection is %(state)s: that cannot be done any more.")
            % {"state": inspection.get_state_display()},
            code=f"inspection-{state.value.replace('_', '-')}",
        )


def require(value: str, field: str, detail: str) -> str:
    """A text without the spaces around it; raises where nothing is left."""
    value = value.strip()
    if not value:
        raise InvalidFact(detail, field=field, code="required")
    return value


def certificate_on(product_id: int, day: date) -> Certificate | None:
    """The certificate that speaks for a product on a day."""
    family = load_families({product_id}).get(product_id)
    speaking = rules.certificate_in_question(family.facts, day) if family else None
    if family is None or speaking is None:
        return None
    return next(each for each in family.certificates if each.pk == speaking.sequence)


def tell(inspection: Inspection, action: str, *, at: datetime, by: Any, **more: Any) -> None:
    """Add a deed to the trail of the inspection's product, which is locked.

    It names the certificate only in its content: what the trail says last of a certificate is that one's own state.
    """
    certificate = inspection.certificate
    after = {
        "inspection": inspection.public_id,
        "certificate": certificate.public_id if certificate else None,
        "kind": inspection.kind,
        "state": inspection.state,
        **{name: audit.plain(value) for name, value in more.items()},
    }
    audit.record([audit.Deed(inspection.product_id, None, action, after=after)], at=at, by=by)


def digest_of(file: EvidenceFile | None) -> str | None:
    """What the trail keeps of a file."""
    return file.sha256 if file else None
