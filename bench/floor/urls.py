from django.urls import path

from . import views

urlpatterns = [
    path("api/v1/products/", views.product_list),
    path("page-alone/", views.product_page),
    path("api/v1/products/<slug:slug>/", views.product_detail),
]
