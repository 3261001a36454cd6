"""Certificates from a table: upload, look at what each line would do, confirm."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ocop_badges.desk.access import for_officers, mandate_for
from ocop_badges.desk.certificates import export
from ocop_badges.desk.certificates.importing import COLUMNS, REQUIRED, Plan, plan_import, read_table, record_plan
from ocop_badges.desk.certificates.sheets import MAX_BYTES, MAX_LINES
from ocop_badges.desk.certificates.wording import ACTION_NAMES
from ocop_badges.desk.models import UploadedTable
from ocop_badges.desk.pages import render_page
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of

from .certificate import way_to_list

SALT = "ocop-desk-import"
EXAMPLE = {
    "product": "ca-phe-vi-du",
    "stars": "4",
    "score": "82,5",
    "decision_number": "12/QĐ-UBND",
    "issued_on": "2026-08-05",
}


class UploadForm(forms.Form):
    table = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy("CSV (UTF-8) or XLSX, at most 2 MB and 1,000 lines."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_table(self) -> Any:
        table = self.cleaned_data["table"]
        if table.size > MAX_BYTES:
            raise forms.ValidationError(_("This file has more than 2 MB."))
        return table


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def upload(request: HttpRequest) -> HttpResponse:
    """Keep a table to be looked at; nothing of it is recorded yet."""
    shop_time = time_of(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        table = form.cleaned_data["table"]
        content = table.read()
        try:
            read_table(content)
        except DomainError as error:
            form.add_error("table", error.detail)
        else:
            UploadedTable.objects.outdated(at=shop_time.at).delete()
            kept = UploadedTable.objects.create(
                uploaded_by=request.user,  # type: ignore[misc]  # the door lets nobody else in
                uploaded_at=shop_time.at,
                name=table.name[:200],
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
            )
            return redirect("ocop_desk:import-confirm", kept.public_id)
    context = {
        "form": form,
        "columns": [
            {"name": name, "meaning": meaning, "required": name in REQUIRED} for name, meaning in COLUMNS.items()
        ],
        "limit": MAX_LINES,
    }
    return _page(request, "ocop_desk/certificates/import.html", context, status=400 if form.errors else 200)


@require_safe
@for_officers
def template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """A table with the columns and a line to go by, as CSV or XLSX."""
    lines = [list(COLUMNS), [EXAMPLE.get(name, "") for name in COLUMNS]]
    match kind:
        case "csv":
            response: HttpResponseBase = HttpResponse(
                "".join(export.as_csv(lines)), content_type="text/csv; charset=utf-8"
            )
            response.headers["Content-Disposition"] = 'attachment; filename="ocop-template.csv"'
        case "xlsx":
            response = FileResponse(
                export.as_xlsx(lines), as_attachment=True, filename="ocop-template.xlsx", content_type=export.XLSX_TYPE
            )
        case _:
            raise Http404
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET: what each line would do. POST: record all of them, if they are what was shown."""
    shop_time = time_of(request)
    kept = UploadedTable.objects.of(request.user, at=shop_time.at).filter(public_id=public_id).first()
    if kept is None:
        raise Http404
    plan = plan_import(bytes(kept.content), mandate_for(request))
    refused: DomainError | None = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                recorded = record_plan(plan, seen=_shown(request, kept), at=shop_time.at, by=request.user)
                kept.delete()
        except DomainError as error:
            refused = error
            plan = plan_import(bytes(kept.content), mandate_for(request))
        else:
            count = len(recorded)
            messages.success(
                request,
                ngettext("%(count)s certificate recorded.", "%(count)s certificates recorded.", count)
                % {"count": count},
            )
            return redirect(f"{reverse('ocop_desk:certificates')}?sort=newest")
    rows = [
        {
            "line": line.line,
            "subject": line.subject,
            "judged": line.judged,
            "action": ACTION_NAMES[line.judged.action] if line.judged else "",
            "mistakes": line.mistakes,
        }
        for line in plan.lines
    ]
    context = {"table": kept, "plan": plan, "rows": rows, "shown": _sign(kept, plan), "refused": refused}
    status = refused.status if refused else 200
    return _page(request, "ocop_desk/certificates/import_confirm.html", context, status=status)


def _sign(kept: UploadedTable, plan: Plan) -> str:
    """What the officer is shown: this table, read against these versions of the products' trails."""
    versions = {str(product_id): version for product_id, version in plan.versions.items()}
    return signing.dumps([kept.public_id, kept.sha256, versions], salt=SALT, compress=True)


def _shown(request: HttpRequest, kept: UploadedTable) -> Mapping[int, int]:
    """The versions that were shown, from the signed field. Raises ``DomainError`` where it is not of this table."""
    try:
        public_id, sha256, versions = signing.loads(request.POST.get("shown", ""), salt=SALT)
    except signing.BadSignature:
        public_id, sha256, versions = "", "", {}
    stands = hashlib.sha256(bytes(kept.content)).hexdigest()
    if (public_id, sha256) != (kept.public_id, stands):
        raise DomainError(_("This is not what was shown: look at it again."), code="not-what-was-shown")
    return {int(product_id): version for product_id, version in versions.items()}


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    return render_page(request, name, context, title=_("Import certificates"), way=way_to_list(), status=status)
