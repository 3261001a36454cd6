"""What the overview tells of certification files."""

from typing import Any

from django.urls import reverse

from ocop_badges.officers import Mandate

from .dossiers.scope import dossiers_of


def files_in_progress(mandate: Mandate) -> dict[str, Any]:
    """``count`` and ``url`` of the files on their way within a mandate. One query."""
    return {"count": dossiers_of(mandate).in_progress().count(), "url": reverse("ocop_desk:dossiers")}
