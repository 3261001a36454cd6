"""How often one sender may report, counted in the database: the same for every process, and exact under a race.

No address is kept: a sender is a keyed hash of address and day, and the row goes an hour after its day.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from ocop_badges.days import start_of
from ocop_badges.visitors import client_address

from .models import ReportSender

AN_HOUR, A_DAY = 5, 20
HOUR = 3_600  # seconds
_ONE_DAY = timedelta(days=1)


@dataclass
class TooManyReports(Exception):
    """Refused for now; ``wait`` in seconds."""

    wait: int


def sender_of(request: HttpRequest) -> str:
    """The address a request comes from, of IPv6 the first 64 bits: a household has no fewer.

    See ``visitors.client_address`` for requests through proxies.
    """
    try:
        address = ip_address(client_address(request))
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or address.exploded[:19])


@transaction.atomic
def count_report(sender: str, *, at: datetime, on: date) -> None:
    """Count one report of a sender, or raise ``TooManyReports`` and count nothing: 5 in any hour, 20 a day."""
    row = _locked_row(_key(sender, on), expires_at=start_of(on) + _ONE_DAY + timedelta(seconds=HOUR))
    yesterday = ReportSender.objects.filter(pk=_key(sender, on - _ONE_DAY)).values_list("at", flat=True).first()
    now = at.timestamp()
    if len(row.at) >= A_DAY:
        raise TooManyReports(max(1, int((start_of(on) + _ONE_DAY - at).total_seconds())))
    recent = sorted(instant for instant in [*(yesterday or []), *row.at] if instant > now - HOUR)
    if len(recent) >= AN_HOUR:
        raise TooManyReports(max(1, int(recent[-AN_HOUR] + HOUR - now) + 1))
    row.at = [*row.at, now]
    row.save(update_fields=["at"])


def forget_senders(*, at: datetime) -> int:
    """Delete the counts that are needed no more. Answers how many."""
    return ReportSender.objects.filter(expires_at__lte=at).delete()[0]


def _locked_row(key: str, *, expires_at: datetime) -> ReportSender:
    ReportSender.objects.bulk_create([ReportSender(key=key, expires_at=expires_at)], ignore_conflicts=True)
    return ReportSender.objects.select_for_update().get(pk=key)


def _key(sender: str, day: date) -> str:
    return salted_hmac(f"ocop_inspections.report.{day}", sender, algorithm="sha256").hexdigest()
