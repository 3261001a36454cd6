"""A rate that ends, and that nothing follows, is told: nothing would be withheld, and nobody notice."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.translation import override

from marketplace.settlement.models import CommissionRate, WithholdingRate
from marketplace.settlement.rate_gaps import rate_gaps
from tests.factories import DAY, make_producer

pytestmark = pytest.mark.django_db

HOUSEHOLD = "household_business"


def gaps() -> list[str]:
    with override("en"):
        return list(rate_gaps())


def end(**of: object) -> None:
    WithholdingRate.objects.filter(**of).update(valid_until=DAY)


def test_the_rates_the_shop_begins_with_have_no_gap():
    assert gaps() == []


def test_a_rate_of_tax_that_ends_without_a_successor_is_told():
    end(legal_form=HOUSEHOLD)
    (told,) = gaps()
    assert "household business" in told
    assert "from 23 November 2026 on" in told


def test_a_rate_that_begins_too_late_leaves_a_gap_and_one_in_time_none():
    end(legal_form=HOUSEHOLD)
    late = WithholdingRate.objects.create(
        legal_form=HOUSEHOLD, vat_bp=0, income_tax_bp=0, legal_basis="x", valid_from=DAY + timedelta(days=3)
    )
    (told,) = gaps()
    assert "from 23 November 2026 to 24 November 2026" in told
    late.valid_from = DAY + timedelta(days=1)
    late.save()
    assert gaps() == []


def test_a_legal_form_without_any_rate_is_told_but_not_who_declares_for_itself():
    WithholdingRate.objects.filter(legal_form__in=["individual", "company", "cooperative"]).delete()
    (told,) = gaps()
    assert "individual" in told


def test_the_general_commission_that_ends_is_told_and_a_producers_own_is_not():
    CommissionRate.objects.create(basis_points=500, producer=make_producer(), valid_from=DAY, valid_until=DAY)
    assert gaps() == []
    CommissionRate.objects.create(basis_points=800, valid_from=date(2026, 1, 1), valid_until=DAY)
    (told,) = gaps()
    assert "No commission is kept from 23 November 2026 on" in told


def test_ledger_verify_fails_for_it():
    end(legal_form=HOUSEHOLD)
    with pytest.raises(SystemExit) as left:
        call_command("ledger_verify", stdout=StringIO())
    assert left.value.code == 1


def test_the_admin_tells_it(admin_client):
    end(legal_form=HOUSEHOLD)
    for model in ("withholdingrate", "commissionrate"):
        assert "23/11/2026" in admin_client.get(f"/django-admin/settlement/{model}/").content.decode()
