"""The certificates beside the stars, as certification files ask for them: answers ``ocop_badges.dossiers.ports``."""

from ocop_badges.dossiers.ports import Quality

from .models import QualityCertificate


def quality_of(product_id: int) -> list[Quality]:
    """The quality certificates of a product, valid or not, the last to end first. One query."""
    rows = QualityCertificate.objects.filter(product=product_id).order_by("-valid_until", "id")
    return [Quality(row.name, row.number, row.valid_from, row.valid_until) for row in rows]
