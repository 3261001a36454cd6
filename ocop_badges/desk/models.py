"""What the desk keeps between two pages of an officer."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ocop_badges.ids import new_public_id

KEPT_FOR = timedelta(hours=24)


class UploadedTableQuerySet(models.QuerySet["UploadedTable"]):
    def of(self, user: object, *, at: datetime) -> Self:
        """Those that a person uploaded and may still confirm."""
        return self.filter(uploaded_by=user, uploaded_at__gt=at - KEPT_FOR)

    def outdated(self, *, at: datetime) -> Self:
        return self.filter(uploaded_at__lte=at - KEPT_FOR)


class UploadedTable(models.Model):
    """A table of certificates that an officer uploaded and has not confirmed yet: what is confirmed is what was shown.

    Deleted with its confirmation; one that nobody confirms ends after a day.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.CASCADE, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), db_index=True)
    name = models.CharField(_("name"), max_length=200)
    content = models.BinaryField(_("content"))
    sha256 = models.CharField(max_length=64)

    objects = UploadedTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded table")
        verbose_name_plural = _("uploaded tables")

    def __str__(self) -> str:
        return self.name
