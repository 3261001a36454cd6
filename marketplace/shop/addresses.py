"""Addresses of orders' pages."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from marketplace.orders.models import Order
from marketplace.orders.numbers import access_token
from ocop_badges.links import base_url

BACK = "back"  # in the address of who comes back from paying


def order_path(order: Order) -> str:
    """The page of an order in the language it was placed in."""
    with translation.override(order.language):
        return reverse("order", args=[order.number])


def way_back(request: HttpRequest, order: Order) -> str:
    """Where a payment provider sends the shopper back: the order's page, which then asks whether it was paid.

    With what opens it: whoever pays by the API, or in another browser, has no session that does.
    """
    query = urlencode({"token": access_token(number=order.number, seed=order.token_seed), BACK: 1})
    return f"{base_url(request)}{order_path(order)}?{query}"
