from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Catalogue")

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
