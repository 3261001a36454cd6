"""Rows that people see and never write: what changes them are acts."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class SeenOnly:
    """Mixed into an admin: nothing is added, changed or deleted by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SeenInline(SeenOnly, admin.TabularInline[Any, Any]):
    """Rows that belong to the one shown."""

    extra = 0
    can_delete = False
    show_change_link = False
