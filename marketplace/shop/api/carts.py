"""``/api/v1/carts/``: a guest's cart is open to whoever knows its id, a person's to that person alone."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from catalog.api.answers import Writer
from catalog.models import Pack, Province
from cms.models import GiftBundlePage
from marketplace.orders import services
from marketplace.orders.models import Cart
from marketplace.orders.services import NotToBeHad
from marketplace.orders.services.carts import check_open
from marketplace.shop.answers import cart_body
from marketplace.shop.baskets import visible_cart
from marketplace.shop.cart_facts import load_cart, whole_to
from marketplace.shop.serializers import LineInput, QuantityInput
from ocop_badges.errors import Fault
from ocop_badges.query_params import Code, QueryParams

from .base import TradeView, moment
from .schema import BAD_REQUEST, CART_CONFLICT, NOT_FOUND, CartSerializer


def _province_codes() -> set[str]:
    return set(Province.objects.order_by().values_list("code", flat=True))


class CartBase(TradeView):
    def cart(self, cart_id: UUID) -> Cart:
        """Raises ``Http404``, and ``DomainError`` (409, ``cart-ordered``) where it has become an order."""
        cart = visible_cart(cart_id, self.request.user)
        if cart is None:
            raise Http404
        check_open(cart)
        return cart

    def show(self, request: Request, cart: Cart, *, status: int = 200, **more: Any) -> HttpResponse:
        at, on = moment(request)
        facts = load_cart(cart, on=on, at=at, **more)
        return self.answer(cart_body(facts, Writer(request._request, self.values["lang"])), status=status)


class CartsView(CartBase):
    @extend_schema(
        operation_id="carts_create",
        summary="Open a cart; of who is signed in, their own",
        tags=["trade"],
        parameters=CartBase.query.openapi,
        request=None,
        responses={201: CartSerializer, **BAD_REQUEST},
    )
    def post(self, request: Request) -> HttpResponse:
        at, _on = moment(request)
        return self.show(request, services.open_cart(user=request.user, at=at), status=201)


class CartView(CartBase):
    query = QueryParams(Code("province", "Also what it costs to send all to this province.", known=_province_codes))

    @extend_schema(
        operation_id="carts_retrieve",
        summary="A cart as it stands now: prices, stars, stock, what changed",
        tags=["trade"],
        parameters=query.openapi,
        responses={200: CartSerializer, **BAD_REQUEST, **NOT_FOUND, **CART_CONFLICT},
    )
    def get(self, request: Request, cart_id: UUID) -> HttpResponse:
        cart = self.cart(cart_id)
        if self.values["province"] is None:
            return self.show(request, cart)
        lines = list(cart.lines.in_order())
        province = Province.objects.get(code=self.values["province"])
        return self.show(request, cart, lines=lines, destinations=whole_to(province, lines))

    @extend_schema(
        operation_id="carts_destroy",
        summary="Throw a cart away",
        tags=["trade"],
        parameters=CartBase.query.openapi,
        responses={204: None, **BAD_REQUEST, **NOT_FOUND, **CART_CONFLICT},
    )
    def delete(self, request: Request, cart_id: UUID) -> HttpResponse:
        services.delete_cart(cart_id=self.cart(cart_id).pk)
        return self.done()


class CartLinesView(CartBase):
    @extend_schema(
        operation_id="carts_lines_create",
        summary="Put so many more of a pack or gift bundle into a cart",
        tags=["trade"],
        parameters=CartBase.query.openapi,
        request=LineInput,
        responses={201: CartSerializer, **BAD_REQUEST, **NOT_FOUND, **CART_CONFLICT},
    )
    def post(self, request: Request, cart_id: UUID) -> HttpResponse:
        cart = self.cart(cart_id)
        form = LineInput(data=request.data)
        form.is_valid(raise_exception=True)
        at, on = moment(request)
        wanted = form.validated_data
        try:
            services.add_line(
                cart_id=cart.pk,
                pack=_find_pack(wanted["pack"]) if "pack" in wanted else None,
                bundle=_find_bundle(wanted["gift_bundle"]) if "gift_bundle" in wanted else None,
                quantity=wanted["quantity"],
                at=at,
                on=on,
            )
        except NotToBeHad as refusal:
            raise _of_quantity(refusal, cart) from None
        return self.show(request, cart, status=201)


class CartLineView(CartBase):
    @extend_schema(
        operation_id="carts_lines_partial_update",
        summary="Set how many",
        tags=["trade"],
        parameters=CartBase.query.openapi,
        request=QuantityInput,
        responses={200: CartSerializer, **BAD_REQUEST, **NOT_FOUND, **CART_CONFLICT},
    )
    def patch(self, request: Request, cart_id: UUID, line_id: int) -> HttpResponse:
        cart = self.cart(cart_id)
        form = QuantityInput(data=request.data)
        form.is_valid(raise_exception=True)
        at, on = moment(request)
        quantity = form.validated_data["quantity"]
        try:
            services.change_line(cart_id=cart.pk, line_id=line_id, quantity=quantity, at=at, on=on)
        except NotToBeHad as refusal:
            raise _of_quantity(refusal, cart) from None
        return self.show(request, cart)

    @extend_schema(
        operation_id="carts_lines_destroy",
        summary="Take a line out",
        tags=["trade"],
        parameters=CartBase.query.openapi,
        responses={204: None, **BAD_REQUEST, **NOT_FOUND, **CART_CONFLICT},
    )
    def delete(self, request: Request, cart_id: UUID, line_id: int) -> HttpResponse:
        at, _on = moment(request)
        services.remove_line(cart_id=self.cart(cart_id).pk, line_id=line_id, at=at)
        return self.done()


def _of_quantity(refusal: NotToBeHad, cart: Cart) -> NotToBeHad:
    """The refusal about the body at hand; a line that was not kept has no id to name."""
    refusal.faults = [Fault(fault.detail, fault.code, "quantity") for fault in refusal.faults]
    kept = set(cart.lines.values_list("pk", flat=True))
    refusal.notices = [
        notice if notice.line_id in kept else type(notice)(notice.code, notice.detail, None, left=notice.left)
        for notice in refusal.notices
    ]
    return refusal


def _find_pack(sku: str) -> Pack:
    pack = Pack.objects.filter(sku=sku).select_related("product").first()
    if pack is None or not pack.product.is_published:
        raise _unknown("pack")
    return pack


def _find_bundle(slug: str) -> GiftBundlePage:
    bundle: GiftBundlePage | None = GiftBundlePage.objects.live().filter(slug=slug).first()
    if bundle is None:
        raise _unknown("gift_bundle")
    return bundle


def _unknown(field: str) -> ValidationError:
    return ValidationError({field: [ErrorDetail(_("There is nothing with this code."), code="unknown-code")]})
