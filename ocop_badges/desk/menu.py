"""What stands in the menu for whom. A section adds its lines to ``ENTRIES``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from ocop_badges.officers import Mandate, mandate_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: its URL name within the desk and who sees it."""

    label: str | Promise
    url_name: str
    icon: str
    shown_to: Callable[[Mandate], bool]


def _officers(mandate: Mandate) -> bool:
    return mandate.is_officer


def _anybody(mandate: Mandate) -> bool:
    return not mandate.is_empty


ENTRIES = (
    Entry(_("Overview"), "overview", "home", _officers),
    Entry(_("Certificates"), "certificates", "tick", _officers),
    Entry(_("Certification files"), "dossiers", "folder-open-inverse", _anybody),
    Entry(_("Inspections"), "inspections", "search", _officers),
    Entry(_("Reports from shoppers"), "reports", "warning", _officers),
    Entry(_("Calendars"), "calendars", "calendar-alt", _officers),
)


class _DeskMenuItem(MenuItem):
    def __init__(self, entry: Entry, **kwargs: Any) -> None:
        super().__init__(entry.label, reverse_lazy(f"ocop_desk:{entry.url_name}"), icon_name=entry.icon, **kwargs)
        self.entry = entry

    def is_shown(self, request: HttpRequest) -> bool:
        return self.entry.shown_to(mandate_for_menu(request))


def mandate_for_menu(request: HttpRequest) -> Mandate:
    """Read once for a page: the view's own door has it already."""
    mandate: Mandate | None = getattr(request, "mandate", None)
    if mandate is None:
        mandate = mandate_of(request.user)
        request.mandate = mandate  # type: ignore[attr-defined]
    return mandate


desk_menu_item = SubmenuMenuItem(
    _("OCOP"),
    Menu(
        items=[
            _DeskMenuItem(entry, name=entry.url_name, order=100 * number)
            for number, entry in enumerate(ENTRIES, start=1)
        ],
        register_hook_name=None,
    ),
    name="ocop",
    icon_name="pick",
    order=50,
)
