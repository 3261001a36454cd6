"""Certificates from an uploaded table: what each line would record, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ocop_badges import services, subjects
from ocop_badges.audit import versions_of
from ocop_badges.errors import DomainError
from ocop_badges.forms import messages_of
from ocop_badges.models import AuthorityLevel, Certificate, Regulation
from ocop_badges.officers import Mandate
from ocop_badges.subjects import Subject

from .authorities import complete
from .decisions import Judged, judge
from .filters import DAY_FORMATS
from .scope import products_of
from .sheets import Line, read_lines

REQUIRED = ("product", "stars", "decision_number", "issued_on")
COLUMNS: Mapping[str, str | Promise] = {
    "product": gettext_lazy("the product's address (slug) or id, as in the export"),
    "stars": gettext_lazy("3, 4 or 5"),
    "score": gettext_lazy("out of 100, may be empty"),
    "decision_number": gettext_lazy("as printed"),
    "issued_on": gettext_lazy("day of the decision: 2026-08-05 or 05/08/2026"),
    "authority": gettext_lazy("province, ministry or district; empty: as usual for the stars"),
    "issuing_authority": gettext_lazy("its name; empty: as usual for the stars and the province"),
    "valid_from": gettext_lazy("first day with stars; empty: the day of the decision"),
    "valid_until": gettext_lazy("last day with stars; empty: by the regulation, 36 months"),
    "end_reason": gettext_lazy("why the end differs from the legal one, if it does"),
    "covers": gettext_lazy("what it covers; empty: every pack"),
    "legal_basis": gettext_lazy("may be empty"),
    "evidence": gettext_lazy("where the decision is kept, may be empty"),
}
_TEXTS = ("decision_number", "end_reason", "covers", "legal_basis", "evidence")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a line; ``column`` empty where it is about all of it."""

    column: str
    detail: str


@dataclass(slots=True)
class Planned:
    """A line with what recording it would be: ``judged``, or the ``mistakes`` that stand in the way."""

    line: Line
    subject: Subject | None = None
    judged: Judged | None = None
    mistakes: list[Mistake] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an upload would do. ``versions`` are those of the products' trails that it was made by."""

    lines: list[Planned]
    versions: dict[int, int]

    @property
    def is_possible(self) -> bool:
        return not any(line.mistakes for line in self.lines)

    @property
    def drafts(self) -> list[Certificate]:
        return [line.judged.draft for line in self.lines if line.judged is not None]

    @property
    def wrong(self) -> int:
        return sum(bool(line.mistakes) for line in self.lines)


def read_table(content: bytes) -> list[Line]:
    """The lines of an uploaded table. Raises ``DomainError`` where it is no such table."""
    return read_lines(content, columns=tuple(COLUMNS), required=REQUIRED)


def plan_import(content: bytes, mandate: Mandate) -> Plan:
    """Read an uploaded table. Raises ``DomainError`` where it is no such table. A bounded number of queries."""
    lines = [Planned(line) for line in read_table(content)]
    products = _products(mandate, lines)
    regulations = list(Regulation.objects.order_by("-in_force_from", "-id"))
    versions = versions_of(sorted({subject.product_id for subject in products.values()}))
    drafted: list[tuple[Planned, Certificate]] = []
    for planned in lines:
        planned.subject = products.get(planned.line.cells.get("product", "").lower())
        draft = _draft(planned, regulations)
        if draft is not None:
            drafted.append((planned, draft))
    for (planned, _draft_of_line), judged in zip(
        drafted, judge([draft for _p, draft in drafted], mandate), strict=True
    ):
        planned.judged = judged
        if judged.refusal:
            planned.mistakes.append(Mistake("", judged.refusal))
    _find_repeats(drafted)
    return Plan(lines, {draft.product_id: versions[draft.product_id] for _planned, draft in drafted})


def record_plan(plan: Plan, *, seen: Mapping[int, int], at: datetime, by: Any) -> list[Certificate]:
    """Record every line or none. Raises ``DomainError``; ``seen`` are the versions that the officer looked at."""
    if not plan.is_possible:
        raise DomainError(_("Some lines cannot be recorded as of now: nothing was."), code="lines-refused")
    return services.certify_by_decision(drafts=plan.drafts, at=at, by=by, seen=seen)


def _products(mandate: Mandate, lines: Sequence[Planned]) -> dict[str, Subject]:
    """The products that the lines name, of those within the mandate, by slug and by id."""
    named = sorted(
        {name for line in lines if (name := line.line.cells.get("product", "").lower()) and len(name) <= 200}
    )
    found = products_of(mandate).filter(Q(slug__in=named) | Q(public_id__in=named)).values_list("pk", flat=True)
    about = subjects.by_ids(list(found))
    by_slug = {subject.slug: subject for subject in about.values()}
    return {subject.public_id: subject for subject in about.values()} | by_slug


def _draft(planned: Planned, regulations: Sequence[Regulation]) -> Certificate | None:
    """The certificate of a line; None, with the line's mistakes noted, where there can be none."""
    cells, wrong = planned.line.cells, planned.mistakes
    wrong += [Mistake(name, _("This has to be given.")) for name in REQUIRED if not cells.get(name)]
    if cells.get("product") and planned.subject is None:
        wrong.append(Mistake("product", _("No product of yours has this address or id.")))
    days = {name: _day(cells.get(name, ""), name, wrong) for name in ("issued_on", "valid_from", "valid_until")}
    stars = _stars(cells.get("stars", ""), wrong)
    score = _score(cells.get("score", ""), wrong)
    level = _level(cells.get("authority", ""), wrong)
    issued_on = days["issued_on"]
    if wrong or planned.subject is None or stars is None or issued_on is None:
        return None
    level, name = complete(level, cells.get("issuing_authority", ""), stars=stars, subject=planned.subject)
    if not name:
        wrong.append(Mistake("issuing_authority", _("This has to be given.")))
        return None
    try:
        return services.draft_certificate(
            product_id=planned.subject.product_id,
            stars=stars,
            score=score,
            issued_on=issued_on,
            valid_from=days["valid_from"],
            valid_until=days["valid_until"],
            regulation=next((each for each in regulations if each.is_in_force_on(issued_on)), None),
            authority=level,
            issuing_authority=name,
            **{column: cells.get(column, "") for column in _TEXTS},
        )
    except DomainError as error:
        wrong += [Mistake(column, message) for column, message in messages_of(error, COLUMNS)]
        return None


def _find_repeats(drafted: Sequence[tuple[Planned, Certificate]]) -> None:
    first: dict[int, int] = {}
    for planned, draft in drafted:
        number = first.setdefault(draft.product_id, planned.line.number)
        if number != planned.line.number:
            detail = _("The product of line %(line)s: one table certifies a product once.") % {"line": number}
            planned.mistakes.append(Mistake("", detail))


def _day(text: str, column: str, wrong: list[Mistake]) -> date | None:
    if not text:
        return None
    for pattern in DAY_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    wrong.append(Mistake(column, _("Not a day: write 2026-08-05 or 05/08/2026.")))
    return None


def _stars(text: str, wrong: list[Mistake]) -> int | None:
    if text in {"3", "4", "5"}:
        return int(text)
    if text:
        wrong.append(Mistake("stars", _("A certificate has 3, 4 or 5 stars.")))
    return None


def _score(text: str, wrong: list[Mistake]) -> Decimal | None:
    if not text:
        return None
    try:
        score = Decimal(text.replace(",", "."))
    except InvalidOperation:
        score = Decimal("NaN")
    if score.is_finite() and 0 <= score <= 100:
        return score
    wrong.append(Mistake("score", _("A score is between 0 and 100.")))
    return None


def _level(text: str, wrong: list[Mistake]) -> str:
    level = text.lower()
    if level and level not in AuthorityLevel.values:
        wrong.append(Mistake("authority", _("Write province, ministry or district, or nothing.")))
        return ""
    return level
