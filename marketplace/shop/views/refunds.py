"""``/orders/{number}/refund-account/``: where money is to go back that a person transfers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from marketplace.payments.bank_refunds import give_account
from marketplace.shop.refund_form import NAMES, account_fields
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of

from .base import private_page
from .orders import order_or_404, show_order


@private_page("POST")
def account(request: HttpRequest, number: str) -> HttpResponse:
    """Take the shopper's account; what is wrong with it is said at the field, on the order's page."""
    found = order_or_404(request, number)
    texts = {name: request.POST.get(name, "") for name in NAMES}
    try:
        give_account(order_id=found.pk, at=time_of(request).at, **texts)
    except DomainError as refusal:
        if refusal.faults:
            faults = {fault.field: fault.detail for fault in refusal.faults}
            return show_order(request, found, account=account_fields(texts, faults), status=400)
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("Thank you. The money goes to this account."))
    return redirect("order", number=found.number)
