from django.urls import path

from .views import aftersales, cart, checkout, gifts, orders, refunds

urlpatterns = [
    path("cart/", cart.cart, name="cart"),
    path("cart/lines/", cart.add, name="cart-add"),
    path("cart/lines/<int:line_id>/", cart.change, name="cart-line"),
    path("cart/vouchers/", cart.vouchers, name="cart-vouchers"),
    path("cart/seen/", cart.seen, name="cart-seen"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/recipients/", gifts.upload, name="checkout-recipients"),
    path("checkout/recipients/sample.csv", gifts.sample, name="checkout-recipients-sample"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<slug:number>/", orders.order, name="order"),
    path("orders/<slug:number>/status/", orders.status, name="order-status"),
    path("orders/<slug:number>/pay/", orders.pay, name="order-pay"),
    path("orders/<slug:number>/cancel/", orders.cancel, name="order-cancel"),
    path("orders/<slug:number>/cancel-part/", aftersales.cancel_part, name="order-cancel-part"),
    path("orders/<slug:number>/receipt.pdf", aftersales.receipt, name="order-receipt"),
    path("orders/<slug:number>/return/", aftersales.send_back, name="order-return"),
    path("orders/<slug:number>/return/keep/", aftersales.keep, name="order-return-keep"),
    path("orders/<slug:number>/refund-account/", refunds.account, name="order-refund-account"),
]
