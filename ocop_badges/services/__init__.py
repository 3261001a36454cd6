"""What changes certificates. Each function is one transaction that records a fact, rewrites the badge periods and
tells the audit trail.

``at`` is the instant of recording, ``by`` who records (None: the system, such as an import), ``seen`` the version of
the product's trail that the actor looked at (None: whatever it is). Every function raises ``InvalidFact`` (a
``DomainError``) where the fact cannot be recorded, and then has written nothing. Each refusal by the state of a
certificate names its article (``lifecycle``).
"""

from .correcting import correct_certificate
from .evidence import keep_evidence, share_evidence, transaction_with_evidence
from .issuing import certify_by_decision, draft_certificate, issue_certificate, issue_certificates
from .locking import lock_product, lock_products
from .measures import extend_certificate, lift_suspension, revoke_certificate, suspend_certificate
from .periods import rewrite_badge_periods

__all__ = [
    "certify_by_decision",
    "correct_certificate",
    "draft_certificate",
    "extend_certificate",
    "issue_certificate",
    "issue_certificates",
    "keep_evidence",
    "lift_suspension",
    "lock_product",
    "lock_products",
    "revoke_certificate",
    "rewrite_badge_periods",
    "share_evidence",
    "suspend_certificate",
    "transaction_with_evidence",
]
