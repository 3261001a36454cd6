"""Where providers of payments tell what happened, below ``/webhooks/``."""

from django.urls import path

from . import webhooks_bank, webhooks_stripe

urlpatterns = [
    path("bank/", webhooks_bank.bank, name="webhook-bank"),
    path("stripe/", webhooks_stripe.stripe, name="webhook-stripe"),
]
