"""Where somebody else's page shows or links our badges, or a copy of the OCOP logo. Pure: text in, mentions out.

Pages are read as they come, broken or not: HTML, style sheets, Markdown. Nothing is fetched.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from .claims import find_claims
from .ids import as_printed, is_public_id

BADGE, SCRIPT, LINK, COPY, TEXT = "badge", "script", "link", "copy", "text"


@dataclass(frozen=True, slots=True)
class Mention:
    """Something of ours on a page, or somebody's claim of stars.

    ``kind``: ``badge`` (our picture), ``script`` (our embed script), ``link`` (to a verify page), ``copy`` (a picture
    of their own that claims stars) or ``text``. ``slug`` names a product, ``certificate`` a certificate, both empty
    where nothing tells. ``claim`` is the claim of stars that goes with it, empty for none.
    """

    line: int
    kind: str
    slug: str = ""
    certificate: str = ""
    claim: str = ""


def find_mentions(text: str, *, site: str = "", is_html: bool = True) -> list[Mention]:
    """Every mention in a page, in the order of lines. ``site``: host of ours (with its port); empty: any host."""
    reader = _Reader(site)
    if is_html:
        reader.feed(text)
        reader.close()
        claimed = _without_code(text)
    else:
        reader.take_text(text, 1)
        claimed = text
    starts = _line_starts(claimed)
    texts = [
        Mention(bisect_right(starts, claim.start), TEXT, claim=_one_line(claim.text)) for claim in find_claims(claimed)
    ]
    return sorted(dict.fromkeys([*reader.mentions, *texts]), key=lambda mention: mention.line)


# --- addresses ---------------------------------------------------------------

_END = " \t\n\r\f\"'()<>[]{}\\"  # what ends an address
_ADDRESS = re.compile(r"(?:badges|embed|verify)/[^\s\"'()<>\[\]{}\\]{1,400}")
_MAX_HOST = 300  # characters of an address before its part of ours
_PATHS = (
    (BADGE, re.compile(r"(?:.*/)?badges/([-\w]{1,200})\.(?:svg|png|json)")),
    (SCRIPT, re.compile(r"(?:.*/)?embed/([-\w]{1,200})\.js")),
    (LINK, re.compile(r"(?:.*/)?verify/([-0-9A-Za-z ]{12,20})/?")),
)


def _target(address: str, site: str) -> tuple[str, str] | None:
    """What an address leads to: a kind, and a slug or the id of a certificate. None where it is none of ours."""
    try:
        parts = urlsplit(address.rstrip(",;."))
    except ValueError:
        return None
    if parts.netloc and site and parts.netloc.lower() != site.lower():
        return None
    for kind, pattern in _PATHS:
        if match := pattern.fullmatch(unquote(parts.path)):
            if kind != LINK:
                return kind, match[1]
            public_id = as_printed(match[1])
            return (kind, public_id) if is_public_id(public_id) else None
    return None


def _addresses(text: str) -> Iterator[tuple[int, str]]:
    """What looks like an address of ours: where it begins, and all of it. In time linear in the text."""
    for match in _ADDRESS.finditer(text):
        start, floor = match.start(), max(0, match.start() - _MAX_HOST)
        while start > floor and text[start - 1] not in _END:
            start -= 1
        yield start, text[start : match.end()]


def _one_line(text: str) -> str:
    return " ".join(re.sub(r"<[^<>]*>", " ", text).split())[:120]


# --- pages -------------------------------------------------------------------

_SHOWN = ("alt", "title", "aria-label")
_PICTURES = frozenset({"img", "svg", "object", "source", "input", "image", "embed"})


class _Reader(HTMLParser):
    """Collects mentions from tags and texts; takes whatever a browser takes."""

    def __init__(self, site: str) -> None:
        super().__init__(convert_charrefs=True)
        self.site = site
        self.mentions: list[Mention] = []
        self.around = ""  # the certificate that the link around a picture leads to

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        values = {name: value or "" for name, value in attrs}
        found = list(dict.fromkeys(target for value in values.values() for target in self._targets(value)))
        if tag == "a":
            self.around = next((key for kind, key in found if kind == LINK), "")
        claim = _claim_of(tag, values)
        for kind, key in found:
            slug, certificate = ("", key) if kind == LINK else (key, "")
            self.mentions.append(Mention(line, kind, slug, certificate, claim if kind == BADGE else ""))
        if claim and tag in _PICTURES and not any(kind == BADGE for kind, _ in found):
            self.mentions.append(Mention(line, COPY, certificate=self.around, claim=claim))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.around = ""

    def handle_data(self, data: str) -> None:
        self.take_text(data, self.getpos()[0])

    def take_text(self, text: str, line: int) -> None:
        """Addresses in running text: Markdown, style sheets, scripts."""
        at = 0
        for start, address in _addresses(text):
            line, at = line + text.count("\n", at, start), max(at, start)
            if target := _target(address, self.site):
                kind, key = target
                slug, certificate = ("", key) if kind == LINK else (key, "")
                self.mentions.append(Mention(line, kind, slug, certificate))

    def parse_html_declaration(self, i: int) -> int:
        try:
            return super().parse_html_declaration(i)
        except AssertionError:  # what is no declaration in any version of HTML
            return self.parse_bogus_comment(i)

    def _targets(self, value: str) -> Iterator[tuple[str, str]]:
        for _, address in _addresses(value):
            if target := _target(address, self.site):
                yield target


def _claim_of(tag: str, values: dict[str, str]) -> str:
    """What a picture claims by its alternative text, or by its file's name."""
    shown = [values[name] for name in _SHOWN if name in values]
    source = values.get("src") or values.get("data-src") or values.get("data") or ""
    if tag in _PICTURES and not source.startswith("data:"):
        shown.append(unquote(source.split("?")[0].rpartition("/")[2]))
    for text in shown:
        if claims := find_claims(text):
            return _one_line(claims[0].text)
    return ""


_CODE = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE)


def _without_code(html: str) -> str:
    """The page without what nobody reads; every line stays where it is."""
    return _CODE.sub(
        lambda match: "<hr>" + "\n" * match[0].count("\n"), html
    )  # a rule: nothing belongs together over it


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]
