from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PostRole(models.TextChoices):
    """What a person does for the programme."""

    NATIONAL = "national", _("national officer")
    PROVINCE = "province", _("provincial officer")
    COMMUNE = "commune", _("commune officer")
    COUNCIL = "council", _("member of the evaluation council")


class OfficerPostQuerySet(models.QuerySet["OfficerPost"]):
    def held_by(self, user: object) -> Self:
        return self.filter(user=user, is_active=True).order_by("id")


class OfficerPost(models.Model):
    """A post that a person holds: for the whole country, a province or a commune. One person may hold several.

    A council member without a province sits on the central council, which judges five stars.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="officer_posts"
    )
    role = models.CharField(_("role"), max_length=10, choices=PostRole)
    province = models.ForeignKey(
        "catalog.Province",
        verbose_name=_("province"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="officer_posts",
    )
    commune = models.ForeignKey(
        "catalog.Commune",
        verbose_name=_("commune"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="officer_posts",
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = OfficerPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("officer's post")
        verbose_name_plural = _("officers' posts")
        constraints = [
            models.CheckConstraint(name="officer_post_role_is_known", condition=Q(role__in=PostRole.values)),
            models.CheckConstraint(
                name="officer_post_names_the_place_of_its_role",
                condition=Q(role=PostRole.NATIONAL, province__isnull=True, commune__isnull=True)
                | Q(role=PostRole.PROVINCE, province__isnull=False, commune__isnull=True)
                | Q(role=PostRole.COMMUNE, province__isnull=True, commune__isnull=False)
                | Q(role=PostRole.COUNCIL, commune__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(role=PostRole.NATIONAL), name="person_is_a_national_officer_once"
            ),
            models.UniqueConstraint(
                fields=["user", "province"], condition=Q(role=PostRole.PROVINCE), name="person_keeps_a_province_once"
            ),
            models.UniqueConstraint(
                fields=["user", "commune"], condition=Q(role=PostRole.COMMUNE), name="person_keeps_a_commune_once"
            ),
            models.UniqueConstraint(
                fields=["user", "province"],
                condition=Q(role=PostRole.COUNCIL, province__isnull=False),
                name="person_sits_on_a_council_once",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(role=PostRole.COUNCIL, province__isnull=True),
                name="person_sits_on_the_central_council_once",
            ),
        ]

    def __str__(self) -> str:
        place = self.commune or self.province
        return f"{self.get_role_display()}, {place}" if place else self.get_role_display()
