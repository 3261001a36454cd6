from django.urls import URLPattern, URLResolver, path

from . import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("report-logo/", views.report_logo, name="report-logo"),
    path("report-logo/thanks/<str:number>/", views.thanks, name="report-logo-thanks"),
]
