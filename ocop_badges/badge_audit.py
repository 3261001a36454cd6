"""Pages of others, checked for our badges: does what they show still hold?

A badge that we serve turns itself off when its certificate ends; a page that goes on embedding it, and above all a
copied logo or a typed claim, does not. Nothing is fetched from the network but loopback addresses.
"""

import ipaddress
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import subjects
from .badge_mentions import COPY, LINK, TEXT, Mention, find_mentions
from .badges import Standing, standing_of
from .claims import claimed_stars
from .models import Certificate
from .rules import Status
from .subjects import Subject
from .verification import load_families

MAX_BYTES = 2 * 1024 * 1024  # of a page
MAX_FILES = 5_000  # of a folder
TIMEOUT = 10  # seconds
SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".css", ".md"})
_PLAIN = frozenset({".css", ".md"})


class BadSource(Exception):
    """A source that cannot be read, with the reason."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A mention and what is so on the day. ``status``: of the certificate that speaks, ``none`` or ``unknown``."""

    source: str
    mention: Mention
    product: str
    name: str
    status: str
    stars: int | None
    is_wrong: bool
    remark: str


# --- reading -----------------------------------------------------------------


def sources_of(given: Iterable[str]) -> list[str]:
    """The pages meant: files as they are, folders with all pages in them, loopback addresses. Raises ``BadSource``."""
    pages: list[str] = []
    for each in given:
        if "://" in each:
            _check_loopback(each)
            pages.append(each)
        elif (path := Path(each)).is_dir():
            inside = sorted(str(page) for page in path.rglob("*") if page.suffix.lower() in SUFFIXES and page.is_file())
            if len(inside) > MAX_FILES:
                raise BadSource(f"{each}: holds {len(inside)} pages, at most {MAX_FILES} are checked at once.")
            pages += inside
        elif path.exists():
            pages.append(each)
        else:
            raise BadSource(f"{each}: there is no such file or folder.")
    return list(dict.fromkeys(pages))


def read_page(source: str) -> tuple[str, bool]:
    """The text of a page, and whether it is HTML. Raises ``BadSource``: too large, unreadable, not answered."""
    try:
        raw = _fetch(source) if "://" in source else _read(source)
    except (OSError, ValueError, HTTPException) as error:  # URLError is an OSError
        raise BadSource(f"{source}: {error}") from None
    if len(raw) > MAX_BYTES:
        raise BadSource(f"{source}: is larger than {MAX_BYTES // 1024 // 1024} MB.")
    path = urlsplit(source).path if "://" in source else source
    return raw.decode("utf-8-sig", errors="replace"), Path(path).suffix.lower() not in _PLAIN


def _read(source: str) -> bytes:
    with Path(source).open("rb") as file:
        return file.read(MAX_BYTES + 1)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        raise ValueError(f"answers {code} and points to {newurl}, which is not followed")


def _fetch(source: str) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)
    with opener.open(source, timeout=TIMEOUT) as answer:  # checked: http on loopback
        raw: bytes = answer.read(MAX_BYTES + 1)
    return raw


def _check_loopback(source: str) -> None:
    try:
        parts = urlsplit(source)
        host, _port = parts.hostname or "", parts.port  # reading them checks them
    except ValueError as error:
        raise BadSource(f"{source}: {error}") from None
    try:
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if parts.scheme not in ("http", "https") or not is_loopback:
        raise BadSource(
            f"{source}: only pages of this machine are fetched (http://127.0.0.1…); "
            "save pages of others as files and name those."
        )


# --- judging -----------------------------------------------------------------


class Auditor:
    """Judges pages on one day; asks the database once for each product and certificate."""

    def __init__(self, *, on: date, site: str = "") -> None:
        self.on = on
        self.site = site
        self._subjects: dict[str, Subject | None] = {}
        self._standings: dict[int, Standing] = {}
        self._certificates: dict[str, tuple[Subject, Status] | None] = {}

    def audit(self, source: str) -> list[Verdict]:
        """What a page mentions, each with its verdict. Raises ``BadSource``."""
        text, is_html = read_page(source)
        mentions = find_mentions(text, site=self.site, is_html=is_html)
        verdicts = [self._judge(source, mention) for mention in mentions if mention.kind != TEXT]
        about = {verdict.product for verdict in verdicts if verdict.product}
        subject = self._subject(about.pop()) if len(about) == 1 else None
        if subject is not None:  # words claim stars for the one product that the page is about
            verdicts += [self._verdict(source, mention, subject, None) for mention in mentions if mention.kind == TEXT]
        return sorted(verdicts, key=lambda verdict: verdict.mention.line)

    def _judge(self, source: str, mention: Mention) -> Verdict:
        if mention.certificate:
            known = self._certificate(mention.certificate)
            if known is None:
                return _unknown(source, mention, "there is no such certificate")
            return self._verdict(source, mention, *known)
        if mention.kind == COPY:
            return _unknown(source, mention, "a copied logo that says nothing of whose stars it shows")
        subject = self._subject(mention.slug)
        if subject is None:
            return _unknown(source, mention, "there is no such product")
        return self._verdict(source, mention, subject, None)

    def _verdict(self, source: str, mention: Mention, subject: Subject, status: Status | None) -> Verdict:
        standing = self._standing(subject.product_id)
        stars = standing.badge.stars if standing.badge else None
        told = status or standing.status
        claimed = claimed_stars(mention.claim) if mention.claim else None
        remark, is_wrong = "", True
        if stars is None and mention.claim:
            remark = f"claims “{mention.claim}” though no stars are valid"
        elif stars is None:
            remark = "no stars are valid"
        elif claimed is not None and claimed != stars:
            remark = f"claims “{mention.claim}”, valid are {stars} stars"
        elif mention.kind == LINK and told not in (Status.VALID, Status.SUPERSEDED):
            remark = "leads to a certificate that is not valid"
        else:
            is_wrong = False
            if told == Status.SUPERSEDED:
                remark = "a later certificate has replaced this one"
            elif mention.kind == COPY:
                remark = "a copy: it will not turn off by itself"
            elif mention.slug and mention.slug != subject.slug:
                remark = f"by a former address: it is {subject.slug} now"
        return Verdict(source, mention, subject.slug, subject.name, str(told), stars, is_wrong, remark)

    def _subject(self, slug: str) -> Subject | None:
        if slug not in self._subjects:
            self._subjects[slug] = subjects.by_slug(slug)
        return self._subjects[slug]

    def _standing(self, product_id: int) -> Standing:
        if product_id not in self._standings:
            self._standings[product_id] = standing_of(product_id, day=self.on)
        return self._standings[product_id]

    def _certificate(self, public_id: str) -> tuple[Subject, Status] | None:
        if public_id not in self._certificates:
            certificate = Certificate.objects.filter(public_id=public_id).first()
            self._certificates[public_id] = None if certificate is None else self._load(certificate)
        return self._certificates[public_id]

    def _load(self, certificate: Certificate) -> tuple[Subject, Status]:
        product_id = certificate.product_id
        family = load_families({product_id})[product_id]
        return subjects.by_ids([product_id])[product_id], family.status(certificate, self.on)


def _unknown(source: str, mention: Mention, remark: str) -> Verdict:
    return Verdict(source, mention, "", "", "unknown", None, is_wrong=True, remark=remark)


def as_json(verdicts: Iterable[Verdict]) -> Iterator[dict[str, Any]]:
    """Verdicts as plain values, one for each."""
    for verdict in verdicts:
        yield {
            "source": verdict.source,
            "line": verdict.mention.line,
            "kind": verdict.mention.kind,
            "product": verdict.product or None,
            "certificate": verdict.mention.certificate or None,
            "status": verdict.status,
            "stars": verdict.stars,
            "claim": verdict.mention.claim or None,
            "wrong": verdict.is_wrong,
            "remark": verdict.remark or None,
        }
