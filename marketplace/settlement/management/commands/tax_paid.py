"""``manage.py tax_paid``"""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.settlement.booking import book_tax_paid
from marketplace.settlement.ledger import KeyTaken
from marketplace.settlement.periods import Period
from marketplace.settlement.tax import declaration_of, totals_of
from ocop_badges import days

from .tax_declaration import month_from

HELP = """\
Book that the tax withheld in a month was paid to the tax office: what tax_declaration says of the month is to be paid.

Run it once the money has left the bank account. It books a month once, however often it runs.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", type=month_from, metavar="MONTH", required=True, help="2026-11")

    def handle(self, *args: Any, **options: Any) -> None:
        now = days.now()
        month: Period = options["month"]
        if now.at < month.ends_at:
            raise CommandError(f"The month {month} is not over yet.")
        vat, income_tax = totals_of(declaration_of(month))
        try:
            book_tax_paid(key=f"tax-paid:{month}", vat=vat, income_tax=income_tax, at=now.at, note=str(month))
        except KeyTaken:
            raise CommandError(
                f"Tax of {month} is booked with other amounts than are declared now: "
                f"{vat:,} đ VAT and {income_tax:,} đ income tax. Nothing was changed."
            ) from None
        self.stdout.write(f"{month}: {vat:,} đ VAT and {income_tax:,} đ income tax are booked as paid.")
