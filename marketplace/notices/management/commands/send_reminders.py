"""``manage.py send_reminders``"""

import sys
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from marketplace.notices.channels import Carrier, carriers
from marketplace.notices.models import Message, MessageState
from marketplace.notices.outbox import (
    LeftBehind,
    count_waiting,
    drop_stale,
    free_messages_of_the_dead,
    left_behind,
    revive_dead,
)
from marketplace.notices.planning import plan_messages, preview_messages
from marketplace.notices.readdressing import preview_readdressing, readdress_messages
from marketplace.notices.sending import send_due
from ocop_badges import days
from ocop_badges.reminders.finding import BATCH, count_followed
from ocop_badges.rules import FAR_FUTURE

HELP = """\
Remind producers of the end of their certificates: 365, 270, 200, 180, 150, 130, 121, 30, 7 and 1 days before the last
day with stars, on it, and 1 and 30 days after.

Each step of a certificate is taken once, whatever happens: run this as often as you like, an hour apart is good. A run
that is late tells only the last step that is due and notes those it overtook. Certificates that are revoked, or have a
successor on record already, are left alone. Several certificates of one producer go into one message.

First everything due is recorded together with its messages, then what waits is sent: e-mail by EMAIL_URL, text messages
by NOTICES_GATEWAY_URL. What fails is tried again by later runs, after 1, 2, 4 … minutes, at most 6 hours, and given up
after 10 attempts. Messages go to the active members of a producer, else to its own e-mail and phone. A producer whom
nobody can reach is named, and stands among the messages in /django-admin/; the first run after it has got an address
tells it what still holds. The portal shows every reminder in any case.

It ends with 0 only where every producer with something to be told has an address, and no message is left: neither
resting until its next attempt, nor held by another run, nor given up. What a killed run held is sent by the next one on
the same machine at once, on another machine after 5 minutes.
"""
FIRST_DAY = date(2019, 1, 1)  # no certificate of the programme is older
SHOWN = 20  # producers that nobody can reach


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=_day, metavar="DAY", help="as if today were this day (YYYY-MM-DD)")
        parser.add_argument("--dry-run", action="store_true", help="print who would get what, and write nothing")
        parser.add_argument("--retry-dead", action="store_true", help="first revive the messages that were given up")

    def handle(self, *args: Any, **options: Any) -> None:
        now = days.now()
        day = options["on"] or now.day
        try:
            chosen = carriers()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        quiet = options["verbosity"] == 0
        if options["dry_run"]:
            self._preview(day, chosen)
            return
        if options["retry_dead"]:
            self.stdout.write(f"{revive_dead()} given up messages are tried again.")
        if stale := drop_stale(day=day, at=now.at):
            self.stdout.write(f"{stale} messages waited until they had nothing to say any more, and are left out.")
        free_messages_of_the_dead()
        problems = [*self._plan(day, chosen, quiet), *self._send(chosen, quiet)]
        if left := _told(left_behind(at=days.now().at)):
            problems.append(f"left behind: {left}")
        if problems:
            raise CommandError("\n".join(problems))

    def _preview(self, day: date, chosen: Sequence[Carrier]) -> None:
        channels = [carrier.channel for carrier in chosen]
        reminders = messages = 0
        for readdressed in preview_readdressing(day=day, at=days.now().at, channels=channels):
            messages += len(readdressed.messages)
            for message in [*readdressed.messages, *readdressed.unreachable]:
                self.stdout.write(_line(message))
        for planned in preview_messages(day=day, at=days.now().at, channels=channels):
            reminders += len(planned.reminders)
            messages += len(planned.messages)
            for message in planned.messages:
                self.stdout.write(_line(message))
        self.stdout.write(
            f"On {day} {reminders} reminders would be recorded, with {messages} messages; "
            f"{count_waiting()} wait from before. Nothing was written."
        )

    def _plan(self, day: date, chosen: Sequence[Carrier], quiet: bool) -> list[str]:
        """Address anew what nobody could be sent, and record what is due; returns what is not well."""
        channels = [carrier.channel for carrier in chosen]
        reminders = messages = readdressed = 0
        nobody: set[int] = set()
        for batch in readdress_messages(day=day, at=days.now().at, channels=channels):
            readdressed += len(batch.messages)
            for message in batch.unreachable:
                self._name(message, nobody)
        if readdressed:
            self.stdout.write(f"{readdressed} messages go to producers who had no address before.")
        total = count_followed(day)
        with _bar("finding", " products", total, quiet or total <= BATCH) as bar:
            for planned in plan_messages(day=day, at=days.now().at, channels=channels):
                reminders += len(planned.reminders)
                for message in planned.messages:
                    if message.state == MessageState.UNREACHABLE:
                        self._name(message, nobody)
                    else:
                        messages += 1
                bar.update(planned.looked_at)
        self.stdout.write(f"{day}: {reminders} reminders are new, with {messages} messages.")
        return [f"{len(nobody)} producers have no address that could be used"] if nobody else []

    def _name(self, message: Message, nobody: set[int]) -> None:
        """Add a message's producer to those without an address; the first few are printed."""
        producer_id = cast("int", message.producer_id)
        if producer_id not in nobody and len(nobody) < SHOWN:
            self.stderr.write(_line(message))
        nobody.add(producer_id)

    def _send(self, chosen: Sequence[Carrier], quiet: bool) -> list[str]:
        """Send what waits; returns what is not well."""
        problems = []
        total = count_waiting()
        with _bar("sending", " messages", total, quiet or total <= BATCH) as bar:
            for carrier in chosen:
                tally = send_due(carrier, now=lambda: days.now().at, done=bar.update)
                self.stdout.write(f"{carrier.channel.value}: {tally.sent} sent.")
                if tally.failed or tally.given_up:
                    problems.append(
                        f"{carrier.channel.value}: {tally.failed} failed and are tried again, {tally.given_up} given up"
                    )
                if tally.away:
                    problems.append(f"{carrier.channel.value}: {tally.away}")
        return problems


def _line(message: Message) -> str:
    first = message.subject or message.body
    where = f"{message.channel} {message.address} ({message.language})" if message.address else "NO ADDRESS"
    return f"{where}: {message.producer_id}: {first}"


def _told(left: LeftBehind) -> str:
    counts = {
        "resting until their next attempt": left.resting,
        "held by another run": left.leased,
        "given up (--retry-dead revives them)": left.dead,
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


def _bar(what: str, unit: str, total: int, is_short: bool) -> "tqdm[Any]":
    """A progress bar on stderr, where it takes long and somebody watches it."""
    return tqdm(desc=what, unit=unit, total=total, file=sys.stderr, disable=True if is_short else None, leave=False)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day written YYYY-MM-DD") from None
    if not FIRST_DAY <= day < FAR_FUTURE:
        raise ArgumentTypeError(f"{day} is not between {FIRST_DAY} and {FAR_FUTURE}")
    return day
