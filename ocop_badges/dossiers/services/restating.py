"""Deadlines of files in progress, stated anew when holidays or terms on record have changed."""

from django.db import transaction

from ocop_badges.dossiers.deadlines import due_on_of, load_clockwork
from ocop_badges.dossiers.models import Dossier
from ocop_badges.services import lock_products


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
