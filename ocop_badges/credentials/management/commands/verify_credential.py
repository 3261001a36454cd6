import base64
import json
import sys
from argparse import RawDescriptionHelpFormatter
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import Resolver404, resolve
from django.utils.translation import override

from ocop_badges import days
from ocop_badges.credentials import jws, signing, wording
from ocop_badges.credentials.verifying import check_credential
from ocop_badges.errors import DomainError
from ocop_badges.links import verify_address
from ocop_badges.verification import verify


class Command(BaseCommand):
    help = (
        "Check a credential of this site: its signature, its dates, and whether it is revoked or suspended.\n"
        "TARGET is a file, - for the standard input, or an address of this site that is about one certificate (its\n"
        "credential, its entry in the API, its verify page); for an address the credential is the one that is handed\n"
        "out there. No network is asked for anything.\n"
        "Exits 0 only where the credential holds."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", metavar="TARGET", help="a file, - or an address of this site")
        parser.add_argument(
            "--on", metavar="DAY", type=_day, help="the day to check for, such as 2028-06-20 (default: today)"
        )
        parser.add_argument(
            "--site",
            metavar="URL",
            default=settings.SITE_URL,
            help="the address of this site, which credentials are issued under (default: SITE_URL; where that is not "
            "set, as in development, the address that TARGET names)",
        )

    def handle(self, *args: Any, target: str, on: date | None, site: str, **options: Any) -> None:
        now = days.now()
        if _is_address(target):
            base = (site or _site_of(target)).rstrip("/")
            token = _handed_out(target, base, now)
        else:
            token = self._read(target)
            base = (site or _named_site(token)).rstrip("/")
        finding = check_credential("".join(token.split()), base=base, on=on or now.day)
        with override("en"):
            for step in finding.steps:
                mark = self.style.SUCCESS("✓") if step.holds else self.style.ERROR("✗")
                self.stdout.write(f"{mark} {wording.name_of(step)}: {wording.say(step)}")
        if finding.certificate_id:
            self.stdout.write(f"  {verify_address(finding.certificate_id, base=base)}")
        if not finding.holds:
            self.stdout.write(self.style.ERROR(f"Not valid on {finding.on}."))
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS(f"Valid on {finding.on}."))

    def _read(self, target: str) -> str:
        if target == "-":
            return sys.stdin.read(jws.MAX_LENGTH * 2)
        try:
            with Path(target).open(encoding="utf-8", errors="replace") as file:
                return file.read(jws.MAX_LENGTH * 2)
        except OSError as error:
            raise CommandError(f"{target} cannot be read: {error.strerror}.") from None


def _is_address(target: str) -> bool:
    return target.startswith(("http://", "https://"))


def _site_of(address: str) -> str:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise CommandError(f"{address} is no address: {error}.") from None
    return f"{parts.scheme}://{parts.netloc}"


def _named_site(token: str) -> str:
    """The site that a credential says it is from. Its key is looked up among our own all the same."""
    try:
        payload = token.split(".")[1]
        document = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        site = _site_of(document["id"])
    except (IndexError, ValueError, KeyError, TypeError, AttributeError):
        site = ""
    if not _is_address(site):
        raise CommandError("This is no credential: it names no site. See --site.")
    return site


def _handed_out(address: str, base: str, now: days.ShopTime) -> str:
    """The credential of the certificate that an address of this site is about."""
    site, asked = urlsplit(base), urlsplit(address)
    if (site.scheme, site.netloc) != (asked.scheme, asked.netloc):
        raise CommandError(f"{address} is no address of this site, {base}.")
    with override("en" if asked.path.startswith("/en/") else "vi"):
        try:
            certificate_id = resolve(asked.path).kwargs.get("certificate_id")
        except Resolver404:
            certificate_id = None
    verification = verify(certificate_id, day=now.day) if certificate_id else None
    if verification is None:
        raise CommandError(f"{address} is not about a certificate that this site knows.")
    try:
        signed = signing.sign_certificate(verification, at=now.at, base=base)
    except DomainError as error:
        raise CommandError(str(error)) from None
    if signed is None:
        raise CommandError("This certificate never takes effect: it has no credential.")
    return signed.token


def _day(text: str) -> date:
    return date.fromisoformat(text)
