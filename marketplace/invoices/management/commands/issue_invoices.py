"""``manage.py issue_invoices``"""

from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from marketplace.invoices.models import Invoice
from marketplace.invoices.ports import ProviderUnavailable
from marketplace.invoices.providers import FileExport
from marketplace.invoices.services import draw_up_invoices, issue_invoices
from ocop_badges import days

HELP = """\
Draw up what sellers have to invoice, and hand it to the provider of e-invoices.

One invoice for each seller of an order, once everything the seller sends of it has been delivered or has failed; and an
adjustment for every return that came back. The provider so far is a folder: one CSV file for each seller, which its
accountant reads into the software of a licensed provider. A PDF receipt of this shop is no legal e-invoice.

Run it daily. Stopped anywhere and run again it goes on where it stopped; nothing is invoiced twice.
It ends with 0 only where the provider took everything.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, metavar="FOLDER", help="where the files go (default: INVOICE_FOLDER)")
        parser.add_argument("--draw-up-only", action="store_true", help="hand nothing to the provider yet")

    def handle(self, *args: Any, **options: Any) -> None:
        now = days.now()
        with tqdm(desc="drawing up", unit=" invoices", disable=None, leave=False) as bar:
            drawn = draw_up_invoices(at=now.at, on=now.day, done=bar.update)
        self.stdout.write(f"{drawn} invoices and adjustments are new.")
        if options["draw_up_only"]:
            return
        folder = options["to"] or Path(settings.INVOICE_FOLDER)
        try:
            taken = issue_invoices(provider=FileExport(folder), at=now.at)
        except ProviderUnavailable as error:
            raise CommandError(f"{error}\n{Invoice.objects.waiting().count()} invoices wait.") from error
        self.stdout.write(f"{taken} were written to {folder}.")
