"""Stars as HTML and as words: one form for the template tag and for the live token."""

from datetime import date
from math import cos, pi, sin

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, override

from . import days
from .badges import Badge

MAX_STARS = 5
# A star in a box of 20 × 20: its points alternate between an outer and an inner circle.
STAR_POINTS = [
    (
        round(10 + (8.6 if point % 2 == 0 else 4.1) * sin(pi * point / 5), 2),
        round(10.6 - (8.6 if point % 2 == 0 else 4.1) * cos(pi * point / 5), 2),
    )
    for point in range(10)
]
STAR_PATH = f"M{' '.join(f'{x:g} {y:g}' for x, y in STAR_POINTS)}z"

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def written(day: date, lang: str | None = None) -> str:
    """A day as people write it: ``19/06/2028`` in Vietnamese, ``19 June 2028`` in English (``en``)."""
    if (lang or get_language()) == "en":
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{day.day:02}/{day.month:02}/{day.year}"


def stars_html(badge: Badge | None, lang: str | None = None) -> SafeString:
    """The stars with their last day, as inline HTML; empty without a badge. ``lang`` defaults to the active one.

    ``data-stars-end`` is the instant at which the stars end, for a script that takes them off an open page.
    """
    if badge is None:
        return SafeString("")
    with override(lang or get_language() or "vi"):
        until = format_html(
            '<time datetime="{}">{}</time>', badge.valid_until.isoformat(), written(badge.valid_until, lang)
        )
        return format_html(
            '<span class="ocop-stars" data-stars="{}" data-stars-end="{}">{} '
            '<span class="ocop-stars__label">{}</span> <span class="ocop-stars__until">{}</span></span>',
            badge.stars,
            days.start_of(badge.ends_on).isoformat(),
            _ICONS[badge.stars],
            gettext("OCOP %(stars)s stars") % {"stars": badge.stars},
            format_html(gettext("until {date}"), date=until),
        )


def stars_text(badge: Badge | None, lang: str | None = None) -> str:
    """The stars with their last day, as words; empty without a badge."""
    if badge is None:
        return ""
    with override(lang or get_language() or "vi"):
        return gettext("OCOP %(stars)s stars until %(date)s") % {
            "stars": badge.stars,
            "date": written(badge.valid_until),
        }


def _icons(stars: int) -> SafeString:
    drawn = "".join(
        f'<path d="{STAR_PATH}" transform="translate({20 * position})" '
        + ('fill="currentColor"' if position < stars else 'fill="none" stroke-opacity=".45"')
        + "/>"
        for position in range(MAX_STARS)
    )
    return SafeString(
        f'<svg class="ocop-stars__icons" viewBox="0 0 100 20" width="80" height="16" '
        f'stroke="currentColor" stroke-linejoin="round" aria-hidden="true" focusable="false">{drawn}</svg>'
    )


_ICONS = {stars: _icons(stars) for stars in range(1, MAX_STARS + 1)}
