"""``GET /api/v1/orders/{number}/``: for who holds the order's token, or placed it signed in."""

from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from marketplace.orders.models import Order
from marketplace.shop.answers import order_body
from marketplace.shop.door import order_by_token, order_of_person
from marketplace.shop.order_facts import load_order, look_for_payment

from .base import TradeView, moment
from .schema import BAD_REQUEST, NOT_FOUND, OrderSerializer

TOKEN = OpenApiParameter(
    "Authorization", str, OpenApiParameter.HEADER, description="`Bearer` and the order's `access_token`."
)


class OrderView(TradeView):
    @extend_schema(
        operation_id="orders_retrieve",
        summary="An order, its payment and where its parts are",
        tags=["trade"],
        parameters=[TOKEN, *TradeView.query.openapi],
        responses={200: OrderSerializer, **BAD_REQUEST, **NOT_FOUND},
    )
    def get(self, request: Request, number: str) -> HttpResponse:
        at, _on = moment(request)
        order = _find(request, number)
        if order is None:
            raise Http404
        look_for_payment(order, at=at)
        return self.answer(order_body(load_order(order, at=at)))


def _find(request: Request, number: str) -> Order | None:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return order_by_token(number, token.strip())
    return order_of_person(number, request.user)
