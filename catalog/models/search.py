from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SearchChangeQuerySet(models.QuerySet["SearchChange"]):
    def pending(self) -> Self:
        """Changes that the index has not taken yet, those that were given up among them."""
        return self.filter(version__gt=F("indexed_version"))

    def dead(self) -> Self:
        """Changes that the index refused so often that nobody tries again by himself."""
        return self.pending().filter(is_dead=True)

    def due(self, *, at: datetime) -> Self:
        """Changes that a relay may claim at that instant: not given up, not resting, not held by another relay."""
        return self.pending().filter(
            Q(due_at=None) | Q(due_at__lte=at), Q(leased_until=None) | Q(leased_until__lte=at), is_dead=False
        )


class SearchChange(models.Model):
    """The outbox of the search index: a row for every product that was ever listed, with the version of its document.

    Written in the transaction of each change (``catalog.search.outbox.record_changes``), so it is there if and only if
    the change is. A change that comes before the last one was sent takes its row over: the table never outgrows the
    catalogue, however long the index is away. The row outlives the product, since the index must be told that it went
    and no late writer may bring it back; hence no foreign key.
    """

    product_id = models.BigIntegerField(_("product"), primary_key=True)
    version = models.BigIntegerField(_("version of the document"), default=1)
    indexed_version = models.BigIntegerField(_("version in the index"), default=0)
    changed_at = models.DateTimeField(_("changed at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("not to be tried before"), null=True)
    lease = models.UUIDField(_("lease"), null=True)
    leased_until = models.DateTimeField(_("leased until"), null=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    is_dead = models.BooleanField(_("given up"), default=False)

    objects = SearchChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change for the search index")
        verbose_name_plural = _("changes for the search index")
        constraints = [
            models.CheckConstraint(
                name="search_change_is_not_indexed_before_it_is_made",
                condition=Q(indexed_version__lte=F("version")),
            ),
            models.CheckConstraint(
                name="search_change_is_leased_with_an_end",
                condition=Q(lease__isnull=True, leased_until__isnull=True)
                | Q(lease__isnull=False, leased_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["changed_at", "product_id"],
                condition=Q(version__gt=F("indexed_version")),
                name="search_change_pending",
            ),
            models.Index(fields=["lease"], condition=Q(lease__isnull=False), name="search_change_leased"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} v{self.version}"


class SearchWord(models.Model):
    """The vocabulary of the shop by shape, for the engines of the database to find what a typo meant.

    A row for every word of four letters or more that a listing was ever found by, and for each of its shapes
    (``catalog.search.spelling.shapes``). Words are only added: one that no listing has any more finds nothing.
    """

    shape = models.CharField(max_length=24)
    word = models.CharField(max_length=24)

    class Meta:
        verbose_name = _("word of the shop")
        verbose_name_plural = _("words of the shop")
        constraints = [
            models.UniqueConstraint(fields=["shape", "word"], name="search_word_has_a_shape_once"),
        ]

    def __str__(self) -> str:
        return self.word
