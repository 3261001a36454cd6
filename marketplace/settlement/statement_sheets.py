"""The statement of a producer as a PDF."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from catalog.wording import money, number
from marketplace.settlement.models import PayoutAccount
from marketplace.settlement.statements import Statement, cells, figures, headings
from ocop_badges.markup import written
from ocop_badges.typeset import typeset

_TEMPLATE = Path(__file__).with_name("statement.typ")
LONGEST = 160  # characters of one text


def statement_pdf(statement: Statement, *, account: PayoutAccount | None, day: date, lang: str) -> bytes:
    """The statement as it stands on ``day``, tagged for screen readers. ``lang`` is ``vi`` or ``en``.

    ``account`` is where the producer is paid to now; only its end is printed.
    """
    sheet = sheet_of(statement, account=account, day=day, lang=lang)
    return typeset(_TEMPLATE, json.dumps(sheet, ensure_ascii=False))


def sheet_of(statement: Statement, *, account: PayoutAccount | None, day: date, lang: str) -> dict[str, Any]:
    """Everything the PDF says."""
    producer, period, total = statement.producer, statement.period, statement.total
    with override(lang):
        facts = [
            (_("Producer"), producer.legal_name or producer.name),
            (_("Tax number"), producer.tax_number),
            (_("Period"), _("{first} to {last}").format(first=written(period.first), last=written(period.last))),
            (_("Paid to"), f"{account.holder}, {account}" if account is not None else ""),
        ]
        return {
            "lang": lang,
            "site": settings.SITE_NAME,
            "title": _("Statement {period}").format(period=period.name),
            "kind": _("Statement of sales and payouts"),
            "facts": [(name, _fitting(value)) for name, value in facts if value],
            "sums": [(name, money(amount)) for name, amount in figures(statement)],
            "closing": (_("Closing balance"), money(statement.closing)),
            "tax": _(
                "Of a revenue of {revenue}, {vat} of VAT and {income_tax} of income tax were withheld and are declared "
                "and paid for the seller (Decree {decree})."
            ).format(
                revenue=money(total.revenue),
                vat=money(total.vat),
                income_tax=money(total.income_tax),
                decree=statement.legal_basis,
            )
            if total.vat or total.income_tax
            else "",
            "headings": headings(),
            "lines": [
                [_fitting(cell) if isinstance(cell, str) else number(cell or None) for cell in cells(line)]
                for line in statement.lines
            ],
            "lines_title": _("Sales, returns and payouts"),
            "nothing": _("Nothing happened in this period."),
            "explained": _(
                "Amounts in đồng. Commission and tax are taken of goods and of discounts that the shop bears; shipping "
                "is handed on in full. A balance below zero is offset against later sales."
            ),
            "printed": _("Printed on %(day)s") % {"day": written(day)},
        }


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
