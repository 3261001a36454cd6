from importlib import import_module

import pytest
from django.apps import apps

from ocop_badges import audit, services
from ocop_badges.models import AuditChain, AuditEntry
from tests.factories import AT, certify, make_member, make_product, revoke, suspend

pytestmark = pytest.mark.django_db

migration = import_module("ocop_badges.migrations.0005_adopt_certificates")


def test_it_begins_a_trail_for_what_was_on_record():
    renewed = make_product()
    clerk = make_member(renewed.producer)
    for number in (1, 2):
        certify(renewed, decision_number=f"{number}/QĐ", by=clerk)
    troubled = certify(make_product())
    suspend(troubled)
    revoke(troubled)
    AuditEntry.objects.all().delete()
    AuditChain.objects.all().delete()

    migration.adopt(apps, None)

    assert audit.flaws_of([renewed.pk, troubled.product_id]) == []
    assert set(AuditEntry.objects.values_list("product_id", "number", "action", "actor_name")) == {
        (renewed.pk, 1, "adopted", clerk.email),
        (renewed.pk, 2, "adopted", clerk.email),
        (troubled.product_id, 1, "adopted", ""),
    }
    services.correct_certificate(certificate=troubled, changes={"covers": "x"}, reason="x", at=AT)
    assert audit.flaws_of([troubled.product_id]) == []


def test_a_second_run_adds_nothing():
    certify(make_product())
    migration.adopt(apps, None)
    assert AuditEntry.objects.count() == 1
