from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "marketplace.orders"
    label = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from marketplace.orders import ledger_checks
        from marketplace.settlement.registry import register_check, register_order_names

        register_check("every delivery is booked", ledger_checks.unbooked_deliveries)
        register_check("no order that is over holds money", ledger_checks.money_left_over)
        register_order_names(ledger_checks.order_numbers)
