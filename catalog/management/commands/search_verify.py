"""``manage.py search_verify``"""

import sys
from contextlib import nullcontext
from typing import Any

from django.core.management.base import CommandError, CommandParser

from catalog.management.index_command import IndexCommand
from catalog.search.catching_up import catch_up
from catalog.search.elastic.indices import live_index, state_of_index
from catalog.search.one_at_a_time import one_at_a_time
from catalog.search.verifying import compare

HELP = """\
Compare the search index with the database, document by document.

Prints the first 20 differences by the product's slug, and how many of each kind there are: missing, too many, old
version, newer version (the database was restored from a backup), other content, not recorded (the outbox has never
heard of the listing). A change that waits in the outbox is no difference, one that was given up is. Ends with 0 only
where no difference is left.

With --repair it writes what differs, and what waits in the outbox, and compares again. What it cannot mend,
search_rebuild can.
"""
_NO_INDEX = {
    "ok": "The search index was just made or swapped.",
    "missing": "There is no search index.",
    "other mapping": "The search index was built for another mapping.",
}


class Command(IndexCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="write what differs, and what waits in the outbox")

    def handle(self, *args: Any, **options: Any) -> None:
        repair: bool = options["repair"]
        with (
            self.told() as search,
            self.bars(options["verbosity"]) as progress,
            one_at_a_time() if repair else nullcontext(),
        ):
            index = live_index(search)
            if index is None:
                raise CommandError(f"{_NO_INDEX[state_of_index(search)]} Run search_rebuild.")
            comparison = compare(client=search, index=index, repair=repair, progress=progress)
            if repair:
                catch_up(client=search, index=index)
        self.stdout.write(f"The live index is {index}.")
        self.show(comparison)
        if comparison.differences:
            hint = "Run search_rebuild." if repair else "search_verify --repair mends them."
            self.stderr.write(f"{comparison.differences} differences are left. {hint}")
            sys.exit(1)
