"""Order numbers and the tokens that open an order's page."""

import hmac
import secrets

from django.utils.crypto import salted_hmac

# Without vowels, so that no number spells a word, and without 0, 1 and letters that look like them: a number is read
# out on the phone, and typed into a transfer.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
_SALT = "marketplace.orders.access"
PREFIX = "OC"
LENGTH = 12


def new_order_number() -> str:
    """``OC`` and ten signs: 27¹⁰ of them, so that none is guessed."""
    return PREFIX + "".join(secrets.choice(ALPHABET) for _place in range(LENGTH - len(PREFIX)))


def new_token_seed() -> str:
    return secrets.token_urlsafe(16)


def access_token(*, number: str, seed: str) -> str:
    """What opens an order without signing in. Not stored: made of the number and a seed under ``SECRET_KEY``."""
    return salted_hmac(_SALT, f"{number}:{seed}", algorithm="sha256").hexdigest()


def opens(token: str, *, number: str, seed: str) -> bool:
    """Whether a token is that of the order, compared in constant time."""
    return hmac.compare_digest(token.encode(), access_token(number=number, seed=seed).encode())
