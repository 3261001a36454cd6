"""The only way to lock what a certificate depends on: its product, a parent before its children."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from ocop_badges import audit
from ocop_badges.errors import DomainError
from ocop_badges.models import Certificate


def lock_product(product_id: int, *, seen: int | None = None) -> None:
    """Let one transaction at a time change the certificates of a product.

    ``seen`` is the ``audit.version_of`` the product that the actor looked at: another one means that somebody acted
    in between, and is a conflict.
    """
    lock_products([product_id])
    if seen is not None and audit.version_of(product_id) != seen:
        raise DomainError(
            _("Somebody else has changed this product's certificates meanwhile: look at them again, then decide."),
            code="changed-meanwhile",
        )


def lock_products(product_ids: Sequence[int]) -> None:
    """Lock several, in the order of their ids."""
    product_model: Any = Certificate._meta.get_field("product").related_model
    locked = product_model._base_manager.select_for_update().only("pk").filter(pk__in=product_ids).order_by("pk")
    if len(locked) < len(set(product_ids)):
        raise product_model.DoesNotExist("A certificate is issued to a product that exists.")


def locked(certificate: Certificate, *, seen: int | None = None) -> Certificate:
    """The certificate as it is now, its product locked. See ``lock_product`` for ``seen``."""
    lock_product(certificate.product_id, seen=seen)
    return Certificate.objects.with_facts().get(pk=certificate.pk)
