"""The first page of an officer, and its short form on the home of the admin."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.ui.components import Component

from ocop_badges.desk.access import for_officers, mandate_for
from ocop_badges.desk.certificates.overview import (
    HORIZONS,
    Group,
    Overview,
    address,
    ending_address,
    group_address,
    read_overview,
)
from ocop_badges.desk.certificates.wording import IN_FORCE, LAPSED, UNRENEWED
from ocop_badges.desk.files_in_progress import files_in_progress
from ocop_badges.desk.pages import render_page
from ocop_badges.officers import Mandate
from ocop_badges.request_time import time_of
from ocop_badges.rules import Status

SHOWN = 12  # groups of a table; the others are folded away


@require_safe
@for_officers
def overview(request: HttpRequest) -> HttpResponse:
    """``/admin/ocop/``."""
    mandate, day = mandate_for(request), time_of(request).day
    seen = read_overview(mandate, day=day)
    most_of_a_month = max((month.ends for month in seen.months), default=0)
    context = {
        "day": day,
        "figures": figures(seen, mandate, day),
        "stars": [
            {"stars": stars, "count": count, "url": address(status=IN_FORCE, stars=stars)}
            for stars, count in seen.by_stars.items()
        ],
        "months": [
            {
                "month": month,
                "width": _share(month.ends, most_of_a_month),
                "url": address(
                    status=UNRENEWED, ends_from=month.first_day.isoformat(), ends_to=month.last_day.isoformat()
                ),
            }
            for month in seen.months
        ],
        "tables": [
            _table(_("By product set"), _("Product set"), seen.by_product_set, day),
            _table(
                _("By province") if mandate.is_national else _("By commune"),
                _("Province") if mandate.is_national else _("Commune"),
                seen.by_place,
                day,
            ),
        ],
        "horizon": HORIZONS[-1],
    }
    return render_page(request, "ocop_desk/certificates/overview.html", context, title=_("OCOP overview"))


def figures(seen: Overview, mandate: Mandate, day: Any) -> list[dict[str, Any]]:
    """The counts on top, each with the list it counts."""
    shown: list[dict[str, Any]] = [
        {
            "label": _("end within %(days)s days, not renewed") % {"days": horizon},
            "count": count,
            "url": ending_address(day, horizon),
            "urgent": horizon == HORIZONS[0] and count,
        }
        for horizon, count in seen.ending.items()
    ]
    shown += [
        {"label": _("re-ranking windows open now"), "count": seen.window_open, "url": address(window="on")},
        {"label": _("suspended"), "count": seen.suspended, "url": address(status=Status.SUSPENDED)},
        {"label": _("revoked"), "count": seen.revoked, "url": address(status=Status.REVOKED)},
        {
            "label": _("lapsed: expired, not renewed"),
            "count": seen.lapsed,
            "url": address(status=LAPSED),
            "urgent": seen.lapsed,
        },
        {"label": _("in force"), "count": seen.in_force, "url": address(status=IN_FORCE)},
    ]
    shown.insert(len(HORIZONS) + 1, {"label": _("files in progress"), **files_in_progress(mandate)})
    return shown


class HomePanel(Component):
    """What stands on the home of Wagtail's admin for an officer."""

    name = "ocop"
    order = 10
    template_name = "ocop_desk/certificates/home_panel.html"

    def __init__(self, mandate: Mandate, day: Any) -> None:
        self.mandate = mandate
        self.day = day

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"figures": figures(read_overview(self.mandate, day=self.day), self.mandate, self.day)}


def _table(title: str, heading: str, groups: list[Group], day: Any) -> dict[str, Any]:
    most = max((group.in_force for group in groups), default=0)
    rows = [
        {
            "name": group.name or _("not known"),
            "width": _share(group.in_force, most),
            "cells": [
                {"label": label, "count": getattr(group, column), "url": group_address(group, column, day)}
                for column, label in (
                    ("in_force", _("in force")),
                    ("ending", _("end within %(days)s days") % {"days": HORIZONS[-1]}),
                    ("lapsed", _("lapsed")),
                )
            ],
        }
        for group in groups
    ]
    return {"title": title, "heading": heading, "rows": rows[:SHOWN], "more": rows[SHOWN:], "days": HORIZONS[-1]}


def _share(count: int, most: int) -> int:
    """How many hundredths of the longest bar."""
    return round(100 * count / most) if most else 0
