"""``manage.py stripe_paid_out``"""

import re
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.settlement.booking import book_remittance
from marketplace.settlement.ledger import KeyTaken
from ocop_badges import days

HELP = """\
Book what Stripe paid to the shop's bank account, and the fees it has kept since its last payout.

Both stand in Stripe's report of the payout, in đồng. A payout is booked once, however often this runs.
"""
METHOD = "stripe"
_PAYOUT = re.compile(r"po_[0-9A-Za-z_]{4,80}")


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("payout", type=_payout, metavar="PAYOUT", help="Stripe's name for it: po_…")
        parser.add_argument("--amount", type=dong, required=True, help="what came to the bank account, in đồng")
        parser.add_argument("--fees", type=dong, required=True, help="what Stripe kept, in đồng; 0 for nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        payout, amount, fees = options["payout"], options["amount"], options["fees"]
        key = f"stripe-payout:{payout}"
        try:
            book_remittance(key=key, method=METHOD, amount=amount + fees, fee=fees, at=days.now().at, note=payout)
        except KeyTaken:
            raise CommandError(f"{payout} is booked already with other amounts. Nothing was changed.") from None
        self.stdout.write(f"{payout}: {amount:,} đ on the bank account and {fees:,} đ of fees are booked.")


def _payout(text: str) -> str:
    if not _PAYOUT.fullmatch(text):
        raise ArgumentTypeError(f"{text!r} is no payout of Stripe such as po_1QabcDEF")
    return text


def dong(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise ArgumentTypeError(f"{text!r} is no amount in đồng: digits only")
    return int(text)
