"""Days on which no rate holds: nothing is withheld then, or nothing kept, and nobody would notice."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from catalog.models import LegalForm
from marketplace.settlement.models import CommissionRate, WithholdingRate
from marketplace.settlement.models.earnings import DECLARE_THEMSELVES
from marketplace.shipping.rules import Period, gaps_between, rest_after
from marketplace.shipping.tables import days_text


def rate_gaps() -> Iterator[str]:
    """A sentence for each gap after the first day of a rate, also for one that begins when the last rate ends.

    A rate of nothing is no gap. Sellers who declare for themselves need no rate of tax; a producer without a commission
    of its own has the general one. Two queries.
    """
    taxes: dict[str, list[Period]] = {form: [] for form in LegalForm.values if form not in DECLARE_THEMSELVES}
    for form, since, until in WithholdingRate.objects.values_list("legal_form", "valid_from", "valid_until"):
        taxes.setdefault(form, []).append(Period(since, until))
    for form, periods in taxes.items():
        name = LegalForm(form).label
        if not periods:
            yield _("No tax is withheld from sellers of the legal form “{form}”: there is no rate.").format(form=name)
        for gap in _gaps(periods):
            text = _("No tax is withheld from sellers of the legal form “{form}” {days}: no rate holds then.")
            yield text.format(form=name, days=days_text(gap))
    general = CommissionRate.objects.filter(producer=None).values_list("valid_from", "valid_until")
    for gap in _gaps([Period(since, until) for since, until in general]):
        yield _("No commission is kept {days}: no general rate holds then.").format(days=days_text(gap))


def _gaps(periods: Iterable[Period]) -> list[Period]:
    listed = list(periods)
    return [*gaps_between(listed), *filter(None, [rest_after(listed)])]
