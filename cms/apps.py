from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Stories and gifts")

    def ready(self) -> None:
        from .claims import register_sources
        from .parts import register_parts

        register_parts()
        register_sources()
