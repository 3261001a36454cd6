"""``manage.py seed_demo``"""

import logging
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from marketplace.demo.people import (
    COMMUNE_OFFICER,
    CONTRIBUTOR,
    COUNCIL,
    CURATOR,
    HELPER,
    NATIONAL_OFFICER,
    OFFICER,
    OPERATOR,
    PACKER,
    PASSWORD,
    PRODUCER,
    STAFF,
)
from marketplace.demo.seed import seed
from ocop_badges import days

T = TypeVar("T")

HELP = """\
Fill the shop for looking around.

Real: 41 products of catalog/data/ocop_products.csv with their producers, and the certificates of those 24 that stand
on a decision; no certificate is invented. Made up, and marked as such wherever it is read: packs, prices, stock,
descriptions, sellers' addresses and numbers, drawn pictures, three stories, two gifts, a renewal file that was begun,
an inspection planned, a shopper's report, what the shop sells by (prices of parcels, a commission, a packing hub with
supplies, two vouchers, licences of the rice spirit), four orders at different stages, and the logins: operator,
curators, officers of the programme, a council, a producer's owner, staff and a helper who waits for the owner's
consent, a packer.

A second run adds what is missing and changes nothing else. It takes seconds; the first draws the pictures and takes
about half a minute. Refused where the settings do not set DEMO_ALLOWED, as those of production do not.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port", type=int, default=8000, help="the port to name in the addresses printed (default: %(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError(
                "Demo data is for development only: these settings do not set DEMO_ALLOWED. Nothing was written."
            )
        # Every saved page and picture starts tasks that each tell of their start and end.
        for chatty in ("django_tasks", "wagtail"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        now = days.now()
        seed(at=now.at, day=now.day, track=self._track)
        if options["verbosity"] > 0:
            self._tell_where(settings.SITE_URL or f"http://127.0.0.1:{options['port']}")

    def _track(self, things: Iterable[T], what: str, *, total: int) -> Iterable[T]:
        """A progress bar on stderr, where somebody watches it."""
        return tqdm(things, desc=what, total=total, file=sys.stderr, disable=None, leave=False)

    def _tell_where(self, site: str) -> None:
        self.stdout.write(
            f"""
  The shop (demo data)    {site}/
  … in English            {site}/en/
  API, to read            {site}/api/docs/
  Stories and gifts       {site}/admin/           {CURATOR}, {CONTRIBUTOR}
  Officers' desk          {site}/admin/ocop/      {OFFICER}, {NATIONAL_OFFICER}
  … commune, council      {site}/admin/ocop/      {COMMUNE_OFFICER}, {", ".join(COUNCIL)}
  Producers' pages        {site}/portal/          {PRODUCER}, {STAFF}, {HELPER} (waits for consent)
  Packing hub             {site}/hub/             {PACKER}
  Everything else         {site}/django-admin/    {OPERATOR}
  Password of all         {PASSWORD}
  Pay by bank transfer    manage.py demo_transfer NUMBER      (the order's; nobody has the account of the QR code)
"""
        )
