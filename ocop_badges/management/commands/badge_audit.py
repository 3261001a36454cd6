"""``manage.py badge_audit``"""

import json
import sys
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from ocop_badges import days
from ocop_badges.badge_audit import Auditor, BadSource, Verdict, as_json, sources_of

HELP = """\
Check pages of others for our badges whose certificates ended.

A source is a saved page (HTML, CSS, Markdown), a folder of them, or an address of this machine (http://127.0.0.1:…);
other addresses are refused: save such a page first. Found are embedded badges (/badges/….svg, .png: in src, srcset,
url(), links and text), the embed script, links to verify pages, copies of the logo that claim stars by their
alternative text or file name, and typed claims of stars on a page about one product.

For each it tells the line, the product, its status on the day, and what is wrong: the certificate ended, other stars
are claimed than are valid, or nothing tells whose stars they are. Exits 0 only where nothing is wrong and every source
could be read.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sources", nargs="+", metavar="SOURCE", help="a saved page, a folder, a loopback address")
        parser.add_argument("--on", type=_day, metavar="DAY", help="judge as of this day, YYYY-MM-DD (default: today)")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
        parser.add_argument(
            "--site",
            type=_host,
            default=settings.SITE_URL,
            metavar="URL",
            help="the address of this site; badges of other hosts are not ours (default: SITE_URL; empty: any host)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sources = sources_of(options["sources"])
        except BadSource as error:
            raise CommandError(str(error)) from None
        auditor = Auditor(on=options["on"] or days.today(), site=options["site"])
        verdicts: list[Verdict] = []
        failures: list[str] = []
        for source in tqdm(sources, unit="page", disable=None if len(sources) > 1 else True):
            try:
                verdicts += auditor.audit(source)
            except BadSource as error:
                failures.append(str(error))
        if options["json"]:
            body = {"on": auditor.on.isoformat(), "mentions": list(as_json(verdicts)), "unreadable": failures}
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=2))
        else:
            self._tell(verdicts, failures, pages=len(sources))
        if failures or any(verdict.is_wrong for verdict in verdicts):
            sys.exit(1)

    def _tell(self, verdicts: list[Verdict], failures: list[str], *, pages: int) -> None:
        for verdict in verdicts:
            mention = verdict.mention
            shown = f"{verdict.status}, {verdict.stars} stars" if verdict.stars else verdict.status
            what = verdict.product or mention.certificate or mention.slug or "-"
            line = f"{verdict.source}:{mention.line}: {mention.kind} {what}: {shown}"
            line += f" ({verdict.remark})" if verdict.remark else ""
            self.stdout.write(self.style.ERROR(f"WRONG {line}") if verdict.is_wrong else f"ok    {line}")
        for failure in failures:
            self.stderr.write(self.style.ERROR(failure))
        wrong = sum(verdict.is_wrong for verdict in verdicts)
        summary = f"{pages} pages, {len(verdicts)} mentions, {wrong} wrong, {len(failures)} pages not read."
        self.stdout.write(self.style.ERROR(summary) if wrong or failures else self.style.SUCCESS(summary))


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError as error:
        raise ArgumentTypeError(f"{address!r} is no address: {error}") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day written YYYY-MM-DD") from None
