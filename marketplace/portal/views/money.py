"""Money: what the producer is owed, where it goes, and a statement of each month. For its owners alone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.portal.access import Seat, for_owners
from marketplace.portal.money_forms import AccountForm
from marketplace.settlement.models import Payout, PayoutAccount
from marketplace.settlement.months import months_of
from marketplace.settlement.payout_accounts import record_account
from marketplace.settlement.periods import Period, parse_period
from marketplace.settlement.statement_sheets import statement_pdf
from marketplace.settlement.statements import Statement, figures, statement_csv, statement_of, withheld_csv
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of

MONTHS_SHOWN = 12
PAYOUTS_SHOWN = 12
ACCOUNTS_SHOWN = 20
LINES_SHOWN = 100


@for_owners
@require_safe
def overview(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The balance, the account, the last months and payouts. ``?year=`` shows the months of another year."""
    months = months_of(seat.producer.pk)
    years = sorted({month.period.first.year for month in months}, reverse=True)
    year = request.GET.get("year", "")
    if year and year not in map(str, years):
        raise Http404
    shown = [month for month in months if str(month.period.first.year) == year] if year else months[:MONTHS_SHOWN]
    payouts = Payout.objects.filter(producer=seat.producer).select_related("run", "account").order_by("-pk")
    context = {
        "seat": seat,
        "here": "money",
        "balance": months[0].closing if months else 0,
        "account": _account_of(seat),
        "months": shown,
        "year": year,
        "years": years if len(months) > MONTHS_SHOWN or year else [],
        "payouts": payouts[:PAYOUTS_SHOWN],
    }
    return render(request, "portal/money.html", context)


@for_owners
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Where the money goes: now, and who changed it when."""
    form = AccountForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                recorded = record_account(
                    producer=seat.producer,
                    place=form.place,
                    by=request.user,  # type: ignore[arg-type]
                    at=time_of(request).at,
                )
            except DomainError as refusal:
                form.add_error(None, refusal.detail)
                status = refusal.status
            else:
                messages.success(request, _("From now on you are paid to {account}.").format(account=recorded))
                return HttpResponseRedirect(reverse("portal:money", args=[seat.producer.public_id]))
    recorded_so_far = (
        PayoutAccount.objects.filter(producer=seat.producer)
        .select_related("recorded_by")
        .order_by("-recorded_at", "-pk")[:ACCOUNTS_SHOWN]
    )
    context = {"seat": seat, "here": "money", "form": form, "accounts": list(recorded_so_far)}
    return render(request, "portal/money_account.html", context, status=status)


@for_owners
@require_safe
def statement(request: HttpRequest, seat: Seat, period: str) -> HttpResponse:
    """One month, or a whole year, line by line."""
    found = _statement(request, seat, period)
    context = {
        "seat": seat,
        "here": "money",
        "statement": found,
        "figures": figures(found),
        "has_tax": bool(found.total.tax),
        "lines": found.lines[::-1][:LINES_SHOWN],
        "more": max(0, len(found.lines) - LINES_SHOWN),
        "is_over": time_of(request).at >= found.period.ends_at,
    }
    return render(request, "portal/money_statement.html", context)


@for_owners
@require_safe
def statement_as_pdf(request: HttpRequest, seat: Seat, period: str) -> HttpResponse:
    found = _statement(request, seat, period)
    day = time_of(request).day
    content = statement_pdf(found, account=_account_of(seat), day=day, lang=_lang())
    return _file(content, f"{seat.producer.slug}-{found.period}.pdf", "application/pdf")


@for_owners
@require_safe
def statement_as_csv(request: HttpRequest, seat: Seat, period: str) -> HttpResponse:
    found = _statement(request, seat, period)
    content = statement_csv(found, lang=_lang())
    return _file(content, f"{seat.producer.slug}-{found.period}.csv", "text/csv; charset=utf-8")


@for_owners
@require_safe
def tax_as_csv(request: HttpRequest, seat: Seat, period: str) -> HttpResponse:
    """The tax withheld, sale by sale: for the seller's own tax file."""
    found = _statement(request, seat, period)
    content = withheld_csv(found, lang=_lang())
    return _file(content, f"{seat.producer.slug}-{found.period}-tax.csv", "text/csv; charset=utf-8")


def _statement(request: HttpRequest, seat: Seat, text: str) -> Statement:
    """Of a period that has begun; anything else is not there."""
    try:
        period: Period = parse_period(text)
    except ValueError:
        raise Http404 from None
    if period.first > time_of(request).day:
        raise Http404
    return statement_of(producer=seat.producer, period=period)


def _account_of(seat: Seat) -> PayoutAccount | None:
    return PayoutAccount.objects.current([seat.producer.pk]).get(seat.producer.pk)


def _lang() -> str:
    return "en" if get_language() == "en" else "vi"


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=content_type, headers=headers)
