"""What the steps of a check say to people, in the active language."""

from django.utils.translation import gettext as _

from ocop_badges.markup import written

from .verifying import Step


def say(step: Step) -> str:
    """One sentence about what was found."""
    day = {"day": written(step.day) if step.day else ""}
    match step.code:
        case "signed":
            return _("The signature is that of this marketplace, and nothing was changed since.")
        case "not-a-credential":
            return _("This text is no signed credential.")
        case "too-long":
            return _("This text is longer than any credential of this marketplace.")
        case "other-algorithm":
            return _("It is signed in a way that this marketplace never signs.")
        case "other-site":
            return _("It is no credential of this marketplace.")
        case "other-kind":
            return _("This marketplace signed it, but it is no credential of a certificate.")
        case "unknown-key":
            return _("It names a key that this marketplace never had.")
        case "withdrawn-key":
            return _("It is signed with a key that is believed no longer: ask for the credential anew.")
        case "bad-signature":
            return _("The signature does not fit: the text was changed, or somebody else signed it.")
        case "current":
            return _("The certificate's last day is %(day)s.") % day
        case "not-yet":
            return _("Not yet: the certificate begins on %(day)s.") % day
        case "ended":
            return _("It has ended: its last day was %(day)s.") % day
        case "clear":
            return _("It is neither revoked nor suspended.")
        case "revoked":
            return _("The certificate was revoked, replaced, or corrected since this was signed.")
        case "suspended":
            return _("The certificate is suspended.")
    return _("It names a status list that this marketplace does not keep.")


def name_of(step: Step) -> str:
    """The heading of a step."""
    return {"signature": _("Signature"), "dates": _("Dates"), "status": _("Status")}[step.name]
