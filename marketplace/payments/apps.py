from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "marketplace.payments"
    label = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        from marketplace.orders import cancelled_unpaid, delivery, offered
        from marketplace.orders.models import PaymentMethod
        from marketplace.payments import cod, cod_collecting, ledger_checks, services, stripe_client, vietqr
        from marketplace.settlement.registry import register_check

        offered.register(PaymentMethod.COD, cod.takes, why_not=cod.why_not)
        offered.register(PaymentMethod.VIETQR, vietqr.takes)
        offered.register(PaymentMethod.STRIPE, stripe_client.takes)
        delivery.register("cash on delivery", cod_collecting.collect_delivered)
        cancelled_unpaid.register("the provider's page", services.close_page_if_possible)
        register_check("payments are booked as they came in and went back", ledger_checks.differing_captures)
        register_check("what is due back is owed", ledger_checks.differing_refunds)
