"""``manage.py forget_contacts``"""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ocop_badges import days
from ocop_badges.inspections.limits import forget_senders
from ocop_badges.inspections.rules import KEEP_CONTACTS
from ocop_badges.inspections.services import forget_contacts


class Command(BaseCommand):
    help = (
        "Erase how to reach the senders of shoppers' reports that were closed long enough ago, and the counts by which "
        "senders were limited. To be run daily; runs that were missed are caught up. Ends with 0 when it is done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days",
            type=_days,
            default=KEEP_CONTACTS.days,
            help="days a contact is kept after its report was closed (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = days.now().at
        erased = forget_contacts(before=at - timedelta(days=options["days"]), at=at)
        senders = forget_senders(at=at)
        self.stdout.write(self.style.SUCCESS(f"{erased} contacts erased, {senders} counts of senders deleted."))


def _days(text: str) -> int:
    count = int(text)
    if not 0 <= count <= 3650:
        raise ValueError(text)
    return count
