from django.urls import path

from . import views

# What programs of others load: one address each, whatever the language.
urlpatterns = [
    path(".well-known/jwks.json", views.jwks, name="jwks"),
    path(".well-known/did.json", views.did, name="did"),
    path("credentials/context/v1/", views.credential_context, name="credential-context"),
    path("credentials/status/<slug:name>/", views.status_list, name="status-list"),
    path("certificates/<slug:certificate_id>/sheet.pdf", views.sheet, name="certificate-sheet"),
]
