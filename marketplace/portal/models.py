from django.db import models
from django.db.models import Q


class AttemptKind(models.TextChoices):
    """What is tried, and by what it is counted."""

    SIGN_IN_ACCOUNT = "sign-in-account"
    SIGN_IN_ADDRESS = "sign-in-address"
    RESET_ACCOUNT = "reset-account"
    RESET_ADDRESS = "reset-address"
    INVITE = "invite"


class Attempt(models.Model):
    """One try of something that may be tried only so often. See ``throttle``.

    ``key`` is a keyed hash: what people type into a sign-in form (now and then a password) is not kept.
    """

    kind = models.CharField(max_length=20, choices=AttemptKind)
    key = models.CharField(max_length=64)
    tried_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "key", "tried_at"], name="attempt_by_key_and_time")]
        constraints = [
            models.CheckConstraint(name="attempt_kind_is_known", condition=Q(kind__in=AttemptKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.tried_at.isoformat()}"
