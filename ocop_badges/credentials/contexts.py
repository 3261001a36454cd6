"""What the words of our credentials mean to a reader of JSON-LD 1.1: the context behind that of the W3C."""

from typing import Any

_XSD = "http://www.w3.org/2001/XMLSchema#"

_TYPES = ("OcopCertificateCredential", "OcopCertificate", "OcopProduct", "OcopProducer", "Province")
_TEXTS = (
    "certificate_id", "decision_number", "issuing_authority", "covers", "product_id", "product_name", "product_set",
    "producer_name", "province_code", "province_name",
)  # fmt: skip
_OTHERS = {"stars": f"{_XSD}integer", "issued_on": f"{_XSD}date"}
_NODES = ("product", "producer", "province")


def context(address: str) -> dict[str, Any]:
    """The context that is served at an address; each word is named by it."""
    terms: dict[str, Any] = {name: f"{address}#{name}" for name in (*_TYPES, *_TEXTS, *_NODES)}
    terms |= {name: {"@id": f"{address}#{name}", "@type": kind} for name, kind in _OTHERS.items()}
    return {"@context": {"@version": 1.1, "@protected": True, "id": "@id", "type": "@type", **terms}}
