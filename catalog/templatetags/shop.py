"""How the shop writes addresses, money, days and numbers in the language of the page."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from catalog.media.pictures import Picture
from catalog.models import NetUnit

register = template.Library()

ENGLISH_PREFIX = "/en"


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
    """This very page with its query in another language: what the language switch leads to."""
    request: HttpRequest | None = context.get("request")
    query = request.META.get("QUERY_STRING", "") if request else ""
    return path_in_language(context, lang) + (f"?{query}" if query else "")


def path_in(path: str, lang: str) -> str:
    """A path with the prefix of ``lang``, whichever prefix it came with. Absolute addresses stay as they are."""
    if not path.startswith("/"):
        return path
    bare = path.removeprefix(ENGLISH_PREFIX) if path == ENGLISH_PREFIX or path.startswith("/en/") else path
    bare = bare or "/"
    return ENGLISH_PREFIX + bare if lang == "en" else bare


@register.filter
def money(amount: int | None) -> str:
    """Integer đồng: ``120.000 ₫`` in Vietnamese, ``₫120,000`` in English; nothing for None."""
    if amount is None:
        return ""
    return f"₫{amount:,}" if get_language() == "en" else f"{amount:,}".replace(",", ".") + "\u00a0₫"


@register.filter
def number(value: int | None) -> str:
    """A count with its thousands: ``17.400`` in Vietnamese, ``17,400`` in English."""
    if value is None:
        return ""
    return f"{value:,}" if get_language() == "en" else f"{value:,}".replace(",", ".")


@register.filter
def day(value: date | str | None) -> str:
    """A calendar day: ``19/06/2028`` in Vietnamese, ``19 June 2028`` in English. Takes a date or its ISO text."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if get_language() == "en":
        return f"{value.day} {_ENGLISH_MONTHS[value.month - 1]} {value.year}"
    return f"{value.day:02}/{value.month:02}/{value.year}"


_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@register.filter
def net_content(value: Decimal, unit: str) -> str:
    """What a pack holds: ``0,5 kg`` in Vietnamese, ``0.5 kg`` in English."""
    return f"{decimal(value)} {NetUnit(unit).label}" if unit else decimal(value)


@register.filter
def decimal(value: Decimal) -> str:
    """A number without trailing zeros, its fraction after the sign of the language: ``1.061,5`` or ``1,061.5``."""
    text = f"{value.normalize():,f}"
    return text if get_language() == "en" else text.translate(_SWAP_SEPARATORS)


_SWAP_SEPARATORS = str.maketrans(",.", ".,")


@register.filter
def phone_link(phone: str) -> str:
    """The digits of a telephone number, as a ``tel:`` address wants them."""
    return ("+" if phone.strip().startswith("+") else "") + "".join(c for c in phone if c.isdigit())


@register.simple_tag
def json_ld(data: Any) -> SafeString:
    """A script element with linked data. No text in it can end the element or open a comment in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_JSON_IN_HTML)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(text))


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
