"""What the verify page says of a certificate's signed proof."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from ocop_badges.verification import Verification

from . import keys, signing, wording
from .verifying import check_signature


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a certificate has a signed credential whose signature holds, and a sentence that says so."""

    holds: bool
    sentence: str


def proof_of(verification: Verification, *, at: datetime, day: date, base: str) -> Proof:
    """The proof as anybody would find it now: it is signed and then checked as one that somebody brings."""
    try:
        signed = signing.sign_certificate(verification, at=at, base=base)
    except keys.UnreadableKey:
        return Proof(False, _("It cannot be signed at present."))
    if signed is None:
        return Proof(False, _("There is none: this certificate never takes effect."))
    step = check_signature(signed.token, base=base, on=day)
    return Proof(step.holds, wording.say(step))
