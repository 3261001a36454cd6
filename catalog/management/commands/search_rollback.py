"""``manage.py search_rollback``"""

from typing import Any

from django.core.management.base import CommandError

from catalog.management.index_command import IndexCommand
from catalog.search.rebuilding import roll_back

HELP = """\
Make the search index that was live before the last search_rebuild the live one again.

It is brought up to what the database says first, so no change is lost. The index that was live until now is kept, and
a second search_rollback goes back to it. Refused where there is no previous index, or only one of another mapping.
However it is interrupted, the live index is untouched.
"""


class Command(IndexCommand):
    help = HELP
    if_it_fails = "The index that was live is whole and goes on."

    def handle(self, *args: Any, **options: Any) -> None:
        with self.told() as search, self.bars(options["verbosity"]) as progress:
            done = roll_back(client=search, progress=progress)
        self.show(done.comparison)
        self.stdout.write(f"{done.live} is live again; {done.before or 'no index'} was live until now and is kept.")
        if done.unfinished:
            raise CommandError(
                f"The index is live, but what is left to do failed: {done.unfinished} The relay sends what is pending."
            )
