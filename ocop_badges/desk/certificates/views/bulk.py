"""One decision, many products: mark them, write the decision, see what it would do, record it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ocop_badges import subjects
from ocop_badges.audit import versions_of
from ocop_badges.desk.access import for_officers, mandate_for
from ocop_badges.desk.certificates.bulk import MAX_PRODUCTS, DecisionForm, record_decision
from ocop_badges.desk.certificates.decisions import judge
from ocop_badges.desk.certificates.filters import find_products, typed
from ocop_badges.desk.certificates.forms import document_field
from ocop_badges.desk.certificates.scope import MAX_ID, products_of
from ocop_badges.desk.certificates.wording import ACTION_NAMES
from ocop_badges.desk.pages import render_page
from ocop_badges.errors import DomainError
from ocop_badges.models import Certificate
from ocop_badges.officers import Mandate
from ocop_badges.request_time import time_of

from .certificate import way_to_list

FOUND = 50
MAX_DIGITS = 10  # of a version of a product's trail
PREVIEW, RECORD = "preview", "record"


@require_safe
@for_officers
def choose(request: HttpRequest) -> HttpResponse:
    """``?q=&product=…&product=…``: search, and keep what is marked."""
    mandate = mandate_for(request)
    return _choosing(request, mandate, _marked(mandate, request.GET))


def _choosing(request: HttpRequest, mandate: Mandate, marked: list[Any], *, status: int = 200) -> HttpResponse:
    asked = typed(request)
    found = find_products(products_of(mandate), asked) if asked else products_of(mandate).none()
    others = list(found.exclude(pk__in=[product.pk for product in marked])[:FOUND])
    about = subjects.by_ids([product.pk for product in (*marked, *others)])
    context = {
        "q": asked,
        "marked": [about[product.pk] for product in marked],
        "found": [about[product.pk] for product in others],
        "limit": FOUND,
        "most": MAX_PRODUCTS,
    }
    return _page(request, "ocop_desk/certificates/bulk.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def decide(request: HttpRequest) -> HttpResponse:
    """The decision about the marked products. POST ``step``: ``preview`` or ``record``, all else writes it again."""
    mandate = mandate_for(request)
    given = request.POST if request.method == "POST" else request.GET
    products = _marked(mandate, given)
    if not products:
        messages.error(request, _("Mark the products that the decision names."))
        return redirect("ocop_desk:bulk")
    if len(products) > MAX_PRODUCTS:
        messages.error(request, _("At most %(most)s products at once: unmark some.") % {"most": MAX_PRODUCTS})
        return _choosing(request, mandate, products, status=400)
    step = request.POST.get("step", "")
    form = DecisionForm(request.POST if request.method == "POST" else None, products=products)
    if form.is_bound and step in (PREVIEW, RECORD) and form.is_valid() and (drafts := form.drafts()) is not None:
        refused: DomainError | None = None
        if step == RECORD:
            try:
                _record(request, drafts, mandate)
            except DomainError as error:
                refused = error
            else:
                count = len(drafts)
                messages.success(
                    request,
                    ngettext("%(count)s certificate recorded.", "%(count)s certificates recorded.", count)
                    % {"count": count},
                )
                return redirect(f"{reverse('ocop_desk:certificates')}?sort=newest")
        return _preview(request, form, drafts, mandate, refused)
    status = 400 if form.is_bound and form.errors else 200
    return _page(request, "ocop_desk/certificates/bulk_decision.html", {"form": form}, status=status)


def _record(request: HttpRequest, drafts: list[Certificate], mandate: Mandate) -> None:
    shop_time = time_of(request)
    upload = request.FILES.get("evidence_file")
    if upload is None:
        raise DomainError(_("Choose the signed decision."), code="required", status=400)
    seen = {}
    for draft in drafts:
        version = request.POST.get(f"seen-{draft.product_id}", "")
        if not version.isdecimal() or len(version) > MAX_DIGITS:
            raise DomainError(_("Look at the preview first."), code="required", status=400)
        seen[draft.product_id] = int(version)
    record_decision(drafts=drafts, upload=upload, mandate=mandate, seen=seen, at=shop_time.at, by=request.user)


def _preview(
    request: HttpRequest, form: DecisionForm, drafts: list[Certificate], mandate: Mandate, refused: DomainError | None
) -> HttpResponse:
    versions = versions_of([draft.product_id for draft in drafts])
    judged = judge(drafts, mandate)
    rows = [
        {
            "subject": form.about[each.draft.product_id],
            "draft": each.draft,
            "action": ACTION_NAMES[each.action],
            "before": each.before,
            "refusal": each.refusal,
            "version": versions[each.draft.product_id],
        }
        for each in judged
    ]
    typed = [(name, value) for name in form.fields if (value := request.POST.get(name))]
    context = {
        "form": form,
        "rows": rows,
        "typed": typed,
        "document": document_field(required=True),
        "is_possible": not any(each.refusal for each in judged),
        "refused": refused,
    }
    status = refused.status if refused else 200
    return _page(request, "ocop_desk/certificates/bulk_preview.html", context, status=status)


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    title = _("One decision, many products")
    return render_page(request, template, context, title=title, way=way_to_list(), status=status)


def _marked(mandate: Mandate, given: QueryDict) -> list[Any]:
    """The marked products that are within the mandate, in the order of their names."""
    ids = {public_id for public_id in given.getlist("product") if len(public_id) <= MAX_ID and "\x00" not in public_id}
    products = products_of(mandate).filter(public_id__in=sorted(ids)[:1_000]) if ids else []
    return sorted(products, key=lambda product: (product.name_key, product.pk))
