from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ocop_badges.ids import new_public_id

from .fields import FoldedField, in_language
from .places import Commune, Province


class OcopType(models.TextChoices):
    """The kinds of producer the programme counts."""

    ENTERPRISE = "enterprise", _("enterprise")
    COOPERATIVE = "cooperative", _("co-operative")
    COOPERATIVE_GROUP = "cooperative_group", _("co-operative group")
    HOUSEHOLD = "household", _("household")
    PRODUCTION_FACILITY = "production_facility", _("production facility")


class LegalForm(models.TextChoices):
    """What a producer is for the tax office; not the same as its OCOP type."""

    COMPANY = "company", _("company")
    COOPERATIVE = "cooperative", _("co-operative or union of co-operatives")
    HOUSEHOLD_BUSINESS = "household_business", _("household business")
    INDIVIDUAL = "individual", _("individual")


class ProducerQuerySet(models.QuerySet["Producer"]):
    def published(self) -> Self:
        return self.filter(is_published=True)


class Producer(models.Model):
    """Who makes and sells: a co-operative, a household, a small firm."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    slug = models.SlugField(_("slug"), max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=255)
    name_key = FoldedField()
    ocop_type = models.CharField(_("OCOP type"), max_length=20, choices=OcopType)
    legal_form = models.CharField(_("legal form"), max_length=20, choices=LegalForm, blank=True)
    legal_name = models.CharField(_("legal name"), max_length=255, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=40, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=20, blank=True)
    province = models.ForeignKey(
        Province, verbose_name=_("province"), on_delete=models.PROTECT, related_name="producers"
    )
    commune = models.ForeignKey(
        Commune, verbose_name=_("commune"), null=True, blank=True, on_delete=models.PROTECT, related_name="producers"
    )
    address = models.CharField(_("address"), max_length=255, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    story = models.TextField(_("story"), blank=True)
    story_en = models.TextField(_("story in English"), blank=True)
    is_published = models.BooleanField(_("published"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ProducerQuerySet.as_manager()

    class Meta:
        verbose_name = _("producer")
        verbose_name_plural = _("producers")
        constraints = [
            models.UniqueConstraint(fields=["name_key", "province"], name="producer_name_is_unique_in_its_province"),
            models.CheckConstraint(name="producer_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="producer_ocop_type_is_known", condition=Q(ocop_type__in=OcopType.values)),
            models.CheckConstraint(
                name="producer_legal_form_is_known", condition=Q(legal_form="") | Q(legal_form__in=LegalForm.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def story_in(self, lang: str | None = None) -> str:
        return in_language(self.story, self.story_en, lang)


class FormerProducerSlug(models.Model):
    """An address a storefront once had: it redirects for ever."""

    slug = models.SlugField(max_length=200, unique=True)
    producer = models.ForeignKey(Producer, on_delete=models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug
