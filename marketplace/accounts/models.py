from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """Addresses are compared without case."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        if not email:
            raise ValueError("A user logs in by e-mail: give one.")
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, **{**extra, "is_staff": True, "is_superuser": True})


class User(AbstractUser):
    """A person. Logs in by e-mail; the phone, where known, is unique too."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True)
    phone = models.CharField(_("phone"), max_length=20, null=True, blank=True, unique=True)
    language = models.CharField(
        _("language of messages"), max_length=2, choices=[("vi", "Tiếng Việt"), ("en", "English")], default="vi"
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_is_unique_without_case"),
            models.CheckConstraint(
                name="user_phone_is_absent_or_given", condition=Q(phone__isnull=True) | ~Q(phone="")
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()
        self.phone = self.phone or None


class MemberRole(models.TextChoices):
    """What a person is for a producer."""

    OWNER = "owner", _("owner")
    STAFF = "staff", _("staff")
    HELPER = "helper", _("helper")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        """Those that let a person act: a helper's only with the owner's consent."""
        return self.filter(Q(role__in=[MemberRole.OWNER, MemberRole.STAFF]) | Q(consented_at__isnull=False))

    def of_user(self, user: "User") -> Self:
        return self.filter(user=user).order_by("producer__name", "id")


class Membership(models.Model):
    """A person who acts for a producer: the owner, staff, or a helper from outside with the owner's consent."""

    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="memberships")
    producer = models.ForeignKey(
        "catalog.Producer", verbose_name=_("producer"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=10, choices=MemberRole)
    consented_at = models.DateTimeField(_("owner's consent given at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "producer"], name="person_is_a_member_of_a_producer_once"),
            models.CheckConstraint(name="membership_role_is_known", condition=Q(role__in=MemberRole.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.producer}"
