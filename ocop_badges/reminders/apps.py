from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    name = "ocop_badges.reminders"
    label = "ocop_reminders"
    verbose_name = _("Reminders")
