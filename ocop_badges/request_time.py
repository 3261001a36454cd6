"""What time it is for a request: one reading of the clock, however much is judged by it."""

from django.http import HttpRequest
from rest_framework.request import Request

from .days import ShopTime


def time_of(request: HttpRequest | Request) -> ShopTime:
    """The instant and the shop's day that ``ShopDayMiddleware`` read when the request came."""
    read: ShopTime = request.shop_time  # type: ignore[union-attr]
    return read
