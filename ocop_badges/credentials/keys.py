"""The platform's keys: made on first use, replaced by command, published while anything they signed may be valid.

The private half is kept encrypted (AES-256-GCM, bound to the key's name) under a key derived from
``settings.CREDENTIALS_SECRET``, or ``SECRET_KEY`` where there is none.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from ocop_badges import days
from ocop_badges.errors import DomainError, Fault
from ocop_badges.models import Certificate

from . import jws
from .models import SigningKey

_NONCE = 12  # bytes
_PURPOSE = b"ocop_credentials: private keys, 1"


class UnreadableKey(DomainError):
    """The private key was encrypted under another secret than today's."""

    def __init__(self) -> None:
        super().__init__(
            "The signing key cannot be read with today's CREDENTIALS_SECRET: rotate_credential_key makes another.",
            code="unreadable-key",
            status=503,
        )


@dataclass(frozen=True, slots=True)
class Signer:
    """What signs today: a private key and its name."""

    kid: str
    private_key: EllipticCurvePrivateKey


def load_signer(*, at: datetime) -> Signer:
    """The key that signs; the first use makes it. One query. Raises ``UnreadableKey``."""
    key = _signing_key(at)
    return Signer(key.kid, _decrypted(key))


def published_jwks(*, at: datetime, on: date) -> list[jws.Json]:
    """The public keys whose signatures are to be believed on a day; the first use makes one. Two queries."""
    _signing_key(at)
    return list(SigningKey.objects.published(on=on).values_list("public_jwk", flat=True))


def rotate_key(*, at: datetime) -> SigningKey:
    """Let a new key sign from now on. The old one stays published until the last certificate of today has ended."""
    on = at.astimezone(days.ZONE).date()
    last_day = Certificate.objects.with_last_day().aggregate(last=Max("effective_until"))["last"]
    old = SigningKey.objects.filter(replaced_at__isnull=True)
    try:
        with transaction.atomic():
            old.update(replaced_at=at, needed_until=max(last_day or on, on))
            return _new_key(at)
    except IntegrityError:
        raise DomainError("Somebody else has just made a new key.", code="rotated-meanwhile") from None


@transaction.atomic
def retire_key(*, kid: str, at: datetime) -> SigningKey:
    """Withdraw a key: nothing it signed is believed any more. The one that signs is replaced first."""
    key = SigningKey.objects.select_for_update().filter(kid=kid).first()
    if key is None:
        known = f"There is no key {kid}."
        raise DomainError(known, code="unknown-key", status=404, faults=[Fault(known, "unknown-key", "kid")])
    if key.retired_at is not None:
        raise DomainError("This key is withdrawn already.", code="already-withdrawn")
    if key.replaced_at is None:
        rotate_key(at=at)
        key.refresh_from_db()
    key.retired_at = at
    key.save(update_fields=["retired_at"])
    return key


def _signing_key(at: datetime) -> SigningKey:
    key = SigningKey.objects.filter(replaced_at__isnull=True).first()
    if key is not None:
        return key
    try:
        with transaction.atomic():
            return _new_key(at)
    except IntegrityError:  # another request was faster
        return SigningKey.objects.get(replaced_at__isnull=True)


def _new_key(at: datetime) -> SigningKey:
    private_key = jws.new_private_key()
    public_jwk = jws.public_jwk(private_key)
    return SigningKey.objects.create(
        kid=public_jwk["kid"],
        algorithm=jws.ALGORITHM,
        public_jwk=public_jwk,
        private_key=_encrypted(private_key, public_jwk["kid"]),
        created_at=at,
    )


def _encrypted(private_key: EllipticCurvePrivateKey, kid: str) -> str:
    der = private_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    nonce = secrets.token_bytes(_NONCE)
    return base64.b64encode(nonce + _cipher().encrypt(nonce, der, kid.encode())).decode()


def _decrypted(key: SigningKey) -> EllipticCurvePrivateKey:
    packed = base64.b64decode(key.private_key)
    try:
        der = _cipher().decrypt(packed[:_NONCE], packed[_NONCE:], key.kid.encode())
    except InvalidTag:
        raise UnreadableKey from None
    private_key = serialization.load_der_private_key(der, password=None)
    if not isinstance(private_key, EllipticCurvePrivateKey):
        raise UnreadableKey
    return private_key


def _cipher() -> AESGCM:
    secret = settings.CREDENTIALS_SECRET or settings.SECRET_KEY
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE)
    return AESGCM(derive.derive(secret.encode()))
