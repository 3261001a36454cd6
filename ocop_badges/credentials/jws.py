"""A credential as a signed text (W3C Securing Verifiable Credentials using JOSE and COSE; RFC 7515). Pure.

Signed with ES256, the one algorithm that every profile of verifiers asks for and that W3C's examples and test suite
use; the nonce is derived from the message (RFC 6979), so that the same credential is the same text, byte for byte.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from jwt import PyJWS
from jwt.algorithms import ECAlgorithm
from jwt.exceptions import PyJWTError
from jwt.utils import der_to_raw_signature

ALGORITHM = "ES256"
MEDIA_TYPE = "application/vc+jwt"
MAX_LENGTH = 16_384  # characters of a credential; ours are a tenth of it
MAX_LIST_LENGTH = 262_144  # of a status list

Json = dict[str, Any]


class BadToken(ValueError):
    """A text that is no credential signed as ours are. ``code`` says which step it failed at."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _DerivedNonce(ECAlgorithm):
    """ES256 with the nonce of RFC 6979, which other implementations verify like any other."""

    def sign(self, msg: bytes, key: Any) -> bytes:
        der = key.sign(msg, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        return der_to_raw_signature(der, key.curve)


def new_private_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public_jwk(key: ec.EllipticCurvePrivateKey) -> Json:
    """The public half as a JWK (RFC 7517), named by its thumbprint."""
    numbers = key.public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256", "x": _base64url(_octets(numbers.x)), "y": _base64url(_octets(numbers.y))}
    return {**jwk, "kid": thumbprint(jwk), "use": "sig", "alg": ALGORITHM}


def thumbprint(jwk: Mapping[str, str]) -> str:
    """The name of a key that follows from the key (RFC 7638)."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def sign(document: Json, *, key: ec.EllipticCurvePrivateKey, method: str) -> str:
    """The document, signed. ``method`` is the verification method, a DID URL: a verifier finds the key by it."""
    jws = PyJWS(algorithms=[])
    jws.register_algorithm(ALGORITHM, _DerivedNonce(ECAlgorithm.SHA256))
    payload = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.encode(payload, key, ALGORITHM, headers={"kid": method, "typ": "vc+jwt", "cty": "vc"})


def method_of(token: str) -> str:
    """Which verification method a text says it was signed by. Raises ``BadToken`` where it is not of our kind.

    Nothing vouches for it yet: it may be any text.
    """
    if len(token) > MAX_LENGTH:
        raise BadToken("too-long")
    try:
        header = PyJWS().get_unverified_header(token)
    except PyJWTError as error:
        raise BadToken("not-a-credential") from error
    if header.get("alg") != ALGORITHM:
        raise BadToken("other-algorithm")
    if header.get("typ") != "vc+jwt":
        raise BadToken("not-a-credential")
    method = header.get("kid")
    if not isinstance(method, str):
        raise BadToken("unknown-key")
    return method


def read(token: str, *, jwk: Mapping[str, str]) -> Json:
    """What a text says, once its signature is found to be that of ``jwk``. Raises ``BadToken``."""
    try:
        key = ECAlgorithm(ECAlgorithm.SHA256).from_jwk(dict(jwk))
        payload = PyJWS(algorithms=[ALGORITHM]).decode(token, key, algorithms=[ALGORITHM])  # type: ignore[arg-type]
    except PyJWTError as error:
        raise BadToken("bad-signature") from error
    try:
        document = json.loads(payload)
    except ValueError as error:
        raise BadToken("not-a-credential") from error
    # The claims "vc" and "vp" are those of the data model 1.1 (section 3.1 forbids them here).
    if not isinstance(document, dict) or {"vc", "vp"} & document.keys():
        raise BadToken("not-a-credential")
    return document


def _octets(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")
