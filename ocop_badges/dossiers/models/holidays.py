from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ocop_badges.dossiers.terms import WorkCalendar


class HolidayKind(models.TextChoices):
    """A day off on which offices would work, or a day of a weekend worked in exchange for one."""

    OFF = "off", _("day off")
    WORKING = "working", _("worked in exchange")


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def as_calendar(self) -> WorkCalendar:
        """All days on record as the rules see them. One query."""
        rows = list(self.values_list("day", "kind"))
        return WorkCalendar(
            off=frozenset(day for day, kind in rows if kind == HolidayKind.OFF),
            worked=frozenset(day for day, kind in rows if kind == HolidayKind.WORKING),
        )


class Holiday(models.Model):
    """A day that breaks the week's rule in Vietnam: public holidays, days off in lieu, and weekend days worked.

    Dated data: announced anew for every year, and said here by whom.
    """

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=HolidayKind)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    source = models.CharField(_("source"), max_length=255)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("public holiday")
        verbose_name_plural = _("public holidays")
        constraints = [
            models.CheckConstraint(name="holiday_kind_is_known", condition=Q(kind__in=HolidayKind.values)),
            models.CheckConstraint(name="holiday_names_its_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
