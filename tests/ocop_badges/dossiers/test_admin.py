"""Operators keep the dated data in Django's admin."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from ocop_badges.dossiers.models import Criterion, Dossier, Holiday
from ocop_badges.dossiers.rules import State
from ocop_badges.models import Regulation

from .files import brought_to, made_in

pytestmark = pytest.mark.django_db

MODELS = ("holiday", "fileterms", "evaluationround", "criteriapart", "criterion", "checklistitem")


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("operator@example.vn", "secret"))
    return client


@pytest.mark.parametrize("model", MODELS)
def test_the_lists_open(operator, model):
    assert operator.get(reverse(f"admin:ocop_dossiers_{model}_changelist")).status_code == 200
    assert operator.get(reverse(f"admin:ocop_dossiers_{model}_add")).status_code == 200


def test_a_holiday_typed_in_moves_deadlines_and_taken_out_moves_them_back(operator, commune, people):
    dossier = brought_to(State.COMMUNE_CHECK, made_in(commune), people)
    typed = {"day": "2026-12-01", "kind": "off", "name": "Nghỉ", "name_en": "Off", "source": "Thông báo"}
    assert operator.post(reverse("admin:ocop_dossiers_holiday_add"), typed).status_code == 302
    assert Dossier.objects.get().due_on == dossier.due_on + timedelta(days=1)
    holiday = Holiday.objects.get(day=date(2026, 12, 1))
    operator.post(reverse("admin:ocop_dossiers_holiday_delete", args=[holiday.pk]), {"post": "yes"})
    assert Dossier.objects.get().due_on == dossier.due_on


def test_a_criterion_of_a_set_is_typed_in(operator, commune):
    product = made_in(commune)
    part = Regulation.objects.get(number="26/2026/QĐ-TTg").criteria_parts.get(code="C")
    typed = {
        "part": part.pk, "product_set": product.product_set_id, "code": "C.1", "name": "Hương vị", "name_en": "Taste",
        "max_points": 35, "position": 1,
    }  # fmt: skip
    assert operator.post(reverse("admin:ocop_dossiers_criterion_add"), typed).status_code == 302
    assert Criterion.objects.get(product_set=product.product_set_id).max_points == 35
