"""Public identifiers: they are printed in QR codes for years, so they never change and never collide by sight."""

import secrets

# Crockford's base 32, lower case: no i, l, o, u.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 12


def new_public_id() -> str:
    """A random public identifier: 12 characters, 60 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
