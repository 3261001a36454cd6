"""The public page for "this logo looks wrong"."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ocop_badges import subjects
from ocop_badges.days import ShopTime
from ocop_badges.errors import DomainError
from ocop_badges.ids import LENGTH, as_printed, is_public_id, new_public_id
from ocop_badges.models import Certificate
from ocop_badges.request_time import time_of
from ocop_badges.services import transaction_with_evidence
from ocop_badges.subjects import Subject

from .forms import ReportForm
from .limits import TooManyReports, count_report, sender_of
from .models import MarkReport
from .services import send_report


@dataclass(frozen=True, slots=True)
class About:
    """What a report is about; nothing where the shopper came from nowhere."""

    subject: Subject | None = None
    certificate: Certificate | None = None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_logo(request: HttpRequest) -> HttpResponse:
    """``/report-logo/``, with ``?certificate={id}`` or ``?product={slug}`` where that is known."""
    about = _about(request)
    sent = request.method == "POST"
    bound = (request.POST, request.FILES) if sent else ()
    form = ReportForm(*bound, product_is_known=about.subject is not None)
    status = 200
    if sent:
        if form.is_from_a_machine:
            return redirect("report-logo-thanks", new_public_id())
        status = 422
        if form.is_valid():
            now: ShopTime = time_of(request)
            try:
                count_report(sender_of(request), at=now.at, on=now.day)
                report = _send(form, about, now)
            except TooManyReports as error:
                return _too_many(request, error.wait)
            except DomainError as error:
                for fault in error.faults:
                    form.add_error(fault.field if fault.field in form.fields else None, fault.detail)
            else:
                return redirect("report-logo-thanks", report.public_id)
    context = {"form": form, "about": about, "product_name": _name(about)}
    return render(request, "ocop_inspections/report_logo.html", context, status=status)


@require_safe
def thanks(request: HttpRequest, number: str) -> HttpResponse:
    """Repeats the number of the report; says nothing of whether there is one."""
    if not is_public_id(number):
        return redirect("report-logo")
    return render(request, "ocop_inspections/thanks.html", {"number": number})


def _send(form: ReportForm, about: About, now: ShopTime) -> MarkReport:
    """Keep the report, with its photo or not at all."""
    facts = dict(form.cleaned_data)
    photo, kept = facts.pop("photo", None), None
    facts.pop("website")
    with transaction_with_evidence() as keep:
        if photo is not None and about.subject is not None:
            kept = keep(product_id=about.subject.product_id, upload=photo, name="report", at=now.at, field="photo")
        return send_report(
            product_id=about.subject.product_id if about.subject else None,
            certificate=about.certificate,
            photo=kept,
            at=now.at,
            **facts,
        )


def _about(request: HttpRequest) -> About:
    """What the address names; a certificate or product that does not exist is as good as none."""
    if asked := as_printed(request.GET.get("certificate", ""))[:LENGTH]:
        certificate = Certificate.objects.filter(public_id=asked).first()
        if certificate is not None:
            return About(subjects.by_ids([certificate.product_id])[certificate.product_id], certificate)
    slug = request.GET.get("product", "").replace("\x00", "")[:200]  # PostgreSQL takes no such character
    if slug and (subject := subjects.by_slug(slug)) is not None:
        return About(subject)
    return About()


def _name(about: About) -> str:
    return about.subject.name_in(get_language() or "vi") if about.subject else ""


def _too_many(request: HttpRequest, wait: int) -> HttpResponse:
    context = {"minutes": -(-wait // 60), "back": reverse("report-logo")}
    response = render(request, "ocop_inspections/too_many.html", context, status=429)
    response.headers["Retry-After"] = str(wait)
    return response
