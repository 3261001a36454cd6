from django.urls import path

from .api import CredentialView

urlpatterns = [
    path("certificates/<slug:certificate_id>/credential/", CredentialView.as_view(), name="certificate-credential"),
]
