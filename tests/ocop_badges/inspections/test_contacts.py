"""Contacts of senders are erased in time, by the command that is run daily."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ocop_badges.inspections import services
from tests.factories import AT, DAY, make_officer

from .cases import NATIONAL, report

pytestmark = pytest.mark.django_db


def close(kept) -> None:
    officer = make_officer()
    services.take_report(report=kept, at=AT, mandate=NATIONAL, by=officer)
    services.close_report(report=kept, outcome="mark_right", note="Đúng", at=AT, mandate=NATIONAL, by=officer)


def test_a_contact_is_erased_90_days_after_its_report_was_closed(clock):
    closed, open_still = report(), report()
    close(closed)
    clock(DAY + timedelta(days=90) - timedelta(days=1))
    call_command("forget_contacts", stdout=StringIO())
    closed.refresh_from_db()
    assert closed.contact
    clock(DAY + timedelta(days=91))
    call_command("forget_contacts", stdout=StringIO())
    for kept in (closed, open_still):
        kept.refresh_from_db()
    assert (closed.contact, closed.text) == ("", "Logo in lệch")
    assert closed.contact_forgotten_at is not None
    assert open_still.contact


def test_the_command_says_how_many_and_refuses_odd_days():
    kept = report()
    close(kept)
    out = StringIO()
    call_command("forget_contacts", "--days", "0", stdout=out)
    assert "1 contacts erased" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("forget_contacts", "--days", "-1")
