"""``manage.py reconcile_payments``"""

import sys
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from catalog.search.one_at_a_time import AnotherIsAtIt, Work, one_at_a_time
from marketplace.payments.reconciling import Reconciled, reconcile
from marketplace.payments.stripe_objects import Fact
from ocop_badges import days

HELP = """\
Find what messages about payments lost, and pay back what is due. Run it every hour.

Stripe is asked for the payments, pages and refunds begun since a day (by default of the last seven days) and for the
disputes of the last four months; what no message told is recorded, and confirms its order as a message would have.
Then what came in for orders that were cancelled, or were paid only in part and given up, becomes due back, and every
refund by card that is due is sent. It expires no order: an unpaid one is no longer held once its time is over.

Told, and left to a person: disputes that wait for an answer, refunds that could not be paid back, bank transfers that
name no order, orders of which only a part was paid in time, cash that was collected on delivery and not handed over in
time; refunds to be transferred by hand, and what became due back and had been taken back before, which is not sent.

It ends with 0 only where Stripe answered everything and nothing of the first five waits for a person. Only one runs
at a time.
"""
SINCE = timedelta(days=7)
SHOWN = 50
RECONCILING = Work(0x_0C0B_CA5B, "reconcile", "Another process is reconciling the payments of this shop.")


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=_day, metavar="DAY", help="ask for what was begun from this day on")
        parser.add_argument("--dry-run", action="store_true", help="ask, tell what would be done, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        at = days.now().at
        since: datetime = options["since"] or at - SINCE
        if since > at:
            raise CommandError("--since is a day that has begun.")
        try:
            with one_at_a_time(RECONCILING):
                run = reconcile(since=since, at=at, dry_run=options["dry_run"], watch=_watch)
        except AnotherIsAtIt as error:
            raise CommandError(str(error)) from None
        self._tell(run, dry_run=options["dry_run"])
        if run.problems:
            sys.exit(1)

    def _tell(self, run: Reconciled, *, dry_run: bool) -> None:
        would = "would be " if dry_run else ""
        news = ", ".join(f"{count} {name}" for name, count in sorted(run.news.items())) or "nothing"
        self.stdout.write(f"Stripe told of {run.asked}; {would}recorded: {news}.")
        self.stdout.write(f"Due back for {run.owed} orders; refunds {would}planned: {run.planned}, sent: {run.sent}.")
        for notes, write in ((run.notes, self.stdout.write), (run.problems, self.stderr.write)):
            for note in notes[:SHOWN]:
                write(note)
            if len(notes) > SHOWN:
                write(f"… and {len(notes) - SHOWN} more.")


def _watch(facts: Iterable[Fact]) -> Iterable[Fact]:
    return tqdm(facts, unit=" objects", file=sys.stderr, disable=None, leave=False)


def _day(text: str) -> datetime:
    try:
        return days.start_of(date.fromisoformat(text))
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day such as 2026-11-22.") from None
