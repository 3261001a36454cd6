"""The sending loop and its outbox: who holds a message, what becomes of one that fails."""

from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any, Self

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from marketplace.notices.channels import Away, Refused, TryLater
from marketplace.notices.channels.email import EmailCarrier, letter_of
from marketplace.notices.models import Channel, Message, MessageState
from marketplace.notices.outbox import LEASE, claim_messages, drop_stale, left_behind, mark_sent, revive_dead
from marketplace.notices.rules import MAX_ATTEMPTS
from marketplace.notices.sending import FAILURES_IN_A_ROW, send_due
from tests.factories import AT, DAY, make_producer

pytestmark = pytest.mark.django_db


def make_message(key: str = "k1", **fields: Any) -> Message:
    defaults = {
        "producer": fields.pop("producer", None) or make_producer(),
        "channel": Channel.EMAIL,
        "address": f"{key}@example.vn",
        "language": "vi",
        "subject": "Sao sắp hết hạn",
        "body": "Kính gửi bà con,\n\nhttps://shop.example.vn/verify/abc/",
        "created_at": AT,
        "stale_on": DAY + timedelta(days=7),
    }
    return Message.objects.create(key=key, **{**defaults, **fields})


class Carrier:
    """Carries nothing; ``trouble`` says what each message meets."""

    channel = Channel.EMAIL

    def __init__(self, trouble: Callable[[str], Exception | None] = lambda key: None) -> None:
        self.trouble = trouble
        self.sent: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None: ...

    def send(self, message: Message) -> None:
        if (error := self.trouble(message.key)) is not None:
            raise error
        self.sent.append(message.key)


def now() -> datetime:
    return AT


def standing(at: datetime) -> Callable[[], datetime]:
    return lambda: at


def test_what_is_due_is_sent_and_marked() -> None:
    make_message("k1")
    make_message("k2")
    make_message("k3", channel=Channel.GATEWAY, address="+84912345678")
    carrier = Carrier()
    done: list[int] = []
    tally = send_due(carrier, now=now, limit=1, done=done.append)
    assert (tally.sent, tally.failed, tally.given_up, tally.away) == (2, 0, 0, "")
    assert carrier.sent == ["k1", "k2"]
    assert sum(done) == 2
    assert set(Message.objects.values_list("key", "state", "attempts")) == {
        ("k1", "sent", 1),
        ("k2", "sent", 1),
        ("k3", "waiting", 0),
    }
    assert send_due(carrier, now=now).sent == 0


def test_what_fails_rests_longer_each_time_and_is_given_up_in_the_end() -> None:
    make_message()
    at = AT
    rests = []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        tally = send_due(Carrier(lambda key: TryLater("503")), now=standing(at))
        assert (tally.failed, tally.given_up) == ((1, 0) if attempt < MAX_ATTEMPTS else (0, 1))
        message = Message.objects.get()
        assert (message.attempts, message.last_error) == (attempt, "503")
        if message.due_at:
            assert send_due(Carrier(), now=standing(message.due_at - timedelta(seconds=1))).sent == 0
            rests.append(message.due_at - at)
            at = message.due_at
    assert rests == sorted(rests)
    assert message.state == MessageState.DEAD
    assert left_behind(at=at).dead == 1
    assert revive_dead() == 1
    assert send_due(Carrier(), now=lambda: at).sent == 1


def test_what_is_refused_for_good_is_given_up_at_once_and_holds_up_nobody() -> None:
    make_message("k1")
    make_message("k2")
    tally = send_due(Carrier(lambda key: Refused("no such box") if key == "k1" else None), now=now)
    assert (tally.sent, tally.given_up) == (1, 1)
    assert Message.objects.get(key="k1").state == MessageState.DEAD


def test_a_channel_that_is_away_costs_no_message_an_attempt() -> None:
    make_message("k1")
    make_message("k2")
    tally = send_due(Carrier(lambda key: Away("asleep", rest=timedelta(minutes=5))), now=now)
    assert tally.away == "asleep"
    assert set(Message.objects.values_list("attempts", "lease", "due_at")) == {(0, None, AT + timedelta(minutes=5))}
    assert left_behind(at=AT).resting == 2


def test_a_channel_that_fails_again_and_again_is_taken_for_away() -> None:
    for number in range(FAILURES_IN_A_ROW + 3):
        make_message(f"k{number}")
    tally = send_due(Carrier(lambda key: TryLater("timed out")), now=now)
    assert tally.failed == FAILURES_IN_A_ROW
    assert tally.away == "timed out"
    assert Message.objects.filter(attempts=0, lease=None, due_at__isnull=False).count() == 3


def test_what_another_sender_holds_is_left_to_it_until_its_lease_ends() -> None:
    make_message()
    held = claim_messages(channel=Channel.EMAIL, at=AT)
    assert [message.key for message in held] == ["k1"]
    assert claim_messages(channel=Channel.EMAIL, at=AT + LEASE - timedelta(seconds=1)) == []
    assert left_behind(at=AT).leased == 1
    again = claim_messages(channel=Channel.EMAIL, at=AT + LEASE)
    assert [message.key for message in again] == ["k1"]
    assert again[0].lease != held[0].lease


def test_what_went_out_after_the_lease_ran_out_is_marked_all_the_same() -> None:
    make_message()
    slow = claim_messages(channel=Channel.EMAIL, at=AT)[0]
    claim_messages(channel=Channel.EMAIL, at=AT + LEASE)
    mark_sent(slow, at=AT + LEASE)
    assert Message.objects.get().state == MessageState.SENT


def test_a_slow_sender_stops_before_its_lease_ends_and_goes_on_with_a_new_one() -> None:
    for number in range(3):
        make_message(f"k{number}")
    ticks = iter([0.0, 0.0, 299.0, 300.0, 300.0, 300.0, 600.0, 600.0, 600.0, 600.0])
    carrier = Carrier()
    assert send_due(carrier, now=now, elapsed=lambda: next(ticks)).sent == 3
    assert carrier.sent == ["k0", "k1", "k2"]


def test_what_waited_until_the_next_step_is_left_out() -> None:
    make_message("k1", stale_on=DAY)
    make_message("k2", stale_on=DAY + timedelta(days=1))
    assert drop_stale(day=DAY, at=AT) == 1
    assert Message.objects.get(key="k1").state == MessageState.STALE
    assert left_behind(at=AT).resting == 1


# --- e-mail ----------------------------------------------------------------


def test_a_letter_has_a_text_and_a_page_and_the_id_of_its_key(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Chợ OCOP <tin@shop.example.vn>"
    make_message(subject="Cà phê <b>", body="Kính gửi <HTX>,\n\n• một\n  https://shop.example.vn/verify/abc/")
    with EmailCarrier() as carrier:
        carrier.send(Message.objects.get())
    (letter,) = mail.outbox
    assert letter.message()["Message-ID"] == "<k1@shop.example.vn>"
    assert letter.message()["Auto-Submitted"] == "auto-generated"
    assert letter.to == ["k1@example.vn"]
    page = letter.alternatives[0].content
    assert 'lang="vi"' in page
    assert "&lt;HTX&gt;" in page
    assert '<a href="https://shop.example.vn/verify/abc/"' in page


class Troubled(BaseEmailBackend):
    """A mail server with ``trouble`` at one of its ends."""

    opened = 0
    at_opening: Exception | None = None
    at_sending: Exception | None = None

    def open(self) -> bool:
        Troubled.opened += 1
        if self.at_opening:
            raise self.at_opening
        return True

    def send_messages(self, email_messages: Any) -> int:
        if self.at_sending:
            raise self.at_sending
        return len(email_messages)


@pytest.mark.parametrize(
    ("opening", "sending", "outcome"),
    [
        (ConnectionRefusedError("refused"), None, Away),
        (SMTPAuthenticationError(535, b"bad password"), None, Away),
        (None, SMTPRecipientsRefused({"k1@example.vn": (550, b"no such user")}), Refused),
        (None, SMTPRecipientsRefused({"k1@example.vn": (450, b"greylisted")}), TryLater),
        (None, SMTPDataError(554, b"spam"), Refused),
        (None, SMTPDataError(451, b"later"), TryLater),
        (None, SMTPServerDisconnected("gone"), TryLater),
        (None, TimeoutError("timed out"), TryLater),
        (None, ValueError("a header with a line break"), Refused),
    ],
)
def test_a_mail_servers_words_are_understood(
    settings: Any, monkeypatch: pytest.MonkeyPatch, opening: Exception, sending: Exception, outcome: type[Exception]
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Troubled"
    monkeypatch.setattr(Troubled, "at_opening", opening)
    monkeypatch.setattr(Troubled, "at_sending", sending)
    with EmailCarrier() as carrier, pytest.raises(outcome):
        carrier.send(make_message())


def test_many_letters_take_one_connection_and_a_broken_one_is_made_anew(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Troubled"
    monkeypatch.setattr(Troubled, "opened", 0)
    message = make_message()
    with EmailCarrier() as carrier:
        carrier.send(message)
        carrier.send(message)
        assert Troubled.opened == 1
        monkeypatch.setattr(Troubled, "at_sending", SMTPServerDisconnected("gone"))
        with pytest.raises(TryLater):
            carrier.send(message)
        monkeypatch.setattr(Troubled, "at_sending", None)
        carrier.send(message)
    assert Troubled.opened == 2


def test_the_same_message_is_the_same_letter_however_often_it_is_made() -> None:
    message = make_message()
    assert letter_of(message).message()["Message-ID"] == letter_of(message).message()["Message-ID"]
