"""The pages on which an officer acts on one certificate or one product."""

from datetime import date
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ocop_badges import audit, lifecycle, rules, subjects
from ocop_badges.desk.access import for_officers, mandate_for
from ocop_badges.desk.certificates.filters import find_products, typed
from ocop_badges.desk.certificates.forms import ACT_FORMS
from ocop_badges.desk.certificates.scope import certificate_or_404, product_or_404, products_of
from ocop_badges.desk.certificates.timeline import timeline_of
from ocop_badges.desk.certificates.wording import ACTION_NAMES, STATUS_NAMES
from ocop_badges.desk.pages import render_page
from ocop_badges.lifecycle import Action
from ocop_badges.models import Certificate
from ocop_badges.request_time import time_of
from ocop_badges.verification import Family, load_families

from .certificate import way_to_list

FOUND = 50  # products that a search shows
EVERY_METHOD = ["GET", "HEAD", "POST"]


@require_safe
@for_officers
def issue(request: HttpRequest) -> HttpResponse:
    """Choose the product of a first certificate: ``?q=``."""
    mandate, day = mandate_for(request), time_of(request).day
    asked = typed(request)
    products = list(find_products(products_of(mandate), asked)[:FOUND]) if asked else []
    about = subjects.by_ids([product.pk for product in products])
    families = load_families({product.pk for product in products})
    rows = []
    for product in products:
        last, status = _last_of(families.get(product.pk), day)
        rows.append(
            {
                "product": product,
                "subject": about[product.pk],
                "last": last,
                "status": status,
                "status_name": STATUS_NAMES[status] if status else "",
                "refusal": lifecycle.refusal_of(Action.ISSUE, status),
            }
        )
    context = {"q": asked, "rows": rows, "limit": FOUND}
    title = ACTION_NAMES[Action.ISSUE]
    return render_page(request, "ocop_desk/certificates/issue.html", context, title=title, way=way_to_list())


@require_http_methods(EVERY_METHOD)
@for_officers
def issue_for(request: HttpRequest, product_id: str) -> HttpResponse:
    """Record the first certificate of a product, or a first one again after an end."""
    product = product_or_404(mandate_for(request), product_id)
    return _act(request, Action.ISSUE, product, None)


@require_http_methods(EVERY_METHOD)
@for_officers
def act(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
    """Do something with a certificate that is there."""
    certificate = certificate_or_404(mandate_for(request), public_id)
    if action not in set(Action) - {Action.ISSUE}:
        raise Http404
    return _act(request, Action(action), certificate.product, certificate)


def _act(request: HttpRequest, action: Action, product: Any, certificate: Certificate | None) -> HttpResponse:
    shop_time, mandate = time_of(request), mandate_for(request)
    version = audit.version_of(product.pk)
    if certificate is not None:  # as it is at that version or after: never older than what the form says was seen
        certificate = certificate_or_404(mandate, certificate.public_id)
    subject = subjects.by_ids([product.pk])[product.pk]
    form = ACT_FORMS[action](
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        action=action,
        mandate=mandate,
        product=product,
        subject=subject,
        certificate=certificate,
        day=shop_time.day,
        version=version,
    )
    status, meanwhile = 200, []
    if form.is_bound:
        recorded = form.record(at=shop_time.at, by=request.user) if form.is_valid() else None
        if recorded is not None:
            messages.success(request, _("Recorded: %(act)s") % {"act": form.title})
            return redirect("ocop_desk:certificate", recorded.public_id)
        status = form.refused.status if form.refused else HTTPStatus.BAD_REQUEST
        if form.refused and form.refused.code == "changed-meanwhile":
            before = form.renew_version()
            meanwhile = [told for told in timeline_of(product.pk) if told.number > before]
    context = {
        "form": form,
        "subject": subject,
        "certificate": certificate,
        "meanwhile": meanwhile,
        "warning": "" if form.is_bound else _refusal_today(action, product, certificate, shop_time.day),
        "back": reverse("ocop_desk:certificate", args=[certificate.public_id])
        if certificate
        else reverse("ocop_desk:issue"),
    }
    way = way_to_list()
    if certificate is not None:
        way.append((subject.name, reverse("ocop_desk:certificate", args=[certificate.public_id])))
    title = f"{form.title}: {subject.name}"
    return render_page(request, "ocop_desk/certificates/act.html", context, title=title, way=way, status=status)


def _last_of(family: Family | None, day: date) -> tuple[Certificate | None, rules.Status | None]:
    """The certificate that speaks for a product, and its status."""
    facts = rules.certificate_in_question(family.facts, day) if family else None
    if family is None or facts is None:
        return None, None
    last = next(certificate for certificate in family.certificates if certificate.pk == facts.sequence)
    return last, family.status(last, day)


def _refusal_today(action: Action, product: Any, certificate: Certificate | None, day: date) -> str:
    """Why the act would be refused if it took effect today; empty where it would not."""
    family = load_families({product.pk}).get(product.pk)
    status = family.status(certificate, day) if family and certificate else _last_of(family, day)[1]
    refusal = lifecycle.refusal_of(action, status)
    return str(refusal) if refusal else ""
