"""The only way to lock what a certificate depends on: its product, a parent before its children."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from ocop_badges import audit
from ocop_badges.errors import DomainError
from ocop_badges.models import Certificate, product_model


def lock_product(product_id: int, *, seen: int | None = None) -> None:
    """Let one transaction at a time change the certificates of a product. See ``lock_products`` for ``seen``."""
    lock_products([product_id], seen=None if seen is None else {product_id: seen})


def lock_products(product_ids: Sequence[int], *, seen: Mapping[int, int] | None = None) -> None:
    """Lock several, in the order of their ids. Two queries.

    ``seen`` maps products to the ``audit.version_of`` them that the actor looked at: another one means that somebody
    acted in between, and is a conflict (``DomainError``).
    """
    products = product_model()
    locked = products._base_manager.select_for_update().only("pk").filter(pk__in=product_ids).order_by("pk")
    if len(locked) < len(set(product_ids)):
        raise products.DoesNotExist("A certificate is issued to a product that exists.")
    if seen and any(version != seen[product_id] for product_id, version in audit.versions_of(list(seen)).items()):
        raise DomainError(
            _("Somebody else has changed this product's certificates meanwhile: look at them again, then decide."),
            code="changed-meanwhile",
        )


def locked(certificate: Certificate, *, seen: int | None = None) -> Certificate:
    """The certificate as it is now, its product locked. See ``lock_products`` for ``seen``."""
    lock_product(certificate.product_id, seen=seen)
    return Certificate.objects.with_facts().get(pk=certificate.pk)
