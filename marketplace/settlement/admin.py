"""Settlement for operators: rates are set here; the ledger is read; payouts are confirmed, or returned by the bank."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from catalog.admin import ReadOnly
from catalog.wording import money
from marketplace.settlement.forms import PayoutAccountForm, PayoutActionForm
from marketplace.settlement.models import (
    CommissionRate,
    Earning,
    LedgerEntry,
    Payout,
    PayoutAccount,
    PayoutRun,
    PayoutState,
    PayoutWay,
    Transaction,
    WithholdingRate,
)
from marketplace.settlement.payouts import confirm_payout, return_payout
from marketplace.settlement.periods import parse_period
from marketplace.settlement.providers.bank_file import bank_file_of, path_of
from marketplace.settlement.rate_gaps import rate_gaps
from marketplace.settlement.statement_sheets import statement_pdf
from marketplace.settlement.statements import statement_csv, statement_of, withheld_csv
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of

MAY_SETTLE = "settlement.change_payout"
_RETURNED = models.Q(payouts__state=PayoutState.RETURNED)
_IN_FILE = models.Q(payouts__state=PayoutState.BOOKED, payouts__account__way=PayoutWay.BANK)


class TellsGaps:
    """The list says on which days no rate holds. Before the class of the admin in the order of bases."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "GET":
            for gap in rate_gaps():
                messages.warning(request, gap)
        return super().changelist_view(request, extra_context)  # type: ignore[misc, no-any-return]


@admin.register(CommissionRate)
class CommissionRateAdmin(TellsGaps, admin.ModelAdmin[CommissionRate]):
    """A rate counts for orders placed while it is in force; those placed before keep theirs."""

    list_display = ["producer", "basis_points", "valid_from", "valid_until"]
    list_select_related = ["producer"]
    raw_id_fields = ["producer"]
    search_fields = ["producer__name", "producer__name_key"]
    ordering = ["-valid_from", "-id"]


@admin.register(WithholdingRate)
class WithholdingRateAdmin(TellsGaps, admin.ModelAdmin[WithholdingRate]):
    list_display = ["legal_form", "vat_bp", "income_tax_bp", "legal_basis", "valid_from", "valid_until"]
    list_filter = ["legal_form"]
    ordering = ["-valid_from", "legal_form", "id"]


class LedgerEntryInline(ReadOnly, admin.TabularInline[LedgerEntry, Transaction]):
    model = LedgerEntry
    fields = ("account", "amount", "producer", "order_id")
    readonly_fields = fields
    ordering = ["id"]
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # who may see a transaction may see its entries

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[LedgerEntry]:
        return super().get_queryset(request).select_related("producer")


class EarningInline(ReadOnly, admin.TabularInline[Earning, Transaction]):
    model = Earning
    fields = ("producer", "legal_form", "goods", "platform_discount", "shipping", "commission", "vat", "income_tax")
    readonly_fields = fields
    ordering = ["id"]
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Earning]:
        return super().get_queryset(request).select_related("producer")


@admin.register(Transaction)
class TransactionAdmin(ReadOnly, admin.ModelAdmin[Transaction]):
    list_display = ["key", "kind", "at", "day", "note"]
    list_filter = ["kind"]
    date_hierarchy = "day"
    search_fields = ["key", "note"]
    ordering = ["-id"]
    show_full_result_count = False
    inlines = [LedgerEntryInline, EarningInline]


@admin.register(PayoutAccount)
class PayoutAccountAdmin(ReadOnly, admin.ModelAdmin[PayoutAccount]):
    """A change is another account added: the newest of a producer holds, the others stay on record."""

    form = PayoutAccountForm
    list_display = ["producer", "way", "bank_bin", "number", "holder", "recorded_at", "recorded_by"]
    list_select_related = ["producer", "recorded_by"]
    raw_id_fields = ["producer"]
    search_fields = ["producer__name", "producer__name_key", "number", "holder"]
    ordering = ["-recorded_at", "-id"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def save_model(self, request: HttpRequest, obj: PayoutAccount, form: PayoutAccountForm, change: bool) -> None:
        """Recorded by the service; the one in use before, where it is the same."""
        obj.pk = form.record(by=request.user, at=time_of(request).at).pk


@admin.register(PayoutRun)
class PayoutRunAdmin(ReadOnly, admin.ModelAdmin[PayoutRun]):
    list_display = ["period", "cutoff_at", "started_at", "finished_at", "count", "total", "file"]
    ordering = ["-cutoff_at", "-id"]
    fields = ("period", "cutoff_at", "started_at", "finished_at", "file")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[PayoutRun]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                payout_count=models.Count("payouts", filter=~_RETURNED),
                payout_total=models.Sum("payouts__amount", filter=~_RETURNED),
                file_count=models.Count("payouts", filter=_IN_FILE),
            )
        )

    @admin.display(description=_("payouts"))
    def count(self, run: Any) -> int:
        return int(run.payout_count)

    @admin.display(description=_("amount"))
    def total(self, run: Any) -> str:
        return money(int(run.payout_total or 0))

    @admin.display(description=_("file for the bank"))
    def file(self, run: Any) -> str | SafeString:
        if not run.file_count:
            return "–"
        address = reverse("admin:settlement_payoutrun_file", args=[run.pk])
        return format_html('<a href="{}">{}</a>', address, path_of(run).name)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        return [path("<int:run_id>/file/", view, name="settlement_payoutrun_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """The transfers of a run that are still to be paid, as the bank takes them."""
        if not request.user.has_perm(MAY_SETTLE):
            raise PermissionDenied
        run = PayoutRun.objects.filter(pk=run_id).first()
        if run is None:
            raise Http404
        payouts = list(Payout.objects.to_pay(run).filter(account__way="bank"))
        return _download(bank_file_of(payouts), path_of(run).name, "text/csv; charset=us-ascii")


@admin.register(Payout)
class PayoutAdmin(ReadOnly, admin.ModelAdmin[Payout]):
    list_display = ["code", "run", "producer", "account", "amount", "state", "reference", "statement"]
    list_filter = ["state", "run"]
    list_select_related = ["run", "producer", "account"]
    search_fields = ["producer__name", "producer__name_key", "reference"]
    ordering = ["-id"]
    fields = (
        "code", "run", "producer", "account", "amount", "state", "reference", "failure", "booked_at", "confirmed_at",
        "returned_at", "statement",
    )  # fmt: skip
    readonly_fields = fields
    action_form = PayoutActionForm
    actions = ["confirm", "take_back"]

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_SETTLE)

    @admin.action(description=_("The bank has paid them"), permissions=["settle"])
    def confirm(self, request: HttpRequest, queryset: models.QuerySet[Payout]) -> None:
        reference = request.POST.get("note", "")[:255]
        self._act(request, queryset, lambda pk, at: confirm_payout(payout_id=pk, reference=reference, at=at))

    @admin.action(description=_("The bank has returned them"), permissions=["settle"])
    def take_back(self, request: HttpRequest, queryset: models.QuerySet[Payout]) -> None:
        reason = request.POST.get("note", "").strip()
        if not reason:
            self.message_user(request, gettext("Say why the bank returned it."), messages.ERROR)
            return
        self._act(request, queryset, lambda pk, at: return_payout(payout_id=pk, reason=reason, at=at))

    def _act(self, request: HttpRequest, queryset: models.QuerySet[Payout], act: Any) -> None:
        """All of them or none."""
        ids = sorted(queryset.values_list("pk", flat=True))
        try:
            with transaction.atomic():
                for pk in ids:
                    act(pk, time_of(request).at)
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        told = ngettext("%(count)s payout recorded.", "%(count)s payouts recorded.", len(ids)) % {"count": len(ids)}
        self.message_user(request, told, messages.SUCCESS)

    @admin.display(description=_("statement"))
    def statement(self, payout: Payout) -> SafeString:
        links = [
            (reverse("admin:settlement_payout_statement", args=[payout.pk, kind]), label)
            for kind, label in (("pdf", "PDF"), ("csv", "CSV"), ("tax", gettext("Tax withheld")))
        ]
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.statement_view)
        name = "settlement_payout_statement"
        return [path("<int:payout_id>/statement/<str:kind>/", view, name=name), *super().get_urls()]

    def statement_view(self, request: HttpRequest, payout_id: int, kind: str) -> HttpResponse:
        """The statement of a payout's producer and period: ``pdf``, ``csv``, or ``tax`` for the tax withheld."""
        payout = Payout.objects.select_related("run", "producer", "account").filter(pk=payout_id).first()
        if payout is None or kind not in {"pdf", "csv", "tax"}:
            raise Http404
        if not self.has_view_permission(request, payout):
            raise PermissionDenied
        period = parse_period(payout.run.period)
        statement = statement_of(producer=payout.producer, period=period)
        name = f"{payout.producer.slug}-{period}"
        lang = "en" if getattr(request, "LANGUAGE_CODE", "vi") == "en" else "vi"
        if kind == "pdf":
            day = time_of(request).day
            content = statement_pdf(statement, account=payout.account, day=day, lang=lang)
            return _download(content, f"{name}.pdf", "application/pdf")
        if kind == "tax":
            return _download(withheld_csv(statement, lang=lang), f"{name}-tax.csv", "text/csv; charset=utf-8")
        return _download(statement_csv(statement, lang=lang), f"{name}.csv", "text/csv; charset=utf-8")


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file that nobody keeps: the admin's answers are never cached."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)
