from django.urls import path

from . import views

urlpatterns = [
    path("producers/<slug:slug>/", views.storefront, name="storefront"),
]
