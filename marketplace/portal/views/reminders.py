"""What the producer was reminded of, and the same days as a calendar for the phone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.portal.access import Seat, for_members
from marketplace.portal.ids import id_of
from ocop_badges.links import base_url
from ocop_badges.reminders.feed import count_unread, read_feed
from ocop_badges.reminders.models import CalendarAddress, Reminder
from ocop_badges.reminders.services import mark_read, producer_calendar_address, reset_calendar_address
from ocop_badges.request_time import time_of

PAGE = 30


@for_members
@require_safe
def reminders(request: HttpRequest, seat: Seat) -> HttpResponse:
    """``?before=`` is the id of the last reminder of the page before."""
    mine = [seat.producer.pk]
    before = request.GET.get("before")
    last = id_of(before) if before is not None else None
    if before is not None and (last is None or not Reminder.objects.for_producers(mine).filter(pk=last).exists()):
        raise Http404
    found = read_feed(producer_ids=mine, lang=get_language() or "vi", limit=PAGE + 1, before=last)
    shown = found[:PAGE]
    context = {
        "seat": seat,
        "here": "reminders",
        "entries": shown,
        "has_unread": any(entry.read_at is None for entry in shown),
        "more_before": found[PAGE - 1].id if len(found) > PAGE else None,
        "unread": count_unread(producer_ids=mine),
    }
    return render(request, "portal/reminders.html", context)


@for_members
@require_POST
def read(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Those that stood on the page; one that has come meanwhile stays unread."""
    ids = [number for text in request.POST.getlist("reminder")[:PAGE] if (number := id_of(text)) is not None]
    mark_read(
        producer_ids=[seat.producer.pk],
        reminder_ids=ids,
        at=time_of(request).at,
    )
    return HttpResponseRedirect(reverse("portal:reminders", args=[seat.producer.public_id]))


@for_members
@require_safe
def calendar(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The address of this producer's calendar for this person."""
    path = reverse("calendar", args=[_address(request, seat).token])
    address = base_url(request) + path
    context = {"seat": seat, "here": "calendar", "address": address, "webcal": "webcal:" + address.split(":", 1)[1]}
    return render(request, "portal/calendar.html", context)


@for_members
@require_POST
def reset_calendar(request: HttpRequest, seat: Seat) -> HttpResponse:
    at = time_of(request).at
    reset_calendar_address(address=_address(request, seat), at=at)
    messages.success(request, _("The calendar has a new address. The old one finds nothing any more."))
    return HttpResponseRedirect(reverse("portal:calendar", args=[seat.producer.public_id]))


def _address(request: HttpRequest, seat: Seat) -> CalendarAddress:
    at = time_of(request).at
    return producer_calendar_address(user=request.user, producer=seat.producer, at=at)
