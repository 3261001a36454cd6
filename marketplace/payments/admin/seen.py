"""Rows that people see and never write: what changes them are acts."""

from typing import Any

from django.contrib import admin

from catalog.admin import ReadOnly


class SeenInline(ReadOnly, admin.TabularInline[Any, Any]):
    """Rows that belong to the one shown."""

    extra = 0
    can_delete = False
    show_change_link = False
