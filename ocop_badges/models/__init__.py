from .badges import BadgePeriod
from .certificates import Certificate, Extension, Revocation, RevocationGround, Suspension
from .regulations import Regulation

__all__ = [
    "BadgePeriod",
    "Certificate",
    "Extension",
    "Regulation",
    "Revocation",
    "RevocationGround",
    "Suspension",
]
