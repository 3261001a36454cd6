"""A producer without an address gets one later: what still holds is told then, once."""

import threading
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.notices import readdressing
from marketplace.notices.models import Channel, Message, MessageState
from marketplace.notices.readdressing import readdress_messages
from ocop_badges.models import Certificate
from ocop_badges.reminders.models import Reminder
from tests.conftest import SetClock
from tests.factories import AT, DAY, certify, make_member, make_producer, make_product, revoke

pytestmark = pytest.mark.django_db

END = DAY + timedelta(days=30)


def ending(end: date = END, **fields: Any) -> Certificate:
    product = make_product(producer=fields.pop("producer", None) or make_producer(), **fields)
    return certify(product, issued_on=date(2024, 3, 1), valid_until=end, end_reason="as printed")


def run(*arguments: str) -> None:
    call_command("send_reminders", *arguments)


@pytest.fixture
def unreached() -> Certificate:
    """A certificate with 30 days left, of which its producer could not be told."""
    certificate = ending(name="Chè Shan")
    with pytest.raises(CommandError, match="1 producers have no address"):
        run()
    return certificate


def test_a_later_run_tells_it_in_the_words_of_its_own_day(unreached: Certificate, clock: SetClock) -> None:
    with pytest.raises(CommandError, match="1 producers have no address"):
        run()
    member = make_member(unreached.product.producer)
    clock(DAY + timedelta(days=3))
    run()
    (letter,) = mail.outbox
    assert letter.to == [member.email]
    assert "còn 27 ngày" in letter.body
    message = Message.objects.get()
    assert (message.state, message.address) == (MessageState.SENT, member.email)
    run()
    assert len(mail.outbox) == 1
    assert Reminder.objects.told().count() == 1


def test_every_member_and_the_producers_other_products_hear_once(unreached: Certificate) -> None:
    producer = unreached.product.producer
    members = {make_member(producer).email for _ in range(2)}
    ending(producer=producer, name="Cà phê Ơ")
    run()
    assert {letter.to[0] for letter in mail.outbox} == members
    for address in members:
        bodies = [letter.body for letter in mail.outbox if letter.to == [address]]
        assert sum(body.count("Chè Shan") for body in bodies) == 1
        assert sum(body.count("Cà phê Ơ") for body in bodies) == 1


def test_what_a_later_step_overtook_is_not_told(unreached: Certificate, clock: SetClock) -> None:
    make_member(unreached.product.producer)
    clock(END - timedelta(days=7))
    run()
    (letter,) = mail.outbox
    assert "còn 7 ngày" in letter.body
    assert sorted(Message.objects.values_list("state", flat=True)) == ["sent", "unreachable"]


def test_of_two_products_only_the_one_that_still_ends_is_told(clock: SetClock) -> None:
    producer = make_producer()
    settled, open_still = ending(producer=producer, name="Chè Shan"), ending(producer=producer, name="Cà phê Ơ")
    with pytest.raises(CommandError):
        run()
    revoke(settled, effective_on=DAY)
    make_member(producer)
    run()
    (letter,) = mail.outbox
    assert open_still.product.name in letter.body
    assert settled.product.name not in letter.body


def test_it_ends_well_again_when_nothing_is_left_to_tell(unreached: Certificate) -> None:
    with pytest.raises(CommandError, match="1 producers have no address"):
        run()
    revoke(unreached, effective_on=DAY)
    run()
    assert mail.outbox == []


def test_producers_are_counted_once(unreached: Certificate, capsys: pytest.CaptureFixture[str]) -> None:
    ending(producer=unreached.product.producer)
    ending()
    capsys.readouterr()
    with pytest.raises(CommandError, match="2 producers have no address"):
        run()
    assert capsys.readouterr().err.count("NO ADDRESS") == 2


def test_a_dry_run_shows_it_and_writes_nothing(unreached: Certificate, capsys: pytest.CaptureFixture[str]) -> None:
    member = make_member(unreached.product.producer)
    before = list(Message.objects.values())
    run("--dry-run")
    assert f"email {member.email} (vi)" in capsys.readouterr().out
    assert list(Message.objects.values()) == before


def test_many_take_as_many_queries_as_one() -> None:
    counts = []
    for more in (1, 8):
        for _ in range(more):
            ending()
        with suppress(CommandError):
            run()
        with CaptureQueriesContext(connection) as queries:
            list(readdress_messages(day=DAY, at=AT, channels=[Channel.EMAIL]))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_runs_at_once_tell_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = ending()
    with suppress(CommandError):
        run()
    make_member(certificate.product.producer)
    barrier, look = threading.Barrier(2), readdressing._look
    arrived = threading.local()

    def meeting(*args: Any, **kwargs: Any) -> Any:
        found = look(*args, **kwargs)
        if not hasattr(arrived, "once"):
            arrived.once = True
            barrier.wait(timeout=10)  # both have seen that there is an address now
        return found

    monkeypatch.setattr(readdressing, "_look", meeting)
    told: list[Any] = []

    def readdress() -> None:
        try:
            told.extend(
                message
                for batch in readdress_messages(day=DAY, at=AT + timedelta(hours=1), channels=[Channel.EMAIL])
                for message in batch.messages
            )
        except Exception as error:  # noqa: BLE001 - told to the test
            told.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=readdress) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(each) for each in told] == [Message]
    assert Message.objects.get().state == MessageState.WAITING
