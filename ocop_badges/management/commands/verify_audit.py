"""``manage.py verify_audit``"""

import sys
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from ocop_badges.trail_audit import Anchor, BadAnchors, find_flaws, products_with_trails, read_anchors, write_anchors

HELP = """\
Check the audit trail of every product: that no entry was changed, taken out or put in between, that each chain ends
where its end is kept, and that each certificate stands as the trail tells it.

Who can write to the whole database could write a chain anew so that it fits in itself. Therefore keep anchors outside
of it: --write FILE writes where each chain ends now (CSV: product, length, hash); --expect FILE reads such a file and
tells every chain that no longer holds what it held then. Both may name the same file: it is renewed only where
nothing is wrong. Exits 0 only where nothing is.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--expect", type=Path, metavar="FILE", help="anchors that the chains must still hold")
        parser.add_argument("--write", type=Path, metavar="FILE", help="where to write the anchors of today")

    def handle(self, *args: Any, **options: Any) -> None:
        expected: dict[int, Anchor] = {}
        if options["expect"]:
            try:
                expected = read_anchors(options["expect"])
            except BadAnchors as error:
                raise CommandError(str(error)) from None
        product_ids = products_with_trails()
        flaws = 0
        with tqdm(total=len(product_ids), unit="product", disable=None) as bar:
            for flaw in find_flaws(product_ids, expected=expected, progress=bar.update):
                where = f"entry {flaw.number}" if flaw.number else "the trail"
                self.stdout.write(self.style.ERROR(f"product {flaw.product_id}: {where} {flaw.detail}"))
                flaws += 1
        if flaws:
            self.stdout.write(self.style.ERROR(f"{flaws} flaws in the trails of {len(product_ids)} products."))
            sys.exit(1)
        if options["write"]:
            try:
                count = write_anchors(options["write"])
            except OSError as error:
                raise CommandError(f"{options['write']}: {error}") from None
            self.stdout.write(f"{count} anchors written to {options['write']}.")
        self.stdout.write(self.style.SUCCESS(f"The trails of {len(product_ids)} products are sound."))
