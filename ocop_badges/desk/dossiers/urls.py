"""Certification files at the desk: ``/admin/ocop/files/…``."""

from django.urls import URLPattern, URLResolver, path

from ocop_badges.dossiers.rules import Act

from . import listing, page, papers, steps

urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.dossiers, name="dossiers"),
    path("<slug:public_id>/", page.dossier, name="dossier"),
    path("<slug:public_id>/evidence/", papers.attach, name="dossier-attach"),
    path("<slug:public_id>/evidence/<int:number>/remove/", papers.remove, name="dossier-remove"),
    path("<slug:public_id>/evidence/<slug:file_id>/", page.evidence, name="dossier-evidence"),
    path("<slug:public_id>/score/", steps.score, name=f"dossier-{Act.SCORE.value}"),
    path("<slug:public_id>/decide/", steps.decide, name=f"dossier-{Act.DECIDE.value}"),
    path("<slug:public_id>/tasks/<int:number>/", steps.finish_task, name="dossier-finish-task"),
    *(
        path(f"<slug:public_id>/{act.value}/", steps.act, {"name": act.value}, name=f"dossier-{act.value}")
        for act in steps.SIMPLE_FORMS
    ),
]
