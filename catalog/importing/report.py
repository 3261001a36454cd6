"""What an import did, told for every row."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from .rows import Row


@dataclass(slots=True)
class Outcome:
    """What one row became. ``stars`` says what its product shows on the day of the import, and why."""

    row: Row
    product: str  # created, updated, unchanged
    changed: list[str] = field(default_factory=list)
    certificate: str = ""  # issued, known, none
    stars: str = ""
    shows_stars: bool = False
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def text(self, file_name: str) -> str:
        """One line: ``FILE:LINE: created “Mắm nêm Seagull” (…): certificate … issued, 3 stars until 2029-08-05``."""
        row = self.row
        what = f"updated ({', '.join(self.changed)})" if self.changed else self.product
        line = f"{file_name}:{row.line}: {what} “{row.name}” ({row.producer}, {row.province}): {self.stars}"
        return "; ".join([line, *self.notes])


@dataclass(slots=True)
class Report:
    outcomes: list[Outcome]

    def lines(self, file_name: str) -> Iterator[str]:
        for outcome in self.outcomes:
            yield outcome.text(file_name)
            for warning in outcome.warnings:
                yield f"{file_name}:{outcome.row.line}: warning: {warning}"
        yield self.summary()

    def summary(self) -> str:
        products = Counter(outcome.product for outcome in self.outcomes)
        certificates = Counter(outcome.certificate for outcome in self.outcomes)
        with_stars = sum(outcome.shows_stars for outcome in self.outcomes)
        told = [f"{products[kind]} {kind}" for kind in ("created", "updated", "unchanged") if products[kind]]
        return (
            f"{len(self.outcomes)} rows: {', '.join(told)}; {certificates['issued']} certificates issued, "
            f"{certificates['known']} known before; {with_stars} with stars, {len(self.outcomes) - with_stars} without."
        )
