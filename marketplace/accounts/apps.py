from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "marketplace.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from ocop_badges.dossiers import ports

        from . import ties

        ports.register_ties(ties.belongs_to_producer)
