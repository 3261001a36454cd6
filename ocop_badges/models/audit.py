from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .certificates import Certificate


class AuditEntry(models.Model):
    """Who did what to a product's certificates, when, and what it changed. Written by ``audit.record``, never edited.

    The entries of one product form a chain: each holds the hash of the one before it.
    """

    product = models.ForeignKey(
        "catalog.Product", verbose_name=_("product"), on_delete=models.PROTECT, related_name="audit_entries"
    )
    number = models.PositiveIntegerField(_("number"))
    certificate = models.ForeignKey(
        Certificate,
        verbose_name=_("certificate"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="audit_entries",
    )
    action = models.CharField(_("action"), max_length=40)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Kept when the user is deleted, and part of the hash.
    actor_name = models.CharField(_("name of who did it"), max_length=300, blank=True)
    before = models.JSONField(_("before"), null=True, blank=True)
    after = models.JSONField(_("after"), null=True, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="audit_entries_of_a_product_are_numbered"),
            models.CheckConstraint(
                name="first_audit_entry_follows_none",
                condition=Q(number=1, previous_hash="") | (Q(number__gt=1) & ~Q(previous_hash="")),
            ),
        ]
        indexes = [models.Index(fields=["certificate", "number"], name="audit_entry_by_certificate")]

    def __str__(self) -> str:
        return f"{self.number}. {self.action} ({self.at:%Y-%m-%d %H:%M})"


class AuditChain(models.Model):
    """How long a product's chain is and where it ends, so that a missing end shows."""

    product = models.OneToOneField(
        "catalog.Product",
        verbose_name=_("product"),
        primary_key=True,
        on_delete=models.PROTECT,
        related_name="audit_chain",
    )
    length = models.PositiveIntegerField(_("length"))
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("end of an audit chain")
        verbose_name_plural = _("ends of audit chains")

    def __str__(self) -> str:
        return f"{self.product_id}: {self.length}"
