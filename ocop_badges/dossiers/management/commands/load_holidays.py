from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ocop_badges.dossiers.holiday_files import read_holidays
from ocop_badges.dossiers.services import record_holidays
from ocop_badges.errors import DomainError


class Command(BaseCommand):
    help = (
        "Put the public holidays of a year on record as they were announced, and state the deadlines of the\n"
        "certification files in progress anew.\n\n"
        "FILE is CSV in UTF-8 with the columns day,kind,name,name_en,source. A day (2027-02-05) is of the kind off,\n"
        "working (a Saturday or Sunday worked in exchange) or ordinary (takes the day off the record). A day already\n"
        "on record is overwritten. All lines are taken or, where one is wrong, none."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="the CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                lines = read_holidays(file)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        except DomainError as error:
            raise CommandError(error.detail) from error
        changed = record_holidays(lines=lines)
        self.stdout.write(self.style.SUCCESS(f"{len(lines)} days recorded, {changed} files with another deadline."))
