"""Certification files at the desk: ``/admin/ocop/files/…``."""

from django.urls import URLPattern, URLResolver, path

from ocop_badges.dossiers.rules import Act

from . import listing, page, papers, steps

urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.dossiers, name="dossiers"),
    path("<str:public_id>/", page.dossier, name="dossier"),
    path("<str:public_id>/evidence/", papers.attach, name="dossier-attach"),
    path("<str:public_id>/evidence/<int:number>/remove/", papers.remove, name="dossier-remove"),
    path("<str:public_id>/evidence/<str:file_id>/", page.evidence, name="dossier-evidence"),
    path("<str:public_id>/score/", steps.score, name=f"dossier-{Act.SCORE.value}"),
    path("<str:public_id>/decide/", steps.decide, name=f"dossier-{Act.DECIDE.value}"),
    path("<str:public_id>/tasks/<int:number>/", steps.finish_task, name="dossier-finish-task"),
    *(
        path(f"<str:public_id>/{act.value}/", steps.act, {"name": act.value}, name=f"dossier-{act.value}")
        for act in steps.SIMPLE_FORMS
    ),
]
