from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Stories and gifts"

    def ready(self) -> None:
        from .claims import register_sources
        from .parts import register_parts

        register_parts()
        register_sources()
