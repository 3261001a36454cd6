"""``manage.py send_reminders``: from certificates to letters, text messages and the feed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError

from marketplace.accounts.models import MemberRole, Membership
from marketplace.notices.models import Channel, Message, MessageState
from ocop_badges.reminders.models import Reminder
from tests.factories import AT, DAY, certify, make_member, make_producer, make_product

from .sink import Sink

pytestmark = pytest.mark.django_db


def ending(days: int = 30, **fields: Any) -> Any:
    product = fields.pop("product", None) or make_product(**fields)
    end = DAY + timedelta(days=days)
    return certify(product, issued_on=date(2024, 3, 1), valid_until=end, end_reason="as printed")


def run(*arguments: str) -> None:
    call_command("send_reminders", *arguments)


def test_a_member_gets_one_letter_about_all_products_of_a_producer_in_the_members_language() -> None:
    producer = make_producer(name="HTX Mùa Xuân")
    member = make_member(producer)
    member.language = "en"
    member.save()
    first = ending(product=make_product(producer=producer, name="Cà phê Ơ", name_en="Coffee O"))
    second = ending(7, product=make_product(producer=producer, name="Chè Shan"))
    run()
    (letter,) = mail.outbox
    assert letter.to == [member.email]
    assert letter.subject.startswith("2 products with OCOP stars")
    assert "Dear HTX Mùa Xuân" in letter.body
    assert letter.body.index("Chè Shan") < letter.body.index("Coffee O")  # what ends first comes first
    assert "22 December 2026" in letter.body
    assert f"/en/verify/{first.public_id}/" in letter.body
    assert f"/en/verify/{second.public_id}/" in letter.body
    assert letter.body.count("Your stars end soon") == 1
    assert Reminder.objects.told().count() == 2


def test_a_second_run_sends_nothing_more() -> None:
    make_member(ending().product.producer)
    run()
    run()
    assert len(mail.outbox) == 1
    assert Message.objects.count() == 1


def test_every_active_member_hears_and_nobody_else(sink: Sink) -> None:
    producer = ending().product.producer
    owner, staff = make_member(producer), make_member(producer, role=MemberRole.STAFF)
    make_member(producer, role=MemberRole.HELPER)  # without consent
    helper = make_member(producer, role=MemberRole.HELPER)
    Membership.objects.filter(user=helper).update(consented_at=AT)
    gone = make_member(producer)
    gone.is_active = False
    gone.save()
    staff.phone = "0912 345 678"
    staff.save()
    run()
    assert {letter.to[0] for letter in mail.outbox} == {owner.email, staff.email, helper.email}
    assert [body["to"] for body in sink.delivered.values()] == ["+84912345678"]


def test_without_members_the_producers_own_addresses_serve(sink: Sink) -> None:
    ending(product=make_product(producer=make_producer(email="htx@example.vn", phone="0263 3822 111; 0987654321")))
    run()
    assert [letter.to for letter in mail.outbox] == [["htx@example.vn"]]
    (body,) = sink.delivered.values()
    assert body["to"] == "+842633822111"
    assert body["language"] == "vi"
    assert body["parts"] <= 3


def test_the_key_of_a_message_is_the_id_of_its_letter_and_the_gateways(sink: Sink) -> None:
    ending(product=make_product(producer=make_producer(email="htx@example.vn", phone="0987654321")))
    run()
    letter, text = Message.objects.order_by("channel")
    assert mail.outbox[0].message()["Message-ID"].startswith(f"<{letter.key}@")
    assert list(sink.delivered) == [text.key]


def test_a_producer_whom_nobody_can_reach_is_told_of_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    certificate = ending(product=make_product(producer=make_producer(phone="0987654321")))  # and no gateway
    make_member(ending().product.producer)
    with pytest.raises(CommandError, match="1 producers have no address"):
        run()
    assert f"NO ADDRESS: {certificate.product.producer_id}: " in capsys.readouterr().err
    message = Message.objects.get(producer=certificate.product.producer_id)
    assert (message.state, message.channel, message.address) == (MessageState.UNREACHABLE, Channel.NONE, "")
    assert certificate.product.name in message.body
    assert Reminder.objects.for_producers([certificate.product.producer_id]).count() == 1
    assert len(mail.outbox) == 1
    with pytest.raises(CommandError, match="1 producers have no address"):
        run()  # still so, and nothing is said twice
    assert len(mail.outbox) == 1
    assert Message.objects.filter(producer=certificate.product.producer_id).count() == 1


def test_a_dry_run_prints_who_would_get_what_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    member = make_member(ending().product.producer)
    run("--dry-run")
    out = capsys.readouterr().out
    assert f"email {member.email} (vi)" in out
    assert "1 reminders would be recorded, with 1 messages" in out
    assert (Reminder.objects.count(), Message.objects.count(), len(mail.outbox)) == (0, 0, 0)


def test_a_given_day_is_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    make_member(ending(30).product.producer)
    run("--on", str(DAY + timedelta(days=23)))
    assert [reminder.step for reminder in Reminder.objects.told()] == [7]
    with pytest.raises(CommandError, match="not a day"):
        run("--on", "22/11/2026")


def test_it_does_not_end_well_while_something_is_left(sink: Sink) -> None:
    ending(product=make_product(producer=make_producer(phone="0987654321")))
    sink.misbehave = lambda handler, key: handler.answer(503)
    with pytest.raises(CommandError, match=r"gateway: 1 failed.*\n.*resting"):
        run()
    with pytest.raises(CommandError, match="resting"):
        run()  # not due yet
    assert len(sink.requests) == 1
    Message.objects.update(due_at=AT)
    sink.misbehave = lambda handler, key: False
    run()
    assert len(set(sink.requests)) == 1
    assert len(sink.delivered) == 1


def test_what_was_given_up_is_tried_again_when_asked(sink: Sink) -> None:
    ending(product=make_product(producer=make_producer(phone="0987654321")))
    sink.misbehave = lambda handler, key: handler.answer(422)
    with pytest.raises(CommandError, match="1 given up"):
        run()
    sink.misbehave = lambda handler, key: False
    with pytest.raises(CommandError, match="given up"):
        run()
    run("--retry-dead")
    assert Message.objects.get().state == MessageState.SENT


def test_a_wrong_gateway_address_stops_it_before_anything_is_written(settings: Any) -> None:
    settings.NOTICES_GATEWAY_URL = "sms.example.vn"
    make_member(ending().product.producer)
    with pytest.raises(CommandError, match="NOTICES_GATEWAY_URL"):
        run()
    assert not Reminder.objects.exists()


def test_a_batch_takes_a_bounded_number_of_queries(django_assert_max_num_queries: Any) -> None:
    producer = make_producer(email="htx@example.vn")
    for _ in range(12):
        ending(product=make_product(producer=producer))
    with django_assert_max_num_queries(40):
        run()
    assert len(mail.outbox) == 1
