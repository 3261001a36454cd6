from django.urls import path

from .api import RenewalInfoView

urlpatterns = [
    path("certificates/<slug:certificate_id>/renewal-info/", RenewalInfoView.as_view(), name="renewal-info"),
]
