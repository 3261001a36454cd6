"""``manage.py relay_outbox``"""

import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from catalog.search.elastic.client import is_configured
from catalog.search.outbox import CLAIM, LeftBehind, backlog, left_behind, revive_dead
from catalog.search.relay import relay_changes
from catalog.search.worker import keep_relaying
from ocop_badges import days
from ocop_badges.background import heartbeat, until_told_to_end

HELP = """\
Tell the search index of every change of the catalogue that it has not heard of.

Each change of a product is written to the outbox in its own transaction; this takes them from there to Elasticsearch.
Any number of these may run at once, and one that is killed loses nothing: what it held is sent again a minute later.

Without options it works off all that is due and ends: with 0 only where nothing is left behind, so neither refused nor
given up nor resting until its next attempt, nor held by another relay. With --forever it is the background worker:
it looks every second, waits with growing pauses of at most 30 seconds while Elasticsearch, its index or the database
is away, and ends after its batch on SIGTERM or SIGINT.

A change that the index refuses rests 2, 4, 8 … seconds, at most 5 minutes, and is given up after 10 attempts.
"""
SHOWN = 10  # refusals printed


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--forever", action="store_true", help="go on until SIGTERM or SIGINT")
        parser.add_argument("--retry-dead", action="store_true", help="first revive the changes that were given up")
        parser.add_argument(
            "--heartbeat",
            type=Path,
            metavar="FILE",
            help="touch this file before and after every batch, at least every 60 seconds while all is well",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_configured():
            self.stdout.write("ELASTICSEARCH_URL is not set: there is no index to tell.")
            return
        beat = heartbeat(options["heartbeat"])
        if options["retry_dead"]:
            self.stdout.write(f"{revive_dead()} given up changes are tried again.")
        if options["forever"]:
            with until_told_to_end() as goes_on:
                keep_relaying(now=lambda: days.now().at, goes_on=goes_on, beat=beat)
        else:
            self._work_off(beat)

    def _work_off(self, beat: Callable[[], None]) -> None:
        done, refused, pending = 0, dict[int, str](), backlog().pending
        with tqdm(
            total=pending, unit=" changes", file=sys.stderr, disable=None if pending > CLAIM else True, leave=False
        ) as bar:
            while True:
                beat()
                relayed = relay_changes(at=days.now().at)
                if relayed.away:
                    raise CommandError(f"The changes wait: {relayed.away}")
                if not relayed.done:
                    break
                done += relayed.done - len(relayed.refused)
                refused.update(relayed.refused)
                bar.update(relayed.done)
        self.stdout.write(f"The index was told of {done} changes.")
        for product_id, reason in list(refused.items())[:SHOWN]:
            self.stderr.write(f"product {product_id}: {reason}")
        if problem := _problem(left_behind(at=days.now().at)):
            raise CommandError(f"Left behind: {problem}.")


def _problem(left: LeftBehind) -> str:
    counts = {
        "resting until their next attempt": left.resting,
        "held by another relay": left.leased,
        "given up (--retry-dead revives them)": left.dead,
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)
