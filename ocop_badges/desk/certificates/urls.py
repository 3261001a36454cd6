"""Certificates at the desk: ``/admin/ocop/…``."""

from django.urls import URLPattern, URLResolver, path

from .views import acts, bulk, certificate, importing, listing, overview

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("certificates/", listing.certificates, name="certificates"),
    path("certificates/export.<slug:kind>", listing.export_certificates, name="export"),
    path("certificates/issue/", acts.issue, name="issue"),
    path("certificates/issue/<slug:product_id>/", acts.issue_for, name="issue-for"),
    path("certificates/bulk/", bulk.choose, name="bulk"),
    path("certificates/bulk/decision/", bulk.decide, name="bulk-decision"),
    path("certificates/import/", importing.upload, name="import"),
    path("certificates/import/template.<slug:kind>", importing.template, name="import-template"),
    path("certificates/import/<slug:public_id>/", importing.confirm, name="import-confirm"),
    path("certificates/<slug:public_id>/", certificate.certificate, name="certificate"),
    path("certificates/<slug:public_id>/evidence/<slug:file_id>/", certificate.evidence, name="evidence"),
    path("certificates/<slug:public_id>/<slug:action>/", acts.act, name="act"),
]
