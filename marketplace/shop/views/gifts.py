"""Recipients by CSV, for companies that send one gift to many."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from marketplace.shop.baskets import find_cart_of, tell_count
from marketplace.shop.gift_lists import (
    MAX_BYTES,
    NEEDED,
    BadList,
    LineFault,
    headings,
    keep_gift_list,
    read_recipients,
)
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of

from .base import private_page

_SAMPLE = (
    "Nguyễn Thị Hoa,0912345678,68,Xuân Hương - Đà Lạt,12 Trần Phú,Chúc mừng năm mới!,,1",
    '"Trần Văn Nam",+84 912 345 679,Hà Nội,Hoàn Kiếm,"5 Tràng Tiền, tầng 2",,,2',
)


@private_page("GET", "HEAD", "POST")
def upload(request: HttpRequest) -> HttpResponse:
    cart = find_cart_of(request)
    lines = list(cart.lines.in_order()) if cart else []
    if cart is None or not lines:
        return redirect("cart")
    faults: list[LineFault] = []
    status = 200
    if request.method == "POST":
        now = time_of(request)
        file = request.FILES.get("file")
        try:
            if file is None:
                raise BadList([LineFault(0, _("Choose a file."))])
            rows = read_recipients(file.read(MAX_BYTES + 1), on=now.day)
            kept = keep_gift_list(cart=cart, rows=rows, at=now.at, on=now.day)
        except BadList as refusal:
            faults, status = refusal.faults, 400
        except DomainError as refusal:
            faults, status = [LineFault(0, refusal.detail)], refusal.status
        else:
            text = _("{count} recipients are in the list, with {gifts} gifts.")
            messages.success(request, text.format(count=len(kept.rows), gifts=kept.quantity))
            return redirect("checkout")
    context = {"line": lines[0], "is_one_gift": len(lines) == 1, "faults": faults} | _columns()
    response = render(request, "shop/recipients.html", context, status=status)
    tell_count(response, cart)
    return response


@private_page("GET", "HEAD")
def sample(request: HttpRequest) -> HttpResponse:
    """A file to fill in; with a byte order mark, by which spreadsheets know UTF-8."""
    content = "\ufeff" + "\r\n".join((",".join(headings().values()), *_SAMPLE)) + "\r\n"
    headers = {"Content-Disposition": 'attachment; filename="recipients.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _columns() -> dict[str, list[str]]:
    """What the columns are called, and those of them that may be empty."""
    called = headings()
    return {"columns": list(called.values()), "may_be_empty": [called[name] for name in called if name not in NEEDED]}
