from django.urls import path

from .api import CertificateView, ProductCertificatesView
from .register_api import RegisterView

urlpatterns = [
    path("products/<slug:slug>/certificates/", ProductCertificatesView.as_view(), name="product-certificates"),
    path("certificates/", RegisterView.as_view(), name="certificates"),
    path("certificates/<slug:certificate_id>/", CertificateView.as_view(), name="certificate"),
]
