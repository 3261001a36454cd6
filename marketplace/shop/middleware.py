from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from marketplace.shop.baskets import find_cart_of, tell_count


class CartCountMiddleware:
    """Who just signed in sees how much is in their own cart, on whichever page they are led to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "has_signed_in", False):
            tell_count(response, find_cart_of(request))
        return response
