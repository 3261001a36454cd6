"""Who may see an order: who holds its token, or placed it signed in. For anybody else it does not exist."""

from typing import Any

from django.http import HttpRequest

from marketplace.orders.models import Order
from marketplace.orders.numbers import opens

SESSION_KEY = "orders"
MOST_REMEMBERED = 30


def order_by_token(number: str, token: str) -> Order | None:
    order = Order.objects.filter(number=number).first()
    if order is None or not opens(token, number=order.number, seed=order.token_seed):
        return None
    return order


def order_of_person(number: str, user: Any) -> Order | None:
    return Order.objects.visible_to(user).filter(number=number).first()


def order_for(request: HttpRequest, number: str) -> Order | None:
    """The order for this visitor: their own, or one whose token this browser brought before."""
    if (order := order_of_person(number, request.user)) is not None:
        return order
    token = request.session.get(SESSION_KEY, {}).get(number)
    return order_by_token(number, token) if isinstance(token, str) else None


def orders_remembered(request: HttpRequest) -> list[Order]:
    """Those this browser was let into, the latest first. One query."""
    tokens: dict[str, str] = request.session.get(SESSION_KEY, {})
    found = {order.number: order for order in Order.objects.filter(number__in=tokens)}
    return [
        found[number]
        for number, token in reversed(tokens.items())
        if number in found and opens(token, number=number, seed=found[number].token_seed)
    ]


def remember_token(request: HttpRequest, number: str, token: str) -> None:
    """Let this browser see the order from now on; the oldest of many is forgotten."""
    tokens: dict[str, str] = request.session.get(SESSION_KEY, {})
    tokens.pop(number, None)
    tokens[number] = token
    request.session[SESSION_KEY] = dict(list(tokens.items())[-MOST_REMEMBERED:])
