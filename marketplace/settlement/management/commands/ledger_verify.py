"""``manage.py ledger_verify``"""

import sys
from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from marketplace.settlement.models import Transaction
from marketplace.settlement.rate_gaps import rate_gaps
from marketplace.settlement.verifying import ledger_checks, one_moment

HELP = """\
Check the ledger: that every transaction sums to zero and counts for its own day, that no order's money was earned or
paid back beyond what came in, that what producers earned and the tax withheld from them is what was booked, that every
payout is booked once; and that the ledger agrees with what orders and payments say.

Rates of tax and commission that end, and that nothing follows, are flaws too: without one nothing is withheld, nor
kept. A rate of nothing is written down as 0.

It prints every flaw and ends with 0 only where there is none. Nothing is changed. Everything is read as it was at one
moment, so the shop may trade on meanwhile.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        with one_moment():
            self._verify()

    def _verify(self) -> None:
        flaws = 0
        checks = {**ledger_checks(), "every day has its rates": rate_gaps}
        for name, check in tqdm(checks.items(), unit="check", disable=None):
            found = 0
            for flaw in check():
                self.stdout.write(self.style.ERROR(f"{name}: {flaw}"))
                found += 1
            flaws += found
            if not found:
                self.stdout.write(f"ok: {name}")
        count = Transaction.objects.count()
        if flaws:
            self.stdout.write(self.style.ERROR(f"{flaws} flaws in {count} transactions."))
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS(f"{count} transactions are sound."))
