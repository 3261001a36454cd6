"""Documents put into a file, or taken out of it, by an officer whom the producer asked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from ocop_badges.desk.access import for_the_programme, mandate_for
from ocop_badges.desk.certificates.filters import day_field
from ocop_badges.desk.pages import render_page
from ocop_badges.dossiers import services
from ocop_badges.dossiers.contents import checklist_of, criteria_of
from ocop_badges.dossiers.models import Dossier, Proof
from ocop_badges.dossiers.rules import Act
from ocop_badges.errors import DomainError, Fault
from ocop_badges.request_time import time_of

from .acts import may
from .forms import document_field
from .listing import way_to_list
from .scope import dossier_or_404


class UploadForm(forms.Form):
    """A document and what it is evidence of."""

    what_for = forms.ChoiceField(label=_("evidence of"))
    upload = document_field(_("document"), required=True)
    valid_until = day_field(
        _("last valid day"), _("Of a test result or a certificate that ends; otherwise empty."), required=False
    )

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = [item for item in checklist_of(dossier) if item.proof == Proof.FILE]
        criteria = criteria_of(dossier)
        self.things: dict[str, dict[str, Any]] = {
            **{f"item-{item.code}": {"item": item} for item in items},
            **{f"criterion-{criterion.pk}": {"criterion": criterion} for criterion in criteria},
        }
        field: Any = self.fields["what_for"]
        field.choices = [
            (_now("Checklist"), [(f"item-{item.code}", item.label) for item in items]),
            (_now("Criteria"), [(f"criterion-{c.pk}", f"{c.code} {c.label}") for c in criteria]),
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_programme
def attach(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put a document into a draft or a returned file."""
    mandate, shop_time = mandate_for(request), time_of(request)
    file = _editable_or_404(request, public_id)
    is_posted = request.method == "POST"
    form = UploadForm(
        request.POST if is_posted else None, request.FILES if is_posted else None, dossier=file,
        initial={"what_for": request.GET.get("for")},
    )  # fmt: skip
    status = 400 if is_posted else 200
    if form.is_valid():
        facts = form.cleaned_data
        try:
            services.attach_evidence(
                dossier=file,
                upload=facts["upload"],
                name=facts["upload"].name,
                valid_until=facts["valid_until"],
                at=shop_time.at,
                by=request.user,
                **form.things[facts["what_for"]],
            )
        except DomainError as error:
            status = error.status
            for fault in error.faults or [Fault(error.detail)]:
                form.add_error(fault.field if fault.field in form.fields else None, fault.detail)
        else:
            messages.success(request, _now("The document is in the file."))
            return redirect("ocop_desk:dossier", public_id)
    title = _now("Attach a document")
    return render_page(
        request,
        "ocop_desk/dossiers/attach.html",
        {"form": form, "dossier": file},
        title=title,
        way=way_to_list(mandate),
        status=status,
    )


@require_POST
@for_the_programme
def remove(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Take a document out of a draft or a returned file; it stays kept."""
    file = _editable_or_404(request, public_id)
    link = file.evidence.filter(pk=number).first()
    if link is None:
        raise Http404
    try:
        services.remove_evidence(evidence=link)
    except DomainError as error:
        messages.error(request, error.detail)
    else:
        messages.success(request, _now("The document is no longer in the file."))
    return redirect("ocop_desk:dossier", public_id)


def _editable_or_404(request: HttpRequest, public_id: str) -> Dossier:
    mandate = mandate_for(request)
    file = dossier_or_404(mandate, public_id)
    if not may(mandate, Act.EDIT, file):
        raise Http404
    return file
