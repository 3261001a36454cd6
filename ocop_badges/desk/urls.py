"""The officers' desk within Wagtail's admin: ``/admin/ocop/…``, names ``ocop_desk:…``."""

from django.urls import URLPattern, URLResolver, include, path

from . import calendars
from .certificates import urls as certificates
from .dossiers import urls as dossiers
from .inspections import urls as inspections

app_name = "ocop_desk"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(certificates)),
    path("files/", include(dossiers)),
    path("inspections/", include(inspections)),
    path("calendar/", calendars.calendars, name="calendars"),
    path("calendar/<slug:code>/", calendars.make_calendar, name="calendar-make"),
    path("calendar/<slug:code>/reset/", calendars.reset_calendar, name="calendar-reset"),
]
