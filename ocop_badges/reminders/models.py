import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Subquery
from django.utils.translation import gettext_lazy as _

from ocop_badges import subjects
from ocop_badges.models import Certificate

from .rules import Topic

_TOKEN_BYTES = 24  # 192 bits: nobody guesses an address


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def told(self) -> Self:
        """Those that were told, and not overtaken by a later step."""
        return self.filter(is_overtaken=False)

    def for_producers(self, producer_ids: Iterable[int]) -> Self:
        """What producers were reminded of, newest first."""
        return (
            self.told()
            .filter(**{f"certificate__product__{subjects.PRODUCER}__in": list(producer_ids)})
            .select_related("certificate")
            .order_by("-on", "-id")
        )

    def older_than(self, reminder_id: int) -> Self:
        """Those that come after one in the order newest first; none where it is gone."""
        told_on = Reminder.objects.filter(pk=reminder_id).values("on")
        return self.filter(Q(on__lt=Subquery(told_on)) | Q(on=Subquery(told_on), pk__lt=reminder_id))

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Reminder(models.Model):
    """A step before or after the end of a certificate, taken once: the row is what makes it once.

    It keeps what it said: ``topic``, the window as it stood (empty where none was set), the end. When an extension or
    a correction moves the end, the steps count anew for the new one.
    """

    certificate = models.ForeignKey(
        Certificate, verbose_name=_("certificate"), on_delete=models.PROTECT, related_name="reminders"
    )
    last_day = models.DateField(_("last day with stars"))
    step = models.SmallIntegerField(_("days before the last day"))
    topic = models.CharField(_("topic"), max_length=10)
    on = models.DateField(_("told on"))
    opens_on = models.DateField(_("re-ranking opens"), null=True, blank=True)
    closes_on = models.DateField(_("re-ranking closes"), null=True, blank=True)
    is_suspended = models.BooleanField(_("suspended when told"), default=False)
    is_overtaken = models.BooleanField(_("overtaken by a later step"), default=False)
    recorded_at = models.DateTimeField(_("recorded at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "last_day", "step"], name="certificate_is_reminded_of_a_step_once"
            ),
            models.CheckConstraint(
                name="reminder_topic_is_known", condition=Q(topic__in=[topic.value for topic in Topic])
            ),
            models.CheckConstraint(
                name="reminder_tells_of_a_whole_window_or_none",
                condition=Q(opens_on__isnull=True, closes_on__isnull=True)
                | Q(opens_on__isnull=False, closes_on__isnull=False, opens_on__lte=F("closes_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.last_day} − {self.step} d: {self.topic}"

    @property
    def days_left(self) -> int:
        """Days from the day it was told to the last day with stars; negative after it."""
        return (self.last_day - self.on).days


def new_token() -> str:
    return secrets.token_urlsafe(_TOKEN_BYTES)


class CalendarAddressQuerySet(models.QuerySet["CalendarAddress"]):
    def with_token(self, token: str) -> Self:
        """The one address with a token, its person being active."""
        return self.filter(token=token, user__is_active=True).select_related("user")


class CalendarAddress(models.Model):
    """The secret address of a calendar: what one person may read about a producer or a province.

    Whoever has it reads, so it is the person's own and ends with a new one (``services.reset_calendar_address``).
    """

    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="calendar_addresses"
    )
    producer = models.ForeignKey(
        "catalog.Producer",
        verbose_name=_("producer"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="calendar_addresses",
    )
    province = models.ForeignKey(
        "catalog.Province",
        verbose_name=_("province"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="calendar_addresses",
    )
    created_at = models.DateTimeField(_("created at"))

    objects = CalendarAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address of a calendar")
        verbose_name_plural = _("addresses of calendars")
        constraints = [
            models.CheckConstraint(
                name="calendar_is_of_a_producer_or_a_province",
                condition=Q(producer__isnull=False, province__isnull=True)
                | Q(producer__isnull=True, province__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["user", "producer"],
                condition=Q(producer__isnull=False),
                name="person_has_one_calendar_of_a_producer",
            ),
            models.UniqueConstraint(
                fields=["user", "province"],
                condition=Q(province__isnull=False),
                name="person_has_one_calendar_of_a_province",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.producer or self.province}"

    def renew(self, *, at: datetime) -> None:
        """Another token; the caller saves it. The old one is nobody's."""
        self.token = new_token()
        self.created_at = at
