"""What the commands about the search index share: progress bars, and every failure as a message."""

import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from elasticsearch import Elasticsearch
from tqdm import tqdm

from catalog.models import Product
from catalog.search.elastic.client import IndexAway, client, is_configured
from catalog.search.progress import Progress
from catalog.search.rebuilding import NotSwapped
from catalog.search.verifying import SHOWN, Comparison
from ocop_badges.errors import DomainError

INTERRUPTED = 130  # the exit status of a program that Ctrl-C ended


class IndexCommand(BaseCommand):
    """``if_it_fails`` is added to what is said when Elasticsearch or the database is away, or on Ctrl-C."""

    if_it_fails = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    @contextmanager
    def told(self) -> Iterator[Elasticsearch]:
        """The connection. Every failure in the block ends the command with a message and a status that is not 0."""
        if not is_configured():
            raise CommandError("ELASTICSEARCH_URL is not set: this shop has no search index.")
        try:
            yield client()
        except NotSwapped as refusal:
            if refusal.comparison is not None:
                self.show(refusal.comparison)
            raise CommandError(f"{refusal} {self.if_it_fails}".strip()) from None
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        except IndexAway as error:
            raise CommandError(f"{error} {self.if_it_fails}".strip()) from None
        except DatabaseError as error:
            raise CommandError(f"The database failed: {str(error).strip()} {self.if_it_fails}".strip()) from None
        except KeyboardInterrupt:
            self.stderr.write(f"Interrupted. {self.if_it_fails}".strip())
            sys.exit(INTERRUPTED)

    @contextmanager
    def bars(self, verbosity: int) -> Iterator[Progress]:
        """A progress bar for each step, on stderr, where somebody watches it."""
        bar: tqdm[Any] | None = None

        def progress(what: str, total: int) -> Callable[[int], object]:
            nonlocal bar
            if bar is not None:
                bar.close()
            bar = tqdm(
                desc=what, total=total, unit=" products", file=sys.stderr, disable=True if verbosity == 0 else None
            )
            return bar.update

        try:
            yield progress
        finally:
            if bar is not None:
                bar.close()

    def show(self, comparison: Comparison) -> None:
        """What was compared, and the first differences that are left, by the products' slugs."""
        slugs = dict(
            Product.objects.filter(pk__in=[difference.product_id for difference in comparison.first]).values_list(
                "pk", "slug"
            )
        )
        for difference in comparison.first:
            slug = slugs.get(difference.product_id, "a product that is gone")
            detail = f" ({difference.detail})" if difference.detail else ""
            self.stdout.write(f"{difference.kind}: {slug}, id {difference.product_id}{detail}")
        if comparison.differences > SHOWN:
            self.stdout.write(f"… and {comparison.differences - SHOWN} more")
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(comparison.counts.items()))
        self.stdout.write(
            f"{comparison.products} products compared: {counts or 'no difference'}; "
            f"{comparison.repaired} repaired, {comparison.pending} waiting in the outbox."
        )
