"""What is signed: the credential of a certificate and the credential of a status list (W3C data model 2.0).

The issuer is this platform, which attests that it recorded a decision; the decision's authority is part of what it
says. Addresses are made of ``base``, the site's own without a trailing slash.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.urls import reverse

from ocop_badges import freshness, rules
from ocop_badges.days import ZONE, start_of
from ocop_badges.links import verify_address
from ocop_badges.verification import Verification

from . import bitstrings, issuer
from .models import StatusPlace
from .status_lists import Purpose, StatusList

CONTEXT = "https://www.w3.org/ns/credentials/v2"
CREDENTIAL_TYPES = ["VerifiableCredential", "OcopCertificateCredential"]
LIST_TYPES = ["VerifiableCredential", "BitstringStatusListCredential"]
_LAST_SECOND = time(23, 59, 59, tzinfo=ZONE)

Json = dict[str, Any]


def days_of(verification: Verification) -> tuple[date, date] | None:
    """First and last day of a certificate as known now; None where it never takes effect.

    An extension, a revocation and a successor count once they are recorded; a suspension does not: it may be lifted.
    """
    facts = verification.facts
    ends = [facts.last_day + rules.ONE_DAY]
    if facts.revoked_on is not None:
        ends.append(facts.revoked_on)
    if (successor := rules.superseded_on(facts, verification.family.facts)) is not None:
        ends.append(successor)
    last = min(ends) - rules.ONE_DAY
    return (facts.valid_from, last) if facts.valid_from <= last else None


def first_instant(day: date) -> str:
    return start_of(day).isoformat()


def last_instant(day: date) -> str:
    """The last second of a day. A verifier that counts the end in and one that does not agree from midnight on."""
    return datetime.combine(day, _LAST_SECOND).isoformat()


def certificate_credential(
    verification: Verification, *, period: tuple[date, date], place: StatusPlace, base: str
) -> Json:
    """The credential of a certificate over a period, ``days_of`` it."""
    certificate, subject = verification.certificate, verification.subject
    return {
        "@context": [CONTEXT, f"{base}{reverse('credential-context')}"],
        "id": credential_address(certificate.public_id, base=base),
        "type": CREDENTIAL_TYPES,
        "issuer": {"id": issuer.did_of(base), "name": settings.SITE_NAME},
        "description": [
            {
                "@value": "Nơi cấp chứng thực này xác nhận đã ghi nhận quyết định; cơ quan công nhận là nơi ra "
                "quyết định.",
                "@language": "vi",
            },
            {
                "@value": "The issuer attests that it recorded the decision; the authority that decided is named "
                "in the subject.",
                "@language": "en",
            },
        ],
        "validFrom": first_instant(period[0]),
        "validUntil": last_instant(period[1]),
        "credentialStatus": [_status_entry(purpose, place, base) for purpose in Purpose],
        "credentialSubject": {
            "id": verify_address(certificate.public_id, base=base),
            "type": "OcopCertificate",
            "certificate_id": certificate.public_id,
            "stars": certificate.stars,
            "decision_number": certificate.decision_number,
            "issuing_authority": certificate.issuing_authority,
            "issued_on": certificate.issued_on.isoformat(),
            "covers": certificate.covers,
            "product": {
                "type": "OcopProduct",
                "product_id": subject.public_id,
                "product_name": subject.name,
                "product_set": subject.product_set_code,
            },
            "producer": {"type": "OcopProducer", "producer_name": subject.producer_name},
            "province": {
                "type": "Province",
                "province_code": subject.province_code,
                "province_name": subject.province_name,
            },
        },
    }


def list_credential(status_list: StatusList, indexes: Iterable[int], *, at: datetime, day: date, base: str) -> Json:
    """The credential of a status list with the bits of a day: valid for that day and no longer.

    ``ttl`` (milliseconds) tells how long it may be kept; it is a minute, or what is left of the day.
    """
    address = list_address(status_list, base=base)
    return {
        "@context": [CONTEXT],
        "id": address,
        "type": LIST_TYPES,
        "issuer": issuer.did_of(base),
        "validFrom": first_instant(day),
        "validUntil": last_instant(day),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": status_list.purpose.value,
            "encodedList": bitstrings.encode(indexes),
            "ttl": freshness.max_age(at) * 1000,
        },
    }


def credential_address(public_id: str, *, base: str) -> str:
    return f"{base}{reverse('certificate-credential', args=[public_id])}"


def list_address(status_list: StatusList, *, base: str) -> str:
    return f"{base}{reverse('status-list', args=[status_list.name])}"


def _status_entry(purpose: Purpose, place: StatusPlace, base: str) -> Json:
    address = list_address(StatusList(purpose, place.list_number), base=base)
    return {
        "id": f"{address}#{place.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose.value,
        "statusListIndex": str(place.index),
        "statusListCredential": address,
    }
