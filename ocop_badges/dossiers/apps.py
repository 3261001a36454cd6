from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DossiersConfig(AppConfig):
    name = "ocop_badges.dossiers"
    label = "ocop_dossiers"
    verbose_name = _("Certification files")
