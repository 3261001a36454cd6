import sys
from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ocop_badges.claims import stored_claims


class Command(BaseCommand):
    help = (
        "List every claim of stars typed into a stored text (“OCOP 4 sao”): such words go on claiming after the\n"
        "certificate ended. Replace them by the token [[ocop:product id]], or leave them out.\n"
        "Exits 0 only where there is none."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        count, last_source = 0, None
        for source, where, claim in stored_claims():
            if source != last_source:
                self.stdout.write(self.style.MIGRATE_HEADING(source))
                last_source = source
            self.stdout.write(f"  {where}: “{claim.text.strip()}”")
            count += 1
        if count:
            self.stdout.write(self.style.ERROR(f"{count} typed claims."))
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS("No typed claims."))
