"""``manage.py correct_ledger``"""

from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.models import Producer
from marketplace.settlement.accounts import Account
from marketplace.settlement.correcting import CUSTOMERS, correct
from marketplace.settlement.ledger import KeyTaken
from ocop_badges import days
from ocop_badges.errors import DomainError

from .stripe_paid_out import dong

HELP = """\
Move money between two accounts of the ledger where something was booked wrongly. Nothing is ever erased.

One account is debited (ours, or spent), the other credited (owed, or earned). KEY names the correction: it is booked
once, however often this runs. A producer's money is on the account payable, and its statement shows the reason:

  manage.py correct_ledger 2026-11-fee --debit losses --credit payable --producer 0a1b2c3d4e5f --amount 20000 \\
    --reason "Commission was kept twice" --by operator@example.vn
"""
ACCOUNTS = sorted(account.value for account in Account if account not in CUSTOMERS)


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", type=_key, metavar="KEY", help="a name of at most 60 characters")
        parser.add_argument("--debit", required=True, choices=ACCOUNTS, metavar="ACCOUNT", help=", ".join(ACCOUNTS))
        parser.add_argument("--credit", required=True, choices=ACCOUNTS, metavar="ACCOUNT", help="one of the same")
        parser.add_argument("--amount", required=True, type=dong, help="in đồng")
        parser.add_argument("--producer", metavar="ID", default="", help="public id of the producer of payable")
        parser.add_argument("--reason", required=True, help="why; the producer reads it")
        parser.add_argument("--by", required=True, metavar="E-MAIL", help="who corrects: somebody of the shop's staff")

    def handle(self, *args: Any, **options: Any) -> None:
        by = get_user_model().objects.filter(email__iexact=options["by"], is_staff=True, is_active=True).first()
        if by is None:
            raise CommandError(f"{options['by']} is nobody of the staff.")
        producer = Producer.objects.filter(public_id=options["producer"]).first()
        if options["producer"] and producer is None:
            raise CommandError(f"There is no producer {options['producer']}.")
        try:
            written = correct(
                key=options["key"],
                debit=Account(options["debit"]),
                credit=Account(options["credit"]),
                amount=options["amount"],
                reason=options["reason"],
                producer=producer,
                at=days.now().at,
                by=by,
            )
        except KeyTaken:
            raise CommandError(f"{options['key']} is booked already with other entries. Nothing was changed.") from None
        except DomainError as refusal:
            raise CommandError(refusal.detail) from None
        self.stdout.write(f"{written.key}: {options['amount']:,} đ, {written.note}")


def _key(text: str) -> str:
    if not 1 <= len(text.strip()) <= 60 or not text.isprintable():
        raise ArgumentTypeError("a key has 1 to 60 characters")
    return text.strip()
