from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CredentialsConfig(AppConfig):
    name = "ocop_badges.credentials"
    label = "ocop_credentials"
    verbose_name = _("Credentials")
