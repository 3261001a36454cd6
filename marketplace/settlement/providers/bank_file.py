"""The file of transfers that an operator uploads at the bank: CSV, plain ASCII, one line for each payout."""

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from django.conf import settings

from catalog.search.folding import fold
from marketplace.settlement.banks import BANKS
from marketplace.settlement.models import Payout, PayoutRun, PayoutWay
from marketplace.settlement.private_files import write_private

from .ports import Handed, PayoutProvider

HEADINGS = ("STT", "SO TAI KHOAN", "TEN NGUOI THU HUONG", "MA NGAN HANG", "TEN NGAN HANG", "SO TIEN", "NOI DUNG")
_NOT_TAKEN = re.compile(r"[^A-Z0-9 ]+")
NAME_LENGTH, CONTENT_LENGTH = 70, 140


class BankFile(PayoutProvider):
    """Writes ``{PAYOUT_FOLDER}/payouts-{period}.csv``, readable by its owner only."""

    way = PayoutWay.BANK

    def hand_over(self, run: PayoutRun, payouts: Sequence[Payout]) -> Iterator[Handed]:
        if not payouts:
            return
        write_private(path_of(run), bank_file_of(payouts))
        for payout in payouts:
            yield Handed(payout.pk)


def path_of(run: PayoutRun) -> Path:
    return Path(settings.PAYOUT_FOLDER) / f"payouts-{run.period}.csv"


def bank_file_of(payouts: Sequence[Payout]) -> bytes:
    """The file of these payouts, with account loaded: the same payouts make the same file.

    Nothing but capital letters without accents, digits and spaces is written, so no spreadsheet finds a formula.
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for position, payout in enumerate(payouts, start=1):
        account = payout.account
        writer.writerow(
            (
                position,
                account.number,
                plain(account.holder)[:NAME_LENGTH],
                account.bank_bin,
                plain(BANKS.get(account.bank_bin, "")),
                payout.amount,
                f"{payout.code} THANH TOAN KY {plain(payout.run.period)}"[:CONTENT_LENGTH],
            )
        )
    return text.getvalue().encode("ascii")


def plain(text: str) -> str:
    """Capital letters without accents, digits and single spaces: ``Hợp tác xã Đạ`` → ``HOP TAC XA DA``."""
    return " ".join(_NOT_TAKEN.sub(" ", fold(text).upper()).split())
