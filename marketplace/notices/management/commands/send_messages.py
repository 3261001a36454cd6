"""``manage.py send_messages``"""

from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.notices.channels import carriers
from marketplace.notices.outbox import left_behind
from marketplace.notices.worker import keep_sending, send_round
from ocop_badges import days
from ocop_badges.background import heartbeat, until_told_to_end

HELP = """\
Send what waits: letters to shoppers about their orders, and reminders that send_reminders wrote.

Each message is written in the transaction of what it tells; this takes it from there to the mail server (EMAIL_URL)
or the gateway (NOTICES_GATEWAY_URL). Any number of these may run at once. What fails is tried again after 1, 2, 4 …
minutes, at most 6 hours, and given up after 10 attempts: send_reminders --retry-dead, or "Try again" in /django-admin/
→ messages, revives it.

Without options it sends all that is due and ends: with 0 only where nothing is left behind. With --forever it is the
background worker: it looks every 3 seconds and ends after its round on SIGTERM or SIGINT. Without it shoppers get
their letters with the next run of send_reminders, which is too late for one that asks for a transfer within 15
minutes.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--forever", action="store_true", help="go on until SIGTERM or SIGINT")
        parser.add_argument(
            "--heartbeat",
            type=Path,
            metavar="FILE",
            help="touch this file in every round and after every message, at least every 60 seconds while all is well",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            chosen = carriers()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        beat = heartbeat(options["heartbeat"])
        if options["forever"]:
            with until_told_to_end() as goes_on:
                keep_sending(chosen=chosen, now=lambda: days.now().at, goes_on=goes_on, beat=beat)
            return
        for channel, tally in send_round(chosen, now=lambda: days.now().at, beat=beat).items():
            self.stdout.write(f"{channel}: {tally.sent} sent, {tally.failed} failed, {tally.given_up} given up.")
            if tally.away:
                self.stderr.write(f"{channel} is away: {tally.away}")
        left = left_behind(at=days.now().at)
        if left.resting or left.leased or left.dead:
            raise CommandError(
                f"Left behind: {left.resting} resting until their next attempt, {left.leased} held by another run, "
                f"{left.dead} given up."
            )
