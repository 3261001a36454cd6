from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    GATEWAY = "gateway", _("text message")
    NONE = "none", _("no address known")


class MessageState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    DEAD = "dead", _("given up")
    STALE = "stale", _("overtaken before it was sent")
    UNREACHABLE = "unreachable", _("nobody to send it to")


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> Self:
        return self.filter(state=MessageState.WAITING)

    def due(self, *, at: datetime) -> Self:
        """Messages that a sender may claim at that instant: waiting, not resting, not held by another sender."""
        return self.waiting().filter(Q(due_at=None) | Q(due_at__lte=at), Q(leased_until=None) | Q(leased_until__lte=at))

    def given_up(self) -> Self:
        return self.filter(state=MessageState.DEAD)

    def unreachable(self) -> Self:
        """Those meant for a producer without any address; a shopper always gave one."""
        return self.filter(state=MessageState.UNREACHABLE, producer__isnull=False)


class Message(models.Model):
    """The outbox: a message to one address, written in the transaction of what it tells, sent afterwards.

    ``key`` is the same however often it is sent: the e-mail's Message-ID and the gateway's Idempotency-Key are made
    of it. One with the state ``unreachable`` was meant for a producer without any address; others take its place once
    there is one (``readdressing``).
    """

    key = models.CharField(max_length=64, unique=True, editable=False)
    producer = models.ForeignKey(
        "catalog.Producer",
        verbose_name=_("producer"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Empty for a letter to a shopper."),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    address = models.CharField(_("address"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=2)
    subject = models.CharField(_("subject"), max_length=255, blank=True)
    body = models.TextField(_("text"))
    created_at = models.DateTimeField(_("created at"))
    stale_on = models.DateField(_("has nothing to say from"))
    state = models.CharField(_("state"), max_length=12, choices=MessageState, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("not to be tried before"), null=True)
    lease = models.UUIDField(_("lease"), null=True)
    leased_until = models.DateTimeField(_("leased until"), null=True)
    holder = models.CharField(_("process that holds it"), max_length=120, blank=True, default="", db_default="")
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(name="message_channel_is_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(name="message_state_is_known", condition=Q(state__in=MessageState.values)),
            models.CheckConstraint(
                name="message_has_an_address_or_is_unreachable",
                condition=(~Q(address="") & ~Q(channel=Channel.NONE) & ~Q(state=MessageState.UNREACHABLE))
                | Q(address="", channel=Channel.NONE, state=MessageState.UNREACHABLE),
            ),
            models.CheckConstraint(
                name="message_is_sent_at_an_instant",
                condition=Q(state=MessageState.SENT, sent_at__isnull=False)
                | (~Q(state=MessageState.SENT) & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="message_is_leased_with_an_end",
                condition=Q(lease__isnull=True, leased_until__isnull=True)
                | Q(lease__isnull=False, leased_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "id"], condition=Q(state=MessageState.WAITING), name="message_waiting"),
            models.Index(fields=["lease"], condition=Q(lease__isnull=False), name="message_leased"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.address}: {self.subject or self.body[:60]}"
