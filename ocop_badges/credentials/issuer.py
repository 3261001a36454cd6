"""Who signs: this platform, by the name that follows from its address (did:web), and the keys it publishes."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit


def did_of(base: str) -> str:
    """The DID of the site at an address (``https://shop.example.vn`` without a trailing slash).

    A port is part of the name, its colon escaped; the document is at ``/.well-known/did.json``.
    """
    address = urlsplit(base)
    host = (address.hostname or "").encode("idna").decode()
    return f"did:web:{host}%3A{address.port}" if address.port else f"did:web:{host}"


def method_of(did: str, kid: str) -> str:
    """The verification method of a key: a DID URL whose fragment is the key's thumbprint."""
    return f"{did}#{kid}"


def did_document(did: str, jwks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The DID document: each published key may assert."""
    methods = [
        {"id": method_of(did, jwk["kid"]), "type": "JsonWebKey", "controller": did, "publicKeyJwk": dict(jwk)}
        for jwk in jwks
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
