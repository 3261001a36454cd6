from .audit import AuditChain, AuditEntry
from .badges import BadgePeriod
from .certificates import (
    AuthorityLevel,
    Certificate,
    Extension,
    Revocation,
    RevocationGround,
    Suspension,
    product_model,
)
from .corrections import CorrectedField, Correction
from .evidence import EvidenceFile, EvidenceKind
from .officers import OfficerPost, PostRole
from .regulations import Regulation

__all__ = [
    "AuditChain",
    "AuditEntry",
    "AuthorityLevel",
    "BadgePeriod",
    "Certificate",
    "CorrectedField",
    "Correction",
    "EvidenceFile",
    "EvidenceKind",
    "Extension",
    "OfficerPost",
    "PostRole",
    "Regulation",
    "Revocation",
    "RevocationGround",
    "Suspension",
    "product_model",
]
