"""``manage.py generate_catalog``"""

from datetime import date
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from catalog.generation.generate import generate_catalog
from ocop_badges import days
from ocop_badges.errors import DomainError


class Command(BaseCommand):
    help = (
        "Fill an empty database with a made-up catalogue in the proportions of the OCOP programme (126 five-star "
        "products and 9,084 producers for 17,400 products): for benchmarks and load tests. The same --products, "
        "--seed and --on always make the same catalogue. Producers, products, decisions and numbers are invented. "
        "Refused where the database has products or producers; all or nothing. "
        "Example: DATABASE_URL=sqlite:///var/load.sqlite3 manage.py generate_catalog --products 17400 --seed 1 "
        "--on 2026-11-22"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--products", type=_count, default=17_400, metavar="N", help="how many products (default: %(default)s)"
        )
        parser.add_argument("--seed", type=int, default=1, metavar="N", help="which catalogue (default: %(default)s)")
        parser.add_argument(
            "--on",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the day certificates, stock and seasons are arranged around (default: today in Asia/Ho_Chi_Minh)",
        )
        parser.add_argument(
            "--pictures",
            "--images",
            action="store_true",
            help="draw three pictures for every product set, shared by its products (files go to MEDIA_ROOT)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        on: date = options["on"] or days.now().day
        started = perf_counter()
        quiet = options["verbosity"] == 0
        try:
            with tqdm(total=options["products"], unit=" products", disable=quiet, file=self.stderr) as bar:
                made = generate_catalog(
                    products=options["products"],
                    seed=options["seed"],
                    on=on,
                    pictures=options["pictures"],
                    progress=bar.update,
                )
        except DomainError as error:
            raise CommandError(str(error)) from None
        if not quiet:
            self.stdout.write(
                f"Made {made.products} products of {made.producers} producers as of {on} "
                f"(seed {options['seed']}) in {perf_counter() - started:.0f} s."
            )


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError("at least one product")
    return count
