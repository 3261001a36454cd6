"""Certificates as an iCalendar feed (RFC 5545): when the window opens and closes, and the last day with stars."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from ocop_badges import rules, subjects
from ocop_badges.links import verify_address
from ocop_badges.markup import written
from ocop_badges.models import Certificate, Correction
from ocop_badges.subjects import Subject
from ocop_badges.verification import load_families

from .finding import Days
from .rules import FOLLOWED_DAYS

BATCH = 500  # products read together
PRODUCT_ID = "-//Cho OCOP//Certificates//VI"
# At nine in the morning, a week before: counted back from the midnight at which an all-day event begins.
WEEK_BEFORE = timedelta(hours=9) - timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str  # a part of the UID: never changed
    on: date
    summary: str
    alarm: bool


@dataclass(frozen=True, slots=True)
class _Dated:
    """A certificate with its days. ``changed_at`` and ``changes`` count what can have moved them."""

    certificate: Certificate
    facts: rules.CertificateFacts
    subject: Subject
    changed_at: datetime
    changes: int


def of_producer(producer_id: int) -> Q:
    return Q(**{f"product__{subjects.PRODUCER}": producer_id})


def of_province(province_id: int) -> Q:
    return Q(product__province=province_id)


def draw_calendar(which: Q, *, name: str, day: date, days: Days | None, base: str, host: str, lang: str) -> bytes:
    """The calendar of the certificates for which ``which`` holds, as they stand on ``day``, in ``vi`` or ``en``.

    In it are those that are not revoked and have no successor, until they ended ``FOLLOWED_DAYS`` ago. ``base`` is the
    shop's address, ``host`` what makes the UIDs this shop's. The same facts make the same bytes.
    """
    with translation.override(lang):
        calendar = Calendar()
        calendar.add("prodid", PRODUCT_ID)
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("x-wr-calname", name)
        calendar.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
        calendar.add("x-published-ttl", "PT12H")
        calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
        for dated in _read(which, day):
            for entry in _entries(dated, days, lang):
                calendar.add_component(_event(entry, dated, base, host, lang))
        return bytes(calendar.to_ical())


def _read(which: Q, day: date) -> Iterator[_Dated]:
    """Certificates in the order of products, then of their first days. Five queries for each batch."""
    since = day - timedelta(days=FOLLOWED_DAYS + rules.MAX_EXTENSION_DAYS)
    followed = Certificate.objects.filter(which, valid_until__gte=since, revocation__isnull=True)
    product_ids = list(followed.order_by("product").values_list("product_id", flat=True).distinct())
    for start in range(0, len(product_ids), BATCH):
        batch = product_ids[start : start + BATCH]
        families, whose, corrections = load_families(set(batch)), subjects.by_ids(batch), _corrections(batch)
        for product_id in batch:
            family = families[product_id]
            for certificate in family.certificates:
                facts = family.facts_of(certificate)
                is_over = facts.last_day + timedelta(days=FOLLOWED_DAYS) < day
                if facts.revoked_on is None and not is_over and family.successor(certificate) is None:
                    changed_at, changes = corrections.get(certificate.pk, (certificate.recorded_at, 0))
                    extended_at = [extension.recorded_at for extension in certificate.extensions.all()]
                    yield _Dated(
                        certificate,
                        facts,
                        whose[product_id],
                        changed_at=max([certificate.recorded_at, changed_at, *extended_at]),
                        changes=changes + len(extended_at),
                    )


def _corrections(product_ids: list[int]) -> dict[int, tuple[datetime, int]]:
    """When certificates were last corrected, and how often. One query."""
    found = (
        Correction.objects.filter(certificate__product__in=product_ids)
        .values("certificate")
        .annotate(last=Max("recorded_at"), count=Count("pk"))
    )
    return {row["certificate"]: (row["last"], row["count"]) for row in found}


def _entries(dated: _Dated, days: Days | None, lang: str) -> Iterable[_Entry]:
    product, valid_until = dated.subject.name_in(lang), dated.certificate.valid_until
    if days is not None and dated.facts.extended_until is None:
        opens_on, closes_on = rules.renewal_window(valid_until, opens_days=days[0], closes_days=days[1])
        yield _Entry("opens", opens_on, _("Re-ranking opens: {product}").format(product=product), alarm=False)
        yield _Entry(
            "closes", closes_on, _("Last day for the re-ranking file: {product}").format(product=product), alarm=True
        )
    yield _Entry(
        "ends", dated.facts.last_day, _("Last day with OCOP stars: {product}").format(product=product), alarm=True
    )


def _event(entry: _Entry, dated: _Dated, base: str, host: str, lang: str) -> Event:
    public_id = dated.certificate.public_id
    event = Event()
    event.add("uid", f"{public_id}-{entry.kind}@{host}")
    event.add("sequence", dated.changes)
    event.add("dtstamp", dated.changed_at.astimezone(UTC))
    event.add("last-modified", dated.changed_at.astimezone(UTC))
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("summary", entry.summary)
    event.add("description", _description(dated, lang))
    event.add("url", verify_address(public_id, base=base, lang=lang))
    event.add("transp", "TRANSPARENT")
    event.add("categories", ["OCOP"])
    if entry.alarm:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.summary)
        alarm.add("trigger", WEEK_BEFORE)
        event.add_component(alarm)
    return event


def _description(dated: _Dated, lang: str) -> str:
    return _("{producer}: {product}, {stars} OCOP stars by decision {number}, last day {day}.").format(
        producer=dated.subject.producer_name,
        product=dated.subject.name_in(lang),
        stars=dated.certificate.stars,
        number=dated.certificate.decision_number,
        day=written(dated.facts.last_day, lang),
    )
