"""``manage.py run_payouts``"""

import sys
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from catalog.models import Producer
from marketplace.settlement.models import Payout, PayoutRun, PayoutState, PayoutWay
from marketplace.settlement.payouts import Due, Plan, open_run, pay_out, plan_run
from marketplace.settlement.periods import Period, month_before, parse_period
from marketplace.settlement.providers import hand_over, providers
from marketplace.settlement.providers.bank_file import path_of
from ocop_badges import days
from ocop_badges.errors import DomainError

HELP = """\
Pay the producers what they earned in a period that is over: a month (2026-11), a week (2026-W47) or a year.

What was delivered before the end of the period counts, less what came back since and what was paid already. A producer
gets at most one payout of a period, however often this runs, and however many run at once; a run that was killed goes
on where it stopped. Less than PAYOUT_MINIMUM, and debts, are carried on to the next period.

The payouts are booked first, then handed over: the file for the bank is written to PAYOUT_FOLDER (upload it, then
confirm the payouts in /django-admin/; what is confirmed is in no file any more); payouts by Stripe are sent. Running it
again writes the same file, and sends what Stripe did not take.

It ends with 0 only where everybody who is owed enough is paid or stands in the file: a producer without an account is
named, and so is a transfer that failed.
"""
FINISHED = "This run was finished before: what has become payable since goes with the next period."
SHOWN = 20  # producers that cannot be paid


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--period", type=_period, metavar="PERIOD", help="2026-11, 2026-W47 or 2026 (default: the last month)"
        )
        parser.add_argument("--dry-run", action="store_true", help="print who would get what, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = days.now()
        period: Period = options["period"] or month_before(now.day)
        try:
            ways = providers()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        minimum = settings.PAYOUT_MINIMUM
        names = frozenset(str(provider.way) for provider in ways)
        plan = plan_run(period=period, minimum=minimum, ways=names)
        if options["dry_run"]:
            if PayoutRun.objects.filter(period=period.name, finished_at__isnull=False).exists():
                self.stdout.write(f"{FINISHED} Nothing was written.")
            else:
                self._tell_plan(period, plan)
            self._tell_unreachable(plan.without_account)
            if plan.without_account:
                sys.exit(1)
            return
        try:
            run = open_run(period=period, at=now.at)
        except DomainError as error:
            raise CommandError(str(error)) from None
        was_finished = run.finished_at is not None
        with tqdm(total=len(plan.payable), unit="payout", disable=None if len(plan.payable) > 50 else True) as bar:
            pay_out(run=run, period=period, at=now.at, minimum=minimum, ways=names, done=lambda due: bar.update())
        try:
            failures = [handed for handed in hand_over(run=run, to=ways, at=now.at) if handed.failure]
        except OSError as error:
            raise CommandError(f"The payouts are booked, the file is not written (run it again): {error}") from None
        paid = list(run.payouts.exclude(state=PayoutState.RETURNED).values_list("amount", flat=True))
        self.stdout.write(f"Payouts of {period}: {len(paid)}, {sum(paid):,} đ in all.")
        if was_finished:
            self.stdout.write(FINISHED)
        if Payout.objects.to_pay(run).filter(account__way=PayoutWay.BANK).exists():
            self.stdout.write(f"File for the bank: {path_of(run)}")
        self.stdout.write(f"Carried on: {len(plan.too_little)} producers below {minimum:,} đ.")
        for handed in failures:
            self.stderr.write(self.style.ERROR(f"Payout {handed.payout_id} was not taken: {handed.failure}"))
        self._tell_unreachable(plan.without_account)
        if failures or plan.without_account:
            sys.exit(1)

    def _tell_plan(self, period: Period, plan: Plan) -> None:
        names = _names([*plan.payable, *plan.too_little])
        for due in plan.payable:
            self.stdout.write(f"would pay {due.amount:>13,} đ  {names[due.producer_id]}")
        for due in plan.too_little:
            self.stdout.write(f"carries   {due.amount:>13,} đ  {names[due.producer_id]}")
        total = sum(due.amount for due in plan.payable)
        self.stdout.write(f"Payouts of {period}: {len(plan.payable)}, {total:,} đ in all. Nothing was written.")

    def _tell_unreachable(self, listed: Sequence[Due]) -> None:
        names = _names(listed[:SHOWN])
        for due in listed[:SHOWN]:
            self.stderr.write(self.style.ERROR(f"no account: {due.amount:,} đ of {names[due.producer_id]}"))
        if len(listed) > SHOWN:
            self.stderr.write(self.style.ERROR(f"… and {len(listed) - SHOWN} more producers without an account"))


def _names(listed: Sequence[Due]) -> dict[int, str]:
    return dict(Producer.objects.filter(pk__in=[due.producer_id for due in listed]).values_list("pk", "name"))


def _period(text: str) -> Period:
    try:
        return parse_period(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
