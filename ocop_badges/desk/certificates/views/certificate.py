"""One certificate with all that an officer may know of it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ocop_badges import lifecycle, rules
from ocop_badges.desk.access import for_officers, mandate_for
from ocop_badges.desk.certificates.acts import within_power
from ocop_badges.desk.certificates.scope import certificate_or_404
from ocop_badges.desk.certificates.timeline import timeline_of
from ocop_badges.desk.certificates.wording import ACTION_NAMES, STATUS_NAMES, stars_of
from ocop_badges.desk.pages import render_page
from ocop_badges.evidence_downloads import download_of
from ocop_badges.lifecycle import Action
from ocop_badges.models import BadgePeriod, Certificate, EvidenceFile
from ocop_badges.request_time import time_of
from ocop_badges.verification import Verification, verify


@require_safe
@for_officers
def certificate(request: HttpRequest, public_id: str) -> HttpResponse:
    """``/admin/ocop/certificates/{certificate-id}/``."""
    mandate, day = mandate_for(request), time_of(request).day
    kept = certificate_or_404(mandate, public_id)
    seen = verify(public_id, day=day)
    if seen is None:
        raise Http404
    periods = BadgePeriod.objects.of_products([kept.product_id]).order_by("starts_on")
    context = {
        "certificate": seen.certificate,
        "seen": seen,
        "subject": seen.subject,
        "status_name": STATUS_NAMES[seen.status],
        "day": day,
        "periods": [period for period in periods if period.certificate_id == kept.pk],
        "shown": next((period for period in periods if period.starts_on <= day < period.ends_on), None),
        "files": EvidenceFile.objects.filter(product=kept.product_id).order_by("-uploaded_at", "-id"),
        "timeline": timeline_of(kept.product_id),
        "others": [
            {"certificate": other, "status": status, "status_name": STATUS_NAMES[status]}
            for other in reversed(seen.family.certificates)
            if other.pk != kept.pk
            for status in [seen.family.status(other, day)]
        ],
        "actions": [
            {"name": ACTION_NAMES[action], "url": action_address(kept, action), "action": action}
            for action in buttons(mandate, seen)
        ],
        "neighbours": _neighbours(seen),
    }
    return render_page(
        request,
        "ocop_desk/certificates/certificate.html",
        context,
        title=f"{seen.subject.name} {stars_of(seen.certificate.stars)}",
        way=way_to_list(),
    )


@require_safe
@for_officers
def evidence(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    """A document about the certificate's product, to be saved and never to be opened as a page of ours."""
    kept = certificate_or_404(mandate_for(request), public_id)
    file = EvidenceFile.objects.filter(product=kept.product_id, public_id=file_id).first()
    if file is None:
        raise Http404
    return download_of(file)


def buttons(mandate: Any, seen: Verification) -> list[Action]:
    """The acts that the status of today and the officer's power allow."""
    stars = seen.certificate.stars
    lowest = {Action.ISSUE: rules.MIN_STARS, Action.UPGRADE: stars + 1, Action.DOWNGRADE: rules.MIN_STARS}
    return [
        action
        for action in lifecycle.allowed_in(seen.status)
        for after in [lowest.get(action, stars)]
        if after <= rules.MAX_STARS
        and (action is not Action.DOWNGRADE or after < stars)
        and within_power(mandate, action, before=stars, after=after)
    ]


def action_address(certificate: Certificate, action: Action) -> str:
    if action is Action.ISSUE:
        product: Any = certificate.product
        return reverse("ocop_desk:issue-for", args=[product.public_id])
    return reverse("ocop_desk:act", args=[certificate.public_id, action.value])


def way_to_list() -> list[tuple[str, str]]:
    return [
        (_("OCOP"), reverse("ocop_desk:overview")),
        (_("Certificates"), reverse("ocop_desk:certificates")),
    ]


def _neighbours(seen: Verification) -> list[tuple[str, str]]:
    """Pages of the other sections about this product."""
    asked = f"?product={seen.subject.public_id}"
    return [
        (_("Verify page"), reverse("verify", args=[seen.certificate.public_id])),
        (_("Certification files"), reverse("ocop_desk:dossiers") + asked),
        (_("Inspections"), reverse("ocop_desk:inspections") + asked),
    ]
