from django.urls import path

from .api.carts import CartLinesView, CartLineView, CartsView, CartView
from .api.checkout import CheckoutView
from .api.orders import OrderView

urlpatterns = [
    path("carts/", CartsView.as_view(), name="api-carts"),
    path("carts/<uuid:cart_id>/", CartView.as_view(), name="api-cart"),
    path("carts/<uuid:cart_id>/lines/", CartLinesView.as_view(), name="api-cart-lines"),
    path("carts/<uuid:cart_id>/lines/<int:line_id>/", CartLineView.as_view(), name="api-cart-line"),
    path("checkout/", CheckoutView.as_view(), name="api-checkout"),
    path("orders/<slug:number>/", OrderView.as_view(), name="api-order"),
]
