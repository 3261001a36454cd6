from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ocop_badges.ids import new_public_id


def evidence_storage() -> Storage:
    """Apart from the media of the shop: no address leads here but the view that asks who is reading."""
    return FileSystemStorage(location=settings.EVIDENCE_ROOT, base_url=None)


def evidence_path(file: "EvidenceFile", filename: str) -> str:
    """Named by its own id: nothing that somebody typed becomes a path."""
    return f"{file.public_id[:2]}/{file.public_id}.{file.kind}"


class EvidenceKind(models.TextChoices):
    PDF = "pdf", "PDF"
    JPEG = "jpg", "JPEG"
    PNG = "png", "PNG"


_MEDIA_TYPES = {EvidenceKind.PDF: "application/pdf", EvidenceKind.JPEG: "image/jpeg", EvidenceKind.PNG: "image/png"}


class EvidenceFile(models.Model):
    """A document about a product, as it was handed in and checked: a signed decision, a test result, a photo.

    Written once by ``services.keep_evidence``; ``sha256`` (hex) is of the bytes kept.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    product = models.ForeignKey(
        "catalog.Product", verbose_name=_("product"), on_delete=models.PROTECT, related_name="evidence_files"
    )
    file = models.FileField(_("file"), upload_to=evidence_path, storage=evidence_storage, max_length=200)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=4, choices=EvidenceKind)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        constraints = [
            models.CheckConstraint(name="evidence_file_kind_is_known", condition=Q(kind__in=EvidenceKind.values)),
            models.CheckConstraint(name="evidence_file_is_not_empty", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[EvidenceKind(self.kind)]
