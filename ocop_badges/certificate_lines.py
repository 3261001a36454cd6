"""A certificate as the API tells it, built from values; ``serializers`` describes the same."""

from datetime import date
from typing import Any

from django.urls import reverse

from .links import language_prefix, verify_address
from .models import Certificate
from .subjects import Subject
from .verification import Family

Line = dict[str, Any]


def certificate_line(certificate: Certificate, family: Family, *, day: date, lang: str, base: str) -> Line:
    """A certificate as it stands on ``day``; ``base`` begins every address."""
    since = family.status_since(certificate, day)
    return {
        "id": certificate.public_id,
        "stars": certificate.stars,
        "decision_number": certificate.decision_number,
        "issuing_authority": certificate.issuing_authority,
        "issued_on": certificate.issued_on.isoformat(),
        "valid_from": certificate.valid_from.isoformat(),
        "valid_until": family.facts_of(certificate).last_day.isoformat(),
        "status": family.status(certificate, day),
        "status_since": since.isoformat() if since else None,
        "url": f"{base}{reverse('certificate', args=[certificate.public_id])}",
        "verify": verify_address(certificate.public_id, base=base, lang=lang),
    }


def owner_of(subject: Subject, *, lang: str, base: str) -> Line:
    """Whose certificate it is."""
    return {
        "product": {
            "id": subject.public_id,
            "slug": subject.slug,
            "name": subject.name_in(lang),
            "url": f"{base}{language_prefix(lang)}{subject.path}" if subject.is_published else None,
        },
        "producer": {"slug": subject.producer_slug, "name": subject.producer_name},
        "province": {"code": subject.province_code, "name": subject.province_name},
    }
