"""Live tokens: ``[[ocop:<public id of a product>]]`` in a text shows that product's stars of the day, or nothing.

A reader loads the badges of all texts of a page at once, then expands each text in the form it needs:

    badges = load_token_badges([story.intro, story.body], day=time_of(request).day)
    expand(story.intro, badges)              # plain text → safe HTML, everything else escaped
    expand_html(story.body, badges)          # HTML that is already safe → safe HTML
    expand_text(story.intro, badges)         # plain text → plain text, for feeds, meta tags and the API

A token of an unknown product, or of one without stars, leaves nothing behind, not even its space.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from django.utils.html import escape
from django.utils.safestring import SafeString

from .badges import Badge
from .ids import ALPHABET, LENGTH
from .markup import stars_html, stars_text
from .models import BadgePeriod

_TOKEN = re.compile(rf"(?P<space>[ \u00a0]?)\[\[\s*ocop:\s*(?P<id>[{ALPHABET}]{{{LENGTH}}})\s*\]\]", re.IGNORECASE)
_TAG = re.compile(r"(<[^>]*>)")

Badges = Mapping[str, Badge]


def token_for(public_id: str) -> str:
    """The token that shows a product's stars."""
    return f"[[ocop:{public_id}]]"


def products_in(*texts: str) -> set[str]:
    """The public ids of the products whose stars these texts show."""
    return {match["id"].lower() for text in texts for match in _TOKEN.finditer(text)}


def load_token_badges(texts: Iterable[str], *, day: date) -> dict[str, Badge]:
    """The badges that the tokens of some texts show on a day, by public id. One query; none without a token."""
    public_ids = products_in(*texts)
    if not public_ids:
        return {}
    rows = (
        BadgePeriod.objects.filter(product__public_id__in=public_ids)
        .covering(day)
        .values_list("product__public_id", "stars", "ends_on", "certificate__public_id")
    )
    return {
        public_id: Badge(stars=stars, valid_until=ends_on - timedelta(days=1), certificate=certificate)
        for public_id, stars, ends_on, certificate in rows
    }


def expand(text: str, badges: Badges, lang: str | None = None) -> SafeString:
    """Plain text as safe HTML: tokens become stars, all else is escaped. ``lang`` defaults to the active one."""
    return SafeString(_expanded(text, badges, lambda badge: stars_html(badge, lang), escape))


def expand_html(html: str, badges: Badges, lang: str | None = None) -> SafeString:
    """HTML that is already safe, with its tokens as stars; a token inside a tag (an attribute) leaves nothing."""
    pieces = _TAG.split(html)
    for index, piece in enumerate(pieces):
        if index % 2:
            pieces[index] = _TOKEN.sub("", piece)
        else:
            pieces[index] = _expanded(piece, badges, lambda badge: stars_html(badge, lang), str)
    return SafeString("".join(pieces))


def expand_text(text: str, badges: Badges, lang: str | None = None) -> str:
    """Plain text with its tokens as words."""
    return _expanded(text, badges, lambda badge: stars_text(badge, lang), str)


def _expanded(text: str, badges: Badges, show: Callable[[Badge], str], rest: Callable[[str], str]) -> str:
    parts: list[str] = []
    position = 0
    for match in _TOKEN.finditer(text):
        parts.append(rest(text[position : match.start()]))
        if badge := badges.get(match["id"].lower()):
            parts.append(match["space"] + show(badge))
        position = match.end()
    parts.append(rest(text[position:]))
    return "".join(parts)
