from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OcopBadgesConfig(AppConfig):
    name = "ocop_badges"
    verbose_name = _("OCOP certificates and badges")
