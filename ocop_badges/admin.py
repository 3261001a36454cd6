"""Certificates for operators: facts are read here and recorded through the services, never edited."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ocop_badges.request_time import time_of

from . import forms
from .markup import written
from .models import BadgePeriod, Certificate, Extension, OfficerPost, Regulation, Revocation, Suspension
from .rules import Status

STATUS_NAMES = {
    Status.UPCOMING: gettext_lazy("upcoming"),
    Status.VALID: gettext_lazy("valid"),
    Status.SUSPENDED: gettext_lazy("suspended"),
    Status.REVOKED: gettext_lazy("revoked"),
    Status.SUPERSEDED: gettext_lazy("replaced"),
    Status.EXPIRED: gettext_lazy("expired"),
}
ACTIONS: dict[str, type[forms.CertificateFactForm]] = {
    "suspend": forms.SuspendForm,
    "lift": forms.LiftForm,
    "revoke": forms.RevokeForm,
    "extend": forms.ExtendForm,
}


class ReadOnly:
    """Seen, never written here. Before the class of the admin in the order of bases."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FactInline(ReadOnly, admin.TabularInline[Any, Certificate]):
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # who may see a certificate may see its facts


class SuspensionInline(FactInline):
    model = Suspension
    fields = ["suspended_from", "reason", "lifted_on", "lift_reason", "recorded_at", "recorded_by"]
    readonly_fields = ["recorded_at", "recorded_by"]


class ExtensionInline(FactInline):
    model = Extension
    fields = ["days", "granted_on", "evidence", "recorded_at", "recorded_by"]
    readonly_fields = ["recorded_at", "recorded_by"]


class RevocationInline(FactInline):
    model = Revocation
    fields = ["effective_on", "ground", "decision_number", "note", "recorded_at", "recorded_by"]
    readonly_fields = ["recorded_at", "recorded_by"]


class BadgePeriodInline(FactInline):
    model = BadgePeriod
    fields = ["stars", "starts_on", "last_day"]
    readonly_fields = ["last_day"]


class StatusFilter(admin.SimpleListFilter):
    title = gettext_lazy("status today")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STATUS_NAMES.items())

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        # The admin's queryset carries the status of today already.
        return queryset.filter(status=self.value()) if self.value() in set(Status) else queryset


@admin.register(Certificate)
class CertificateAdmin(admin.ModelAdmin[Certificate]):
    """Adding records a new certificate; what happens to one afterwards has a form of its own for each kind of fact."""

    list_display = ["decision_number", "product", "stars", "status_today", "valid_from", "last_day_with_stars"]
    list_filter = [StatusFilter, "stars", "issued_on"]
    search_fields = ["decision_number", "public_id", "product__name", "product__name_key", "product__slug"]
    search_help_text = gettext_lazy("Decision number, certificate id or product")
    list_per_page = 50
    inlines = [SuspensionInline, ExtensionInline, RevocationInline, BadgePeriodInline]
    fields = (
        "public_id", "product", "stars", "status_today", "score", "decision_number", "issuing_authority", "issued_on",
        "valid_from", "valid_until", "last_day_with_stars", "end_reason", "regulation", "covers", "legal_basis",
        "evidence", "recorded_at", "recorded_by",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Certificate]:
        day = time_of(request).day
        return Certificate.objects.with_status_on(day).select_related("product").order_by("-valid_from", "-id")

    @admin.display(description=gettext_lazy("status today"))
    def status_today(self, certificate: Certificate) -> str:
        return str(STATUS_NAMES[Status(certificate.status)])  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("last day, extension included"), ordering="effective_until")
    def last_day_with_stars(self, certificate: Certificate) -> str:
        return written(certificate.effective_until)  # type: ignore[attr-defined]

    def has_change_permission(self, request: HttpRequest, obj: Certificate | None = None) -> bool:
        return False  # facts are not edited; see _may_record

    def has_delete_permission(self, request: HttpRequest, obj: Certificate | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Certificate | None = None) -> bool:
        return super().has_view_permission(request, obj) or self._may_record(request)

    def _may_record(self, request: HttpRequest) -> bool:
        return request.user.has_perm("ocop_badges.change_certificate")

    def get_urls(self) -> list[URLPattern]:
        actions = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(self._action_view(name)),
                name=f"ocop_badges_certificate_{name}",
            )
            for name in ACTIONS
        ]
        return [*actions, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        actions: Sequence[dict[str, Any]] = ()
        if self._may_record(request) and object_id.isdigit():
            actions = [
                {"title": form.title, "url": reverse(f"admin:ocop_badges_certificate_{name}", args=[object_id])}
                for name, form in ACTIONS.items()
            ]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "fact_actions": actions})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._record(request, forms.IssueForm(request.POST or None), None)

    def _action_view(self, name: str) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            if not self._may_record(request):
                raise PermissionDenied
            certificate = Certificate.objects.select_related("product").filter(pk=pk).first()
            if certificate is None:
                raise Http404
            day = time_of(request).day
            form = ACTIONS[name](request.POST or None, certificate=certificate, day=day)
            return self._record(request, form, certificate)

        return view

    def _record(self, request: HttpRequest, form: forms.FactForm, certificate: Certificate | None) -> HttpResponse:
        at = time_of(request).at
        if request.method == "POST" and form.is_valid():
            recorded = form.record(at=at, by=request.user)
            if recorded is not None:
                if certificate is None:
                    self.log_addition(request, recorded, [{"added": {}}])
                else:
                    self.log_change(request, recorded, str(form.title))
                address = reverse("admin:ocop_badges_certificate_change", args=[recorded.pk])
                messages.success(request, format_html(_("Recorded: {} – {}"), form.title, str(recorded)))
                return HttpResponseRedirect(address)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": form.title,
            "form": form,
            "media": self.media + form.media,
            "certificate": certificate,
        }
        return TemplateResponse(request, "ocop_badges/admin/fact_form.html", context)


@admin.register(Regulation)
class RegulationAdmin(admin.ModelAdmin[Regulation]):
    """Dated data: what it says binds certificates issued from then on and windows of the days it is in force."""

    list_display = ["number", "title", "in_force_from", "in_force_until", "validity_months"]
    ordering = ["-in_force_from", "-id"]

    def has_delete_permission(self, request: HttpRequest, obj: Regulation | None = None) -> bool:
        return False


@admin.register(OfficerPost)
class OfficerPostAdmin(admin.ModelAdmin[OfficerPost]):
    """Who keeps, checks or judges for the programme, and where. The group "OCOP officers" opens the desk to them."""

    list_display = ["user", "role", "province", "commune", "is_active"]
    list_filter = ["role", "is_active", "province"]
    list_select_related = ["user", "province", "commune__province"]
    search_fields = ["user__email", "province__name", "commune__name"]
    autocomplete_fields = ["user"]
    raw_id_fields = ["commune"]
