"""A producer's own pages: what stands with which product, and one certificate."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from catalog.models import Product
from marketplace.portal.access import Seat, for_members, for_signed_in, memberships_of
from marketplace.portal.papers import load_lacking, load_papers
from marketplace.portal.snippets import preview_of, snippets_for
from marketplace.portal.standing import load_standings
from ocop_badges.links import base_url
from ocop_badges.models import Certificate
from ocop_badges.officers import mandate_of
from ocop_badges.reminders.feed import count_unread
from ocop_badges.reminders.models import Reminder
from ocop_badges.reminders.rules import Topic
from ocop_badges.reminders.texts import title_of
from ocop_badges.request_time import time_of
from ocop_badges.verification import verify

LATEST = 3  # unread reminders told on the first page


@for_signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Straight to the producer; a choice where there are several, a helpful word where there is none."""
    memberships = memberships_of(request.user)
    if len(memberships) == 1:
        return HttpResponseRedirect(reverse("portal:producer", args=[memberships[0].producer.public_id]))
    context = {"memberships": memberships, "mandate": None if memberships else mandate_of(request.user)}
    return render(request, "portal/choose.html", context)


@for_members
@require_safe
def producer(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every product's certificate with the days left, what wants doing first on top."""
    day = time_of(request).day
    products = Product.objects.filter(producer=seat.producer)
    mine = [seat.producer.pk]
    context = {
        "seat": seat,
        "here": "producer",
        "standings": load_standings(products, day=day),
        "papers": load_papers(seat.producer, day=day),
        "lacking": load_lacking(seat.producer, day=day),
        "unread": count_unread(producer_ids=mine),
        "reminders": _latest_unread(seat),
    }
    return render(request, "portal/producer.html", context)


def _latest_unread(seat: Seat) -> list[tuple[Product, str]]:
    """The products and titles of the newest reminders that nobody has read. One query."""
    unread = Reminder.objects.for_producers([seat.producer.pk]).unread().select_related("certificate__product")
    return [(each.certificate.product, title_of(Topic(each.topic))) for each in unread[:LATEST]]


@for_members
@require_safe
def certificate(request: HttpRequest, seat: Seat, certificate_id: str) -> HttpResponse:
    """One certificate: facts, what happened to it, and the badge for other pages."""
    own = get_object_or_404(
        Certificate.objects.filter(product__producer=seat.producer).select_related("product"),
        public_id=certificate_id,
    )
    day = time_of(request).day
    verification = verify(certificate_id, day=day)
    if verification is None:
        raise Http404
    standing = load_standings([own.product], day=day)[0]
    speaks = standing.certificate is not None and standing.certificate.pk == own.pk
    lang = get_language() or "vi"
    context = {
        "seat": seat,
        "preview": preview_of(verification.subject, standing.badge, lang=lang) if standing.badge else None,
        "verification": verification,
        "standing": standing if speaks else None,
        "product": own.product,
        "snippets": snippets_for(verification.subject, base_url=base_url(request), lang=lang),
    }
    return render(request, "portal/certificate.html", context)
