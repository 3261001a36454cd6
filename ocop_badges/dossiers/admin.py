"""Dated data for operators: criteria, checklist, terms, holidays. Files themselves are kept at the officers' desk."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import ChecklistItem, CriteriaPart, Criterion, EvaluationRound, FileTerms, Holiday
from .services import restate_deadlines


class _Restating(admin.ModelAdmin[Any]):
    """What deadlines follow: those of the files in progress are stated anew with every change."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        restate_deadlines()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        restate_deadlines()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        restate_deadlines()


@admin.register(Holiday)
class HolidayAdmin(_Restating):
    list_display = ["day", "kind", "name", "source"]
    list_filter = ["kind"]
    date_hierarchy = "day"
    ordering = ["-day"]


@admin.register(FileTerms)
class FileTermsAdmin(_Restating):
    list_display = ["regulation", "commune_working_days", "decision_days", "source"]
    ordering = ["id"]


@admin.register(EvaluationRound)
class EvaluationRoundAdmin(_Restating):
    list_display = ["regulation", "level", "__str__", "source"]
    ordering = ["regulation", "level", "files_by_month", "id"]


@admin.register(CriteriaPart)
class CriteriaPartAdmin(admin.ModelAdmin[CriteriaPart]):
    list_display = ["code", "name", "max_points", "regulation"]
    ordering = ["regulation", "code", "id"]


@admin.register(Criterion)
class CriterionAdmin(admin.ModelAdmin[Criterion]):
    list_display = ["code", "name", "max_points", "part", "product_set"]
    list_filter = ["part__regulation", "product_set"]
    list_select_related = ["part", "product_set"]
    ordering = ["part", "product_set", "position", "id"]


@admin.register(ChecklistItem)
class ChecklistItemAdmin(admin.ModelAdmin[ChecklistItem]):
    list_display = ["code", "name", "proof", "from_stars", "is_required", "source"]
    list_filter = ["regulation", "is_required"]
    ordering = ["regulation", "position", "id"]
