"""The printable sheet of a certificate: what its verify page says on the day it is printed, and the way back to it."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import segno
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from ocop_badges.links import verify_address
from ocop_badges.markup import STAR_POINTS, written
from ocop_badges.rules import Status
from ocop_badges.typeset import Form, fitting, typeset
from ocop_badges.verification import Verification

from .documents import days_of

VERSION = 1  # raised with every change of the drawing: it is part of the ETag

_TEMPLATE = Path(__file__).with_name("sheet.typ")
_QR_MARGIN = 2  # modules; the paper around it is white


def sheet_of(verification: Verification, *, day: date, lang: str, base: str) -> str:
    """Everything a sheet shows, as JSON: the same text is the same sheet. ``lang`` is ``vi`` or ``en``."""
    certificate, subject = verification.certificate, verification.subject
    holds = verification.status is Status.VALID
    period = days_of(verification)
    address = verify_address(certificate.public_id, base=base, lang=lang)
    with override(lang):
        facts = [
            (_("Decision"), certificate.decision_number),
            (_("Issued by"), certificate.issuing_authority),
            (_("Issued on"), written(certificate.issued_on)),
            (_("First day"), written(certificate.valid_from)),
            (_("Last day"), written(period[1]) if period else ""),
            (_("Covers"), certificate.covers),
            (_("Certificate id"), certificate.public_id),
        ]
        sheet = {
            "lang": lang,
            "site": settings.SITE_NAME,
            "title": _("OCOP certificate %(number)s") % {"number": certificate.decision_number},
            "kind": _("Record of an OCOP certificate"),
            "product": fitting(subject.name_in(lang)),
            "maker": fitting(f"{subject.producer_name}, {subject.province_name}"),
            "holds": holds,
            "verdict": _verdict(verification),
            "stars": certificate.stars if holds else 0,
            "stars_label": _("%(stars)s OCOP stars") % {"stars": certificate.stars} if holds else "",
            "why": fitting(_why(verification, period)),
            "as_of": _("As of %(day)s, Vietnam time.") % {"day": written(day)},
            "facts": [(name, fitting(value)) for name, value in facts if value],
            "qr": _qr_svg(address),
            "qr_alt": _("QR code of the page that says whether the certificate is valid today"),
            "warning": _("This sheet is no certificate: check the QR code."),
            "advice": _(
                "It shows what was recorded on the day of printing, which may have changed since. Only the decision of "
                "the authority recognises a product; the page behind the code says what holds today."
            ),
            "verify": address,
            "verify_shown": address.partition("://")[2],
            "printed": _("Printed on %(day)s") % {"day": written(day)},
            "star_points": STAR_POINTS,
        }
    return json.dumps(sheet, ensure_ascii=False)


def draw(sheet: str, *, form: Form = "pdf") -> bytes:
    """A sheet as one PDF (tagged for screen readers), or its first page as PNG. Tens of milliseconds."""
    return typeset(_TEMPLATE, sheet, form=form)


def qr_of(address: str) -> segno.QRCode:
    """The code that leads back to the verify page: a quarter of it may be unreadable."""
    return segno.make_qr(address, error="q", boost_error=False)


def _verdict(verification: Verification) -> str:
    match verification.status:
        case Status.VALID:
            return pgettext("certificate", "Valid")
        case Status.UPCOMING:
            return _("Not yet valid")
        case Status.SUSPENDED:
            return _("Suspended")
    return _("ENDED")


def _why(verification: Verification, period: tuple[date, date] | None) -> str:
    """One sentence, as on the verify page."""
    certificate, facts = verification.certificate, verification.facts
    match verification.status:
        case Status.VALID:
            last_day = period[1] if period else facts.last_day
            return _("The certificate's last day is %(day)s.") % {"day": written(last_day)}
        case Status.UPCOMING:
            return _("Not yet: the certificate begins on %(day)s.") % {"day": written(facts.valid_from)}
        case Status.EXPIRED:
            return _("The certificate has expired: its last day was %(day)s.") % {"day": written(facts.last_day)}
        case Status.SUSPENDED:
            since = written(verification.since) if verification.since else ""
            return _("Suspended by this marketplace since %(day)s: %(reason)s") % {
                "day": since,
                "reason": verification.suspension_reason,
            }
        case Status.REVOKED:
            revocation = certificate.revocation
            return _("Revoked by decision %(number)s from %(day)s on. Ground: %(ground)s.") % {
                "number": revocation.decision_number,
                "day": written(revocation.effective_on),
                "ground": revocation.get_ground_display(),
            }
    since = written(verification.since) if verification.since else ""
    return _("Replaced by a later certificate since %(day)s.") % {"day": since}


def _qr_svg(address: str) -> str:
    drawn = BytesIO()
    qr_of(address).save(drawn, kind="svg", border=_QR_MARGIN, xmldecl=False, svgclass=None, lineclass=None)
    return drawn.getvalue().decode()
