"""Holidays put on record, and the deadlines of files in progress stated anew when holidays or terms have changed."""

from collections.abc import Sequence

from django.db import transaction

from ocop_badges.dossiers.deadlines import due_on_of, load_clockwork
from ocop_badges.dossiers.holiday_files import ORDINARY, HolidayLine
from ocop_badges.dossiers.models import Dossier, Holiday
from ocop_badges.services import lock_products


@transaction.atomic
def record_holidays(*, lines: Sequence[HolidayLine]) -> int:
    """Put days on record as announced, over what stood there; how many files in progress got another deadline."""
    Holiday.objects.filter(day__in=[line.day for line in lines if line.kind == ORDINARY]).delete()
    Holiday.objects.bulk_create(
        (
            Holiday(day=line.day, kind=line.kind, name=line.name, name_en=line.name_en, source=line.source)
            for line in lines
            if line.kind != ORDINARY
        ),
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["kind", "name", "name_en", "source"],
    )
    return restate_deadlines()


@transaction.atomic
def restate_deadlines() -> int:
    """Compute ``due_on`` of every file in progress again; how many changed."""
    lock_products(sorted(set(Dossier.objects.in_progress().values_list("product_id", flat=True))))
    clockwork = load_clockwork()
    changed = []
    for dossier in Dossier.objects.in_progress().select_related("regulation", "replaces").order_by("id"):
        due_on = due_on_of(dossier, clockwork)
        if due_on != dossier.due_on:
            dossier.due_on = due_on
            changed.append(dossier)
    Dossier.objects.bulk_update(changed, ["due_on"], batch_size=500)
    return len(changed)
