from django.urls import path

from . import views
from .media.urls import urlpatterns as file_urlpatterns

__all__ = ["file_urlpatterns", "urlpatterns"]

# Pages in both languages; file_urlpatterns belongs to neither.
urlpatterns = [
    path("products/", views.product_list, name="product-list"),
    path("products/<slug:slug>/", views.product, name="product"),
]
