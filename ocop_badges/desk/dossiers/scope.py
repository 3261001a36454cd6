"""Which files a person of the programme reaches: what is out of the mandate is not there."""

from django.db.models import Q
from django.http import Http404

from ocop_badges.dossiers.models import Dossier, DossierState
from ocop_badges.dossiers.models.dossiers import DossierQuerySet
from ocop_badges.models import EvidenceFile
from ocop_badges.officers import Mandate

_JUDGED = (DossierState.COUNCIL, DossierState.MINISTRY, DossierState.DECIDED)


def reached_by(mandate: Mandate) -> Q:
    """Officers reach the files of their place; council members those that lie or lay with their council."""
    if mandate.is_national:
        return Q()
    reached = mandate.reads() | Q(product__province__in=sorted(mandate.councils), state__in=_JUDGED)
    return reached | Q(sent_to_ministry_on__isnull=False) if mandate.central_council else reached


def dossiers_of(mandate: Mandate) -> DossierQuerySet:
    """The files that a person reaches."""
    return Dossier.objects.filter(reached_by(mandate))


def dossier_or_404(mandate: Mandate, public_id: str) -> Dossier:
    found = (
        dossiers_of(mandate)
        .select_related("product__product_set", "regulation", "replaces", "issued")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def evidence_or_404(dossier: Dossier, file_id: str) -> EvidenceFile:
    """A document that is in a file: handed in with it, or recorded with an authority's act on it."""
    found = EvidenceFile.objects.filter(
        Q(pk__in=dossier.evidence.values("evidence_file"))
        | Q(pk__in=dossier.commune_checks.values("evidence_file"))
        | Q(pk__in=dossier.tasks.values("evidence_file"))
        | Q(pk=dossier.issued.evidence_file_id if dossier.issued else None),
        public_id=file_id,
    ).first()
    if found is None or not found.file.storage.exists(str(found.file.name)):
        raise Http404
    return found
