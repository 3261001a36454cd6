"""``manage.py tax_declaration``"""

import sys
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from marketplace.settlement.periods import Period, month_before, parse_period
from marketplace.settlement.private_files import write_private
from marketplace.settlement.tax import declaration_csv, declaration_of, totals_of
from ocop_badges import days

HELP = """\
Write the tax withheld from sellers in a month, as it is declared (Decree 117/2025/NĐ-CP): a CSV table with a line for
each household and individual that sold, with tax number, legal form, revenue, VAT and income tax.

Goods that came back in the month are offset in it, whichever month they were sold in. Where more came back than was
sold, nothing is to be paid for that seller; what is left is offset in its next months, and the table says so.

Before it is handed in, the month must be over. It ends with 0 only where every seller's tax number is known.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", type=month_from, metavar="MONTH", help="2026-11 (default: the last month)")
        parser.add_argument("--file", type=Path, metavar="FILE", help="where to write it (default: tax-MONTH.csv)")
        parser.add_argument("--lang", choices=["vi", "en"], default="vi", help="of the headings (default: vi)")

    def handle(self, *args: Any, **options: Any) -> None:
        now = days.now()
        month: Period = options["month"] or month_before(now.day)
        if now.at < month.ends_at:
            raise CommandError(f"The month {month} is not over yet.")
        path: Path = options["file"] or Path(f"tax-{month}.csv")
        sellers = declaration_of(month)
        with override(options["lang"]):
            content = declaration_csv(month, sellers)
        try:
            write_private(path, content)
        except OSError as error:
            raise CommandError(f"{path}: {error}") from None
        vat, income_tax = totals_of(sellers)
        self.stdout.write(f"{month}: {len(sellers)} sellers, {vat:,} đ VAT and {income_tax:,} đ income tax to pay.")
        self.stdout.write(f"Written to {path}")
        carried = sum(1 for each in sellers if each.vat_carried or each.income_tax_carried)
        if carried:
            self.stdout.write(f"{carried} sellers carry returns on into later months.")
        unknown = [each.producer.name for each in sellers if not each.producer.tax_number]
        for name in unknown:
            self.stderr.write(self.style.ERROR(f"no tax number: {name}"))
        if unknown:
            sys.exit(1)


def month_from(text: str) -> Period:
    """A month that was typed. Raises ``ArgumentTypeError``."""
    try:
        month = parse_period(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
    if not month.is_month:
        raise ArgumentTypeError(f"{text!r} is no month: write 2026-11")
    return month
