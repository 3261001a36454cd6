"""What carriers hand over: their list is uploaded, compared, and booked once the money is there."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from marketplace.payments.cod_remittances import LARGEST, book_batch, differences, import_remittance, withdraw_batch
from marketplace.payments.models import RemittanceBatch, RemittanceLine
from ocop_badges import days
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of

from .seen import SeenInline


class RemittanceForm(forms.ModelForm[RemittanceBatch]):
    """A carrier's list. Its lines are judged while the form is: what is wrong with them is told at the file."""

    file = forms.FileField(label=_("list of the carrier"), help_text=_("CSV: tracking_number, collected, fee"))

    class Meta:
        model = RemittanceBatch
        fields = ["carrier", "reference", "paid_on"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if self.errors:
            return told
        try:
            self.instance = import_remittance(
                carrier=told["carrier"],
                reference=told["reference"],
                paid_on=told["paid_on"],
                file=told["file"].read(LARGEST + 1),
                at=days.now().at,
            )
        except DomainError as error:
            lines = [f"{fault.field} {fault.detail}".strip() for fault in error.faults]
            self.add_error("file" if lines else "reference", lines[:50] or [error.detail])
        return told

    def _post_clean(self) -> None:
        """The row is written by now; there is nothing more to build."""


class LineInline(SeenInline):
    model = RemittanceLine
    fields = ["fulfilment", "collected", "fee"]
    ordering = ["id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RemittanceLine]:
        return super().get_queryset(request).select_related("fulfilment")


@admin.register(RemittanceBatch)
class RemittanceBatchAdmin(admin.ModelAdmin[RemittanceBatch]):
    list_display = ["carrier", "reference", "paid_on", "created_at", "booked_at"]
    list_filter = ["carrier"]
    search_fields = ["reference"]
    ordering = ["-id"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["book", "book_anyway"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A list that was taken by mistake can be withdrawn until it is booked."""
        return (obj is None or obj.booked_at is None) and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: RemittanceBatch) -> None:
        withdraw_batch(batch_id=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[RemittanceBatch]) -> None:
        for batch in queryset.order_by("pk"):
            withdraw_batch(batch_id=batch.pk)

    def has_book_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.change_remittancebatch")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return RemittanceForm if obj is None else super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["carrier", "reference", "paid_on", "file"]
        return ["carrier", "reference", "paid_on", "created_at", "created_by", "booked_at", "what_differs"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else self.get_fields(request, obj)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return [] if obj is None else [LineInline]

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> RemittanceBatch:
        batch: RemittanceBatch = form.instance
        return batch

    def save_model(self, request: HttpRequest, obj: RemittanceBatch, form: Any, change: bool) -> None:
        obj.created_by = request.user  # type: ignore[assignment]
        obj.save(update_fields=["created_by"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Its lines were written with it."""

    @admin.display(description=_("what differs"))
    def what_differs(self, batch: RemittanceBatch) -> str:
        found = differences(batch)
        if not found:
            return "–"
        return format_html_join(
            "",
            "<p>{} {}: {} ≠ {}</p>",
            (
                (
                    each.line.fulfilment.order.number,
                    each.line.fulfilment.tracking_number,
                    f"{each.told:,}",
                    f"{each.known:,}",
                )
                for each in found
            ),
        )

    @admin.action(description=_("Book them: the money is on our account"), permissions=["book"])
    def book(self, request: HttpRequest, queryset: QuerySet[RemittanceBatch]) -> None:
        self._book(request, queryset, accept=False)

    @admin.action(description=_("Book them although they differ"), permissions=["book"])
    def book_anyway(self, request: HttpRequest, queryset: QuerySet[RemittanceBatch]) -> None:
        self._book(request, queryset, accept=True)

    def _book(self, request: HttpRequest, queryset: QuerySet[RemittanceBatch], *, accept: bool) -> None:
        at = time_of(request).at
        for batch in queryset.order_by("pk"):
            try:
                book_batch(batch_id=batch.pk, at=at, accept_differences=accept)
            except DomainError as error:
                messages.error(request, f"{batch}: {error.detail}")
            else:
                messages.success(request, _("{batch} is booked.").format(batch=batch))
