from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class ShopConfig(AppConfig):
    name = "marketplace.shop"
    label = "shop"
    verbose_name = _("Cart and checkout")

    def ready(self) -> None:
        from marketplace.shop.baskets import merge_at_sign_in

        user_logged_in.connect(merge_at_sign_in, dispatch_uid="marketplace.shop.merge_at_sign_in")
