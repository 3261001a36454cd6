"""``manage.py search_rebuild``"""

from time import perf_counter
from typing import Any

from django.core.management.base import CommandError

from catalog.management.index_command import IndexCommand
from catalog.search.rebuilding import rebuild

HELP = """\
Build the search index of the listings anew from the database, and swap it in when it is whole.

Needed before the first search, after a deploy that changed the mapping, and after the database was restored from a
backup. Searches are answered by the live index until the new one holds all that the database says; then one call
swaps them. Changes made meanwhile are in the new index too. The index before is kept for search_rollback, older ones
are removed.

However it is interrupted, the live index is untouched; run it again, which removes what was left. Only one of
search_rebuild, search_rollback and search_verify --repair runs at a time.
"""


class Command(IndexCommand):
    help = HELP
    if_it_fails = "The index that was live is whole and goes on. Run search_rebuild again."

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        with self.told() as search, self.bars(options["verbosity"]) as progress:
            done = rebuild(client=search, progress=progress)
        seconds = perf_counter() - started
        self.show(done.comparison)
        self.stdout.write(
            f"{done.live} is live after {seconds:.0f} s ({done.comparison.products / seconds:,.0f} products/s); "
            + (f"{done.before} is kept for search_rollback." if done.before else "there was none before.")
        )
        if done.unfinished:
            raise CommandError(
                f"The new index is live, but what is left to do failed: {done.unfinished} "
                "The relay sends what is pending; the next search_rebuild removes old indices."
            )
