"""The calendars of an officer's provinces: their secret addresses, to be put into a phone or computer."""

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ocop_badges.links import base_url
from ocop_badges.officers import Mandate
from ocop_badges.reminders.models import CalendarAddress
from ocop_badges.reminders.services import province_calendar_address, reset_calendar_address
from ocop_badges.request_time import time_of

from .access import for_officers, mandate_for
from .pages import render_page

CALENDAR = "calendar"  # the site's route that answers a token with an iCalendar


@require_safe
@for_officers
def calendars(request: HttpRequest) -> HttpResponse:
    """Each province that the officer keeps, with the address of its calendar where one was made. Two queries."""
    provinces = list(_provinces_of(mandate_for(request)))
    made = {
        address.province_id: address
        for address in CalendarAddress.objects.filter(user=request.user.pk, province__in=provinces)
    }
    rows = [{"province": province, **_addresses(request, made.get(province.pk))} for province in provinces]
    return render_page(
        request,
        "ocop_desk/calendars.html",
        {"rows": rows},
        title=_("Calendars of certificates"),
        way=[(_("OCOP"), reverse("ocop_desk:overview"))],
    )


@require_POST
@for_officers
def make_calendar(request: HttpRequest, code: str) -> HttpResponse:
    province = _province_or_404(mandate_for(request), code)
    province_calendar_address(user=request.user, province=province, at=time_of(request).at)
    return _back_to(province)


@require_POST
@for_officers
def reset_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """404 where the officer has no address to be reset."""
    province = _province_or_404(mandate_for(request), code)
    address = CalendarAddress.objects.filter(user=request.user.pk, province=province).first()
    if address is None:
        raise Http404
    reset_calendar_address(address=address, at=time_of(request).at)
    messages.success(request, _("The calendar has a new address. The old one finds nothing any more."))
    return _back_to(province)


def _provinces_of(mandate: Mandate) -> "models.QuerySet[Any]":
    model: Any = CalendarAddress._meta.get_field("province").related_model
    provinces: models.QuerySet[Any] = model._default_manager.order_by("name_key")
    return provinces if mandate.is_national else provinces.filter(pk__in=sorted(mandate.provinces))


def _province_or_404(mandate: Mandate, code: str) -> Any:
    province = _provinces_of(mandate).filter(code=code).first()
    if province is None:
        raise Http404
    return province


def _addresses(request: HttpRequest, made: CalendarAddress | None) -> dict[str, str]:
    if made is None:
        return {}
    address = base_url(request) + reverse(CALENDAR, args=[made.token])
    return {"address": address, "webcal": "webcal:" + address.split(":", 1)[1]}


def _back_to(province: Any) -> HttpResponse:
    return redirect(f"{reverse('ocop_desk:calendars')}#province-{province.code}")
