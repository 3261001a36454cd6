from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        from ocop_badges import subjects as badge_subjects

        from . import claims, subjects

        badge_subjects.register(subjects.SUBJECTS)
        claims.register_sources()
