from django.urls import path

from . import views
from .credentials.pages import check_page

# Badges and script are what other sites load: one address each, whatever the language.
urlpatterns = [
    *(path(f"badges/<slug:slug>.{ext}", views.badge, {"ext": ext}, name="badge") for ext in ("json", "svg", "png")),
    path("embed/<slug:slug>.js", views.embed_script, name="embed"),
]

page_urlpatterns = [
    path("verify/", check_page, name="check-credential"),
    path("verify/<str:certificate_id>/", views.verify_page, name="verify"),
]
