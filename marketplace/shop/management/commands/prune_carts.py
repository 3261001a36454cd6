"""``manage.py prune_carts``"""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from marketplace.notices.outbox import forget_letters
from marketplace.notices.rules import KEEP_LETTERS
from marketplace.orders.rules import KEEP_ATTEMPTS, KEEP_ENDED_HOLDS, KEEP_GUEST_CARTS
from marketplace.orders.services.pruning import prune
from marketplace.shop.gift_lists import prune_gift_lists
from marketplace.shop.rules import KEEP_GIFT_LISTS
from ocop_badges import days


class Command(BaseCommand):
    help = (
        f"Delete what nobody needs any more: checkout attempts after {KEEP_ATTEMPTS.days} days, carts that guests "
        f"left, and the holds of orders that nobody paid, {KEEP_ENDED_HOLDS.days} days after they ended (one that has "
        "ended keeps no goods, whether it is deleted or not). No order is deleted, nor a cart that became one, nor a "
        f"signed-in person's. Lists of recipients that nobody ordered for are deleted after {KEEP_GIFT_LISTS.days} "
        f"days, and the texts of letters to shoppers cleared {KEEP_LETTERS.days} days after they had nothing to say "
        "any more. To be run daily; a run that was missed is caught up, one that is broken off goes on with "
        "the next. Ends with 0 when it is done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days",
            type=_days,
            default=KEEP_GUEST_CARTS.days,
            help="days a guest's cart is kept after it was last touched (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = days.now()
        with tqdm(desc="deleting", unit=" rows", disable=None, leave=False) as bar:
            pruned = prune(at=now.at, guest_carts=timedelta(days=options["days"]), watch=bar.update)
        lists, letters = prune_gift_lists(at=now.at), forget_letters(day=now.day)
        self.stdout.write(
            self.style.SUCCESS(
                f"Deleted: {pruned.attempts} checkout attempts, {pruned.carts} carts, {pruned.holds} ended holds, "
                f"{lists} lists of recipients; cleared: {letters} letters."
            )
        )


def _days(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 3650:
        raise ValueError(text)
    return count
