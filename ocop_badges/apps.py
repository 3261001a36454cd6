from django.apps import AppConfig


class OcopBadgesConfig(AppConfig):
    name = "ocop_badges"
    verbose_name = "OCOP certificates and badges"
