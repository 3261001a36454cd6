"""What the pages' templates need: addresses in both languages, wording, linked data."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from catalog import wording
from catalog.media.pictures import Picture
from ocop_badges.markup import written

register = template.Library()

ENGLISH_PREFIX = "/en"
IN_ONE_LANGUAGE = ("/api/",)  # pages without a translation

register.filter("money", wording.money)
register.filter("number", wording.number)
register.filter("decimal", wording.decimal)
register.filter("net_content", wording.net_content)
register.filter("month_to", wording.month_to)


def path_in(path: str, lang: str) -> str:
    """A path with the prefix of ``lang``, whichever prefix it came with. Absolute addresses stay as they are."""
    if not path.startswith("/"):
        return path
    if path == ENGLISH_PREFIX or path.startswith(f"{ENGLISH_PREFIX}/"):
        path = path.removeprefix(ENGLISH_PREFIX) or "/"
    return ENGLISH_PREFIX + path if lang == "en" else path


@register.filter
def localized(path: str) -> str:
    """A site-relative path in the language of the page: ``/products/`` is ``/en/products/`` on an English page."""
    return path_in(path, get_language() or "vi")


@register.simple_tag(takes_context=True)
def path_in_language(context: dict[str, Any], lang: str) -> str:
    """The path of this very page in another language, without its query."""
    request: HttpRequest | None = context.get("request")
    return path_in(request.path if request else "/", lang)


@register.simple_tag(takes_context=True)
def address_in_language(context: dict[str, Any], lang: str) -> str:
    """This very page with its query in another language: where the language switch leads; empty if there is none."""
    request: HttpRequest | None = context.get("request")
    if request is None or request.path.startswith(IN_ONE_LANGUAGE):
        return ""
    query = request.GET.urlencode()
    return path_in(request.path, lang) + (f"?{query}" if query else "")


@register.filter
def day(value: date | str | None) -> str:
    """A calendar day: ``19/06/2028`` in Vietnamese, ``19 June 2028`` in English. Takes a date or its ISO text."""
    if not value:
        return ""
    return written(date.fromisoformat(value) if isinstance(value, str) else value)


@register.filter
def phone_link(phone: str) -> str:
    """The digits of a telephone number, as a ``tel:`` address wants them."""
    return ("+" if phone.strip().startswith("+") else "") + "".join(c for c in phone if c.isdigit())


@register.simple_tag
def json_ld(items: Sequence[dict[str, Any]]) -> SafeString:
    """Linked data as script elements. No text in it can end its element or begin a comment in it."""
    return format_html_join(
        "\n  ",
        '<script type="application/ld+json">{}</script>',
        (
            [SafeString(json.dumps(item, ensure_ascii=False, separators=(",", ":")).translate(_JSON_IN_HTML))]
            for item in items
        ),
    )


_JSON_IN_HTML = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class ShareImage:
    src: str
    width: int
    height: int


@register.simple_tag
def get_share_image(picture: Picture | None) -> ShareImage | Picture:
    """What is shown where a page is shared: its own picture, else the shop's."""
    return picture or ShareImage(src=static("marketplace/share.png"), width=1200, height=630)
