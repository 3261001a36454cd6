"""From the reminders of one producer to the words of a letter or of a text message."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ocop_badges.links import language_prefix, verify_address
from ocop_badges.markup import written
from ocop_badges.reminders.models import Reminder
from ocop_badges.reminders.rules import Topic
from ocop_badges.reminders.texts import advice_of, facts_text, short_text, subject_line, title_of
from ocop_badges.subjects import Subject

from .rules import fit_name

_SUBJECT_LENGTH = 255


class Told(NamedTuple):
    reminder: Reminder
    subject: Subject


@dataclass(frozen=True, slots=True)
class Words:
    """``subject`` is empty for what has none."""

    subject: str
    body: str


def site_url() -> str:
    """The shop's address where no request tells it."""
    url: str = settings.WAGTAILADMIN_BASE_URL
    return url


def write_letter(told: Sequence[Told], *, lang: str) -> Words:
    """A letter to one producer about all of ``told``: what ends first comes first, each advice once."""
    with translation.override(lang):
        told = sorted(told, key=_urgency)
        base = site_url() + language_prefix(lang)
        parts = [_("Dear {producer},").format(producer=told[0].subject.producer_name)]
        for topic in dict.fromkeys(Topic(each.reminder.topic) for each in told):
            lines = [
                f"• {facts_text(each.reminder, each.subject, lang=lang)}\n"
                f"  {verify_address(each.reminder.certificate.public_id, base=base)}"
                for each in told
                if each.reminder.topic == topic.value
            ]
            parts += [title_of(topic), "\n".join(lines), advice_of(topic)]
        parts += [
            _("Your certificates, files and reminders: {url}").format(url=f"{base}/portal/"),
            _("With best wishes,\n{site}").format(site=settings.SITE_NAME),
            _(
                "This letter was written automatically on {day}. It is about the days on record with us; what counts "
                "is the decision of the authorities."
            ).format(day=written(told[0].reminder.on, lang)),
        ]
        return Words(_subject(told, lang), "\n\n".join(parts))


def write_text_message(told: Sequence[Told], *, lang: str) -> Words:
    """The same in one sentence for a phone, at most ``rules.SMS_UNITS`` long."""
    with translation.override(lang):
        first = min(told, key=_urgency)
        name = first.subject.name_in(lang)

        def say(name: str) -> str:
            text = short_text(first.reminder, name, lang=lang)
            if len(told) > 1:
                more = len(told) - 1
                text += " " + ngettext(
                    "{count} more product: see your e-mail or the portal.",
                    "{count} more products: see your e-mail or the portal.",
                    more,
                ).format(count=more)
            return f"{settings.SITE_NAME}: {text}"

        return Words("", fit_name(say, name))


def _subject(told: Sequence[Told], lang: str) -> str:
    first = told[0]
    text = subject_line(first.reminder, first.subject, lang=lang)
    if len(told) > 1:
        text = ngettext(
            "{count} product with OCOP stars: {title}", "{count} products with OCOP stars: {title}", len(told)
        ).format(count=len(told), title=title_of(Topic(first.reminder.topic)))
    return " ".join(text.split())[:_SUBJECT_LENGTH]


def _urgency(told: Told) -> tuple[object, ...]:
    return (told.reminder.last_day, told.subject.name, told.reminder.certificate.public_id)
