from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from catalog.places.loading import Loaded, latest_list, lists_to_load, load_communes
from catalog.places.reading import day_of_file, read_communes
from ocop_badges.errors import DomainError

SHOWN = 50  # changes that a dry run tells one by one


class Command(BaseCommand):
    help = (
        "Put the communes, wards and special zones of a day on record: what the addresses of orders can name.\n\n"
        "FILE is CSV in UTF-8 with the columns province,code,kind,name; the kind is ward, commune or special-zone,\n"
        "the name stands without it. The file's name ends in the first day of the list: communes-2025-07-01.csv.\n"
        "Without FILE the lists that come with the shop are loaded: the 3,321 units since 1 July 2025 (Decision\n"
        "19/2025/QĐ-TTg), and what has become of them by 20 September 2026. A list is whole: units that it lacks end\n"
        "the day before. A unit is known by its code, else by its name in the province, and keeps its products. All\n"
        "lines are taken or, where one is wrong, none. Loading a list again changes nothing, nor does loading the\n"
        "shop's own after a later one. --dry-run tells each change."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="the CSV file")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        paths: list[Path] = [options["file"]] if options["file"] else lists_to_load()
        if not paths:
            self.stdout.write(f"The list from {latest_list():%d/%m/%Y} is on record: nothing to do.")
        with transaction.atomic():
            for path in paths:
                self._load(path, dry_run=options["dry_run"], tells=options["verbosity"] > 0)
            transaction.set_rollback(options["dry_run"])

    def _load(self, path: Path, *, dry_run: bool, tells: bool) -> None:
        try:
            since = day_of_file(path)
            with path.open(encoding="utf-8-sig", newline="") as file:
                lines = read_communes(file)
            loaded = load_communes(lines=lines, since=since)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        except DomainError as error:
            raise CommandError(error.detail) from error
        if tells:
            provinces = len({line.province.pk for line in lines})
            self._tell(
                loaded, f"{len(lines):,} communes of {provinces} provinces from {since:%d/%m/%Y}", dry_run=dry_run
            )

    def _tell(self, loaded: Loaded, read: str, *, dry_run: bool) -> None:
        told = (
            f"{read}: {loaded.new:,} new, {loaded.recognised:,} known from products, {loaded.changed:,} changed, "
            f"{loaded.ended:,} ended, {loaded.same:,} as before."
        )
        if not dry_run:
            self.stdout.write(self.style.SUCCESS(told))
            return
        for change in loaded.told[:SHOWN]:
            self.stdout.write(f"  {change}")
        if (more := len(loaded.told) - SHOWN) > 0:
            self.stdout.write(f"  … and {more:,} more")
        self.stdout.write(f"Nothing written. {told}")
