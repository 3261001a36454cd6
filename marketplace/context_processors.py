from typing import Any

from django.conf import settings
from django.http import HttpRequest

from marketplace.shop.baskets import count_of
from ocop_badges.links import base_url


def shop(request: HttpRequest) -> dict[str, Any]:
    """What every page knows: the shop's name and address, whether its day was moved by hand, what the cart holds."""
    return {
        "site_name": settings.SITE_NAME,
        "base_url": base_url(request),
        "moved_day": settings.TODAY,
        "cart_count": count_of(request),
    }
