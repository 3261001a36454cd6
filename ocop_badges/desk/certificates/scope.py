"""What an officer reaches: every queryset of the desk begins here, so that what is out of the mandate is not there."""

from typing import Any

from django.db import models
from django.http import Http404

from ocop_badges.models import Certificate, product_model
from ocop_badges.models.certificates import CertificateQuerySet
from ocop_badges.officers import Mandate

MAX_ID = 12  # characters of a public id


def certificates_of(mandate: Mandate) -> CertificateQuerySet:
    """The certificates that an officer keeps."""
    return Certificate.objects.filter(mandate.keeps())


def certificate_or_404(mandate: Mandate, public_id: str) -> Certificate:
    certificate = certificates_of(mandate).filter(public_id=public_id).first()
    if certificate is None:
        raise Http404
    return certificate


def products_of(mandate: Mandate) -> "models.QuerySet[Any]":
    """The products whose certificates an officer keeps."""
    products: models.QuerySet[Any] = product_model()._default_manager.filter(mandate.keeps(""))
    return products


def product_or_404(mandate: Mandate, public_id: str) -> Any:
    product = products_of(mandate).filter(public_id=public_id).first()
    if product is None:
        raise Http404
    return product
