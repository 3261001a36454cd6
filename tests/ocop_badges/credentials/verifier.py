"""A verifier that knows nothing of this project: what anybody can write from the specifications.

It reads answers of HTTP and checks them with jwcrypto: the DID document by did:web, the signature by RFC 7515, the
dates by the data model 2.0 and the status by the Bitstring Status List 1.0.
"""

import base64
import gzip
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS, InvalidJWSObject, InvalidJWSSignature

Fetch = Callable[[str], tuple[str, bytes]]  # an address to the media type and the octets of its answer


class Rejected(Exception):
    """A credential that does not hold; its text says why."""


def verify(token: str, *, fetch: Fetch, at: datetime, kind: str = "OcopCertificateCredential") -> dict[str, Any]:
    """The credential that a text carries, if it holds at an instant."""
    jws = JWS()
    jws.allowed_algs = ["ES256"]
    try:
        jws.deserialize(token)
        header = jws.jose_header
    except (InvalidJWSObject, ValueError) as error:
        raise Rejected("not a JWS") from error
    if header.get("typ") != "vc+jwt" or header.get("cty") != "vc":
        raise Rejected("not a credential")
    did = header["kid"].partition("#")[0]
    document = json.loads(fetch(address_of(did))[1])
    if document["id"] != did:
        raise Rejected("another's document")
    methods = {method["id"]: method for method in document["verificationMethod"]}
    if header["kid"] not in document["assertionMethod"] or header["kid"] not in methods:
        raise Rejected("unknown key")
    method = methods[header["kid"]]
    if method["type"] != "JsonWebKey" or method["controller"] != did:
        raise Rejected("no key for this")
    key = JWK(**method["publicKeyJwk"])
    if key.thumbprint() != header["kid"].partition("#")[2]:
        raise Rejected("another key than its name says")
    try:
        jws.verify(key)
    except InvalidJWSSignature as error:
        raise Rejected("bad signature") from error
    credential = json.loads(jws.payload)
    issuer = credential["issuer"]
    if (issuer if isinstance(issuer, str) else issuer["id"]) != did:
        raise Rejected("issued by another than signed")
    if credential["@context"][0] != "https://www.w3.org/ns/credentials/v2":
        raise Rejected("not of the data model 2.0")
    if "VerifiableCredential" not in credential["type"] or kind not in credential["type"]:
        raise Rejected("another kind")
    if at < datetime.fromisoformat(credential["validFrom"]):
        raise Rejected("not yet valid")
    if at > datetime.fromisoformat(credential["validUntil"]):
        raise Rejected("no longer valid")
    for entry in credential.get("credentialStatus", []):
        if status(entry, fetch=fetch, at=at):
            raise Rejected(entry["statusPurpose"])
    return credential


def status(entry: dict[str, Any], *, fetch: Fetch, at: datetime) -> bool:
    """Section 3.2, the validate algorithm."""
    assert entry["type"] == "BitstringStatusListEntry"
    media_type, body = fetch(entry["statusListCredential"])
    assert media_type == "application/vc+jwt"
    listed = verify(body.decode(), fetch=fetch, at=at, kind="BitstringStatusListCredential")
    subject = listed["credentialSubject"]
    assert listed["id"] == entry["statusListCredential"]
    assert subject["type"] == "BitstringStatusList"
    assert subject["statusPurpose"] == entry["statusPurpose"]
    bits = expand(subject["encodedList"])
    assert len(bits) >= 131_072
    assert isinstance(entry["statusListIndex"], str)
    return bits[int(entry["statusListIndex"])] == "1"


def expand(encoded: str) -> str:
    """Section 3.4, the bitstring expansion algorithm: as a text of ones and noughts, the first index first."""
    assert encoded[0] == "u"
    packed = base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4))
    return "".join(f"{octet:08b}" for octet in gzip.decompress(packed))


def address_of(did: str) -> str:
    """The address of a did:web's document."""
    method, name, host = did.split(":")
    assert (method, name) == ("did", "web")
    return f"https://{unquote(host)}/.well-known/did.json"
