import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from catalog.importing.faults import Fault, ImportRefused
from catalog.importing.importer import import_products
from catalog.importing.rows import COLUMNS
from ocop_badges import days

T = TypeVar("T")
MAX_BYTES = 100 * 1024 * 1024

HELP = f"""\
Take a CSV file of products and certificates into the catalogue: all of it, or nothing if anything is wrong with it.

Columns, in any order: {", ".join(COLUMNS)}.
A date is empty, YYYY or YYYY-MM-DD. Only a row with the evidence "decision", a decision number and an exact day makes
a certificate; every other row is listed without stars, and what it claims is kept as a note that is never shown.
Where a decision row has no valid_until, the certificate ends 36 months after its issue, as the law says.
A product is known by its name, producer and province, whatever the case and accents, so a file may be taken again:
what is the same stays, what differs is updated, an empty cell changes nothing.

Prints for every row what it became and why it shows no stars. Errors read FILE:LINE:COLUMN: message, LINE being the
line in the file and COLUMN the column's name (a number, where it has none); then the command ends with 1.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", help="the file, in UTF-8")
        parser.add_argument("--dry-run", action="store_true", help="do everything, report it, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        name: str = options["file"]
        now = days.now()
        try:
            report = import_products(
                content=_read(name), at=now.at, day=now.day, dry_run=options["dry_run"], track=self._track
            )
        except ImportRefused as refusal:
            for fault in refusal.faults:
                self.stderr.write(fault.at(name))
            count = len(refusal.faults)
            raise CommandError(f"{count} error{'s' if count > 1 else ''}; nothing was written.") from None
        for line in report.lines(name):
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")

    def _track(self, things: Sequence[T], what: str) -> Iterable[T]:
        """A progress bar on stderr, where somebody watches it."""
        return tqdm(things, desc=what, file=sys.stderr, disable=None, leave=False)


def _read(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ImportRefused([Fault(1, "1", "there is no such file")]) from None
    except IsADirectoryError:
        raise ImportRefused([Fault(1, "1", "this is a directory")]) from None
    except (OSError, ValueError) as error:
        raise ImportRefused([Fault(1, "1", f"this file cannot be read: {error}")]) from None
    if len(content) > MAX_BYTES:
        raise ImportRefused([Fault(1, "1", f"the file is larger than {MAX_BYTES // 1024**2} MB")])
    return content
