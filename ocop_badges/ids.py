"""Public identifiers: they are printed in QR codes for years, so they never change and never collide by sight."""

import secrets

# Crockford's base 32, lower case: no i, l, o, u.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 12


def new_public_id() -> str:
    """A random public identifier: 12 characters, 60 bits."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in secrets.token_bytes(LENGTH))  # 256 = 8 × 32: no bias


def is_public_id(text: str) -> bool:
    """Whether a text could be a public identifier."""
    return len(text) == LENGTH and not set(text) - set(ALPHABET)


_LOOK_ALIKE = str.maketrans("oil", "011", "- \x00")


def as_printed(text: str) -> str:
    """A public identifier as it was printed, from what a person read and typed (Crockford's rules)."""
    return text.lower().translate(_LOOK_ALIKE)
