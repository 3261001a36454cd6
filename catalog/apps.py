from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        from ocop_badges import changes
        from ocop_badges import subjects as badge_subjects
        from ocop_badges.dossiers import ports as file_ports

        from . import claims, quality, subjects
        from .search.outbox import record_listed_changes

        badge_subjects.register(subjects.SUBJECTS)
        file_ports.register_quality(quality.quality_of)
        changes.register(record_listed_changes)
        claims.register_sources()
