"""The audit trail of a product in words: who did what, when, and what it changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.template.defaultfilters import floatformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ocop_badges.desk.instants import instant
from ocop_badges.dossiers.models import Dossier, ScoreSheet
from ocop_badges.inspections.models import Inspection, MarkReport
from ocop_badges.markup import written
from ocop_badges.models import AuditEntry, AuthorityLevel, Certificate, RevocationGround

DEEDS: dict[str, str | Promise] = {
    "issue": gettext_lazy("Certificate recorded"),
    "renew": gettext_lazy("Certificate renewed"),
    "upgrade": gettext_lazy("Upgraded to more stars"),
    "downgrade": gettext_lazy("Downgraded to fewer stars"),
    "suspend": gettext_lazy("Suspended"),
    "lift": gettext_lazy("Suspension lifted"),
    "revoke": gettext_lazy("Revoked"),
    "extend": gettext_lazy("Extended"),
    "correct": gettext_lazy("Clerical error corrected"),
    "adopted": gettext_lazy("Taken over from the records kept before"),
    "file-opened": gettext_lazy("Certification file opened"),
    "file-submitted": gettext_lazy("Certification file handed in"),
    "commune-checked": gettext_lazy("Certification file checked by the commune"),
    "file-returned": gettext_lazy("Certification file sent back"),
    "task-given": gettext_lazy("Task given to a department"),
    "task-done": gettext_lazy("Task of a department done"),
    "conflict-declared": gettext_lazy("Conflict of interest declared"),
    "sheet-handed-in": gettext_lazy("Score sheet handed in"),
    "file-sent-to-ministry": gettext_lazy("Certification file sent to the Ministry"),
    "file-decided": gettext_lazy("Certification file decided"),
    "file-withdrawn": gettext_lazy("Certification file withdrawn"),
    "inspection-planned": gettext_lazy("Inspection planned"),
    "inspection-carried-out": gettext_lazy("Inspection carried out"),
    "finding-recorded": gettext_lazy("Finding recorded"),
    "finding-mended": gettext_lazy("Finding mended"),
    "inspection-concluded": gettext_lazy("Inspection concluded"),
    "inspection-decided": gettext_lazy("Act on an inspection's conclusion"),
    "inspection-cancelled": gettext_lazy("Inspection cancelled"),
    "report-closed": gettext_lazy("Report from a shopper closed"),
}
FIELDS: dict[str, str | Promise] = {
    "stars": gettext_lazy("stars"),
    "score": gettext_lazy("score"),
    "decision_number": gettext_lazy("decision number"),
    "issuing_authority": gettext_lazy("issuing authority"),
    "authority": gettext_lazy("level of the authority"),
    "issued_on": gettext_lazy("issued on"),
    "valid_from": gettext_lazy("first day with stars"),
    "valid_until": gettext_lazy("last day with stars"),
    "end_reason": gettext_lazy("why the end differs from the legal one"),
    "covers": gettext_lazy("what it covers"),
    "legal_basis": gettext_lazy("legal basis"),
    "evidence": gettext_lazy("evidence"),
    "extensions": gettext_lazy("extension"),
    "suspensions": gettext_lazy("suspension"),
    "revocation": gettext_lazy("revocation"),
    "suspended_from": gettext_lazy("first day without stars"),
    "reason": gettext_lazy("reason"),
    "lifted_on": gettext_lazy("first day with stars again"),
    "lift_reason": gettext_lazy("why it was lifted"),
    "days": gettext_lazy("days past the end"),
    "granted_on": gettext_lazy("granted on"),
    "effective_on": gettext_lazy("first day without stars"),
    "ground": gettext_lazy("ground"),
    "note": gettext_lazy("note"),
    "kind": gettext_lazy("kind"),
    "state": gettext_lazy("state"),
    "target_stars": gettext_lazy("stars aimed at"),
    "is_complete": gettext_lazy("complete"),
    "council": gettext_lazy("council"),
    "total": gettext_lazy("points together"),
    "average": gettext_lazy("average"),
    "points": gettext_lazy("points"),
    "department": gettext_lazy("department"),
    "what": gettext_lazy("what"),
    "due_on": gettext_lazy("due on"),
    "conclusion": gettext_lazy("conclusion"),
    "outcome": gettext_lazy("outcome"),
    "received_at": gettext_lazy("received on"),
}
_ORDER = {key: place for place, key in enumerate(FIELDS)}
# Ids and digests are for machines; what they name stands on the page or behind its links.
_LEFT_OUT = {"product", "regulation", "file", "inspection", "report", "certificate", "sha256"}

_NUMBERS = {"score", "total", "average", "points"}
_NUMBER = re.compile(r"(?:^|(?<= ))\d{1,3}\.\d\d(?=;|$)")  # as the trail keeps it, alone or after a criterion's code

_CHOICES: dict[str, tuple[Any, ...]] = {
    "ground": (RevocationGround,),
    "authority": (AuthorityLevel,),
    "kind": (Dossier._meta.get_field("kind"), Inspection._meta.get_field("kind")),
    "state": (Dossier._meta.get_field("state"), Inspection._meta.get_field("state")),
    "council": (ScoreSheet._meta.get_field("level"),),
    "conclusion": (Inspection._meta.get_field("conclusion"),),
    "outcome": (MarkReport._meta.get_field("outcome"),),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in words; ``before`` empty where there was nothing, ``after`` empty where nothing is left."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the trail as a person reads it. ``when`` is in Asia/Ho_Chi_Minh."""

    number: int
    when: str
    who: str
    deed: str
    certificate: Certificate | None
    differences: list[Difference]


def timeline_of(product_id: int) -> list[Told]:
    """The whole trail of a product, the latest first. One query."""
    entries = AuditEntry.objects.filter(product=product_id).select_related("certificate").order_by("-number")
    return [told(entry) for entry in entries]


def told(entry: AuditEntry) -> Told:
    return Told(
        number=entry.number,
        when=instant(entry.at),
        who=entry.actor_name or _("the system"),
        deed=str(DEEDS.get(entry.action) or entry.action.replace("-", " ").capitalize()),
        certificate=entry.certificate,
        differences=list(differences(entry.before or {}, entry.after or {})),
    )


def differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Difference]:
    """What two states do not share, field by field, in the order of ``FIELDS``: a database keeps none of its own."""
    for key in sorted(before.keys() | after.keys(), key=lambda key: (_ORDER.get(key, len(_ORDER)), key)):
        old, new = before.get(key), after.get(key)
        if old == new or key in _LEFT_OUT:
            continue
        if isinstance(old, list) or isinstance(new, list):
            yield from _of_list(key, old or [], new or [])
        elif isinstance(old, dict) or isinstance(new, dict):
            yield from _within(key, old or {}, new or {})
        elif (was := said(key, old)) != (now := said(key, new)):
            yield Difference(_label(key), was, now)


def said(key: str, value: Any) -> str:
    """A value of the trail in words."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, str):
        if value in (labels := _labels_of(key)):
            return str(labels[value])
        if key in _NUMBERS:
            return _NUMBER.sub(lambda number: floatformat(number[0], -2), value)
        if (at := _instant(value)) is not None:
            return instant(at)
        return written(day) if (day := _day(value)) else value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | dict):
        values = value if isinstance(value, list) else value.values()
        return ", ".join(text for text in (said(key, each) for each in values) if text)
    return str(value)


def _of_list(key: str, old: list[Any], new: list[Any]) -> Iterator[Difference]:
    for index in range(max(len(old), len(new))):
        before = old[index] if index < len(old) else None
        after = new[index] if index < len(new) else None
        if before == after:
            continue
        if isinstance(before or after, dict):
            yield from _within(key, before or {}, after or {})
        else:
            yield Difference(_label(key), said(key, before), said(key, after))


def _within(key: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    for inner in differences(old, new):
        yield Difference(f"{_label(key)}: {inner.label}", inner.before, inner.after)


def _label(key: str) -> str:
    return str(FIELDS.get(key) or key.replace("_", " "))


def _labels_of(key: str) -> dict[str, Any]:
    """What the values of a field are called, whichever section's field it is."""
    return {value: label for field in _CHOICES.get(key, ()) for value, label in (field.choices or ())}


def _day(text: str) -> date | None:
    if len(text) != 10:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    if len(text) < len("2026-08-05T12:00Z") or text[10] != "T":
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
