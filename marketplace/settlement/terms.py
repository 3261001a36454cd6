"""On which terms a producer sells on a day: frozen into every item of an order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.models import LegalForm, Producer
from marketplace.settlement.models import CommissionRate, WithholdingRate
from ocop_badges.rows import fetch_rows, places_for


@dataclass(frozen=True, slots=True)
class Terms:
    """Rates in hundredths of a percent of what the shopper pays for the goods."""

    commission_bp: int
    vat_bp: int
    income_tax_bp: int
    legal_form: str


def load_terms(producers: Iterable[Producer], *, on: date) -> dict[int, Terms]:
    """By producer id. One query. A producer's own commission comes before the general one.

    Of a seller whose legal form is not on record, tax is withheld as of an individual: nobody is taxed too little
    because a field is empty (Decree 117/2025/NĐ-CP withholds from households and individuals).
    """
    wanted = {producer.pk: producer for producer in producers}
    commissions: dict[int | None, int] = {}
    taxes: dict[str, tuple[int, int]] = {}
    for form, producer_id, basis_points, vat, income in _rates(wanted, on=on):
        if form is None:
            commissions[producer_id] = basis_points
        else:
            taxes[form] = (vat, income)
    terms = {}
    for pk, producer in wanted.items():
        form = producer.legal_form or LegalForm.INDIVIDUAL
        vat, income = taxes.get(form, (0, 0))
        terms[pk] = Terms(commissions.get(pk, commissions.get(None, 0)), vat, income, form)
    return terms


def _rates(producer_ids: Iterable[int], *, on: date) -> Sequence[tuple[Any, ...]]:
    """Commissions, of no legal form, and withheld taxes in force, each kind from the first to begin to the last."""
    producers = list(producer_ids) or [0]  # no producer's id
    in_force = "valid_from <= %s AND (valid_until IS NULL OR valid_until >= %s)"
    return fetch_rows(
        f"""
        SELECT legal_form, producer_id, basis_points, vat_bp, income_tax_bp FROM (
            SELECT NULL AS legal_form, producer_id, basis_points, NULL AS vat_bp, NULL AS income_tax_bp, valid_from, id
            FROM {CommissionRate._meta.db_table}
            WHERE {in_force} AND (producer_id IS NULL OR producer_id IN ({places_for(producers)}))
            UNION ALL
            SELECT legal_form, NULL, NULL, vat_bp, income_tax_bp, valid_from, id
            FROM {WithholdingRate._meta.db_table} WHERE {in_force}
        ) AS rates ORDER BY valid_from, id
        """,  # noqa: S608 - names of our own tables
        [on, on, *producers, on, on],
    )
