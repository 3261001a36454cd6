from django.urls import path

from .api.producers import ProducersView, ProducerView
from .api.product import ProductView
from .api.products import ProductsView, SuggestView
from .api.reference import CommunesView, ProductSetsView, ProvincesView

urlpatterns = [
    path("products/", ProductsView.as_view(), name="api-products"),
    path("products/suggest/", SuggestView.as_view(), name="api-products-suggest"),
    path("products/<slug:slug>/", ProductView.as_view(), name="api-product"),
    path("producers/", ProducersView.as_view(), name="api-producers"),
    path("producers/<slug:slug>/", ProducerView.as_view(), name="api-producer"),
    path("provinces/", ProvincesView.as_view(), name="api-provinces"),
    path("provinces/<str:code>/communes/", CommunesView.as_view(), name="api-communes"),
    path("product-sets/", ProductSetsView.as_view(), name="api-product-sets"),
]
