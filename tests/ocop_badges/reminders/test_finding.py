"""Which certificates get which reminders on a day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ocop_badges import services
from ocop_badges.models import CorrectedField, Regulation
from ocop_badges.reminders.feed import count_unread, read_feed
from ocop_badges.reminders.finding import count_followed, find_due, followed_batches, window_days
from ocop_badges.reminders.models import Reminder
from ocop_badges.reminders.rules import STEPS
from ocop_badges.reminders.services import mark_read, record_reminders
from tests.factories import AT, DAY, certify, make_producer, make_product, revoke, suspend

pytestmark = pytest.mark.django_db


def ending(days: int, **fields: Any) -> Any:
    """A certificate whose last day is so many days after ``DAY``."""
    product = fields.pop("product", None) or make_product()
    end = DAY + timedelta(days=days)
    return certify(product, issued_on=date(2024, 3, 1), valid_until=end, end_reason="as printed", **fields)


def record(day: date = DAY) -> list[Reminder]:
    told: list[Reminder] = []
    for product_ids in followed_batches(day):
        with transaction.atomic():
            told += record_reminders(product_ids=product_ids, day=day, at=AT, days=window_days(day))
    return told


@pytest.mark.parametrize("step", [step.days_before for step in STEPS])
def test_it_is_due_on_the_day_of_a_step(step: int) -> None:
    certificate = ending(step)
    told = record()
    assert [(r.certificate, r.step, r.last_day, r.on) for r in told] == [
        (certificate, step, DAY + timedelta(days=step), DAY)
    ]


def test_a_late_run_tells_the_last_step_only_and_marks_those_it_overtook() -> None:
    certificate = ending(5)
    assert [reminder.step for reminder in record()] == [7]
    overtaken = Reminder.objects.filter(certificate=certificate, is_overtaken=True)
    assert sorted(r.step for r in overtaken) == [30, 121, 130, 150, 180, 200, 270, 365]
    assert [entry.on for entry in Reminder.objects.for_producers([certificate.product.producer_id])] == [DAY]


def test_it_is_recorded_once_however_often_it_runs() -> None:
    ending(30)
    assert len(record()) == 1
    assert record() == []
    assert record(DAY + timedelta(days=1)) == []
    assert [reminder.step for reminder in record(DAY + timedelta(days=23))] == [7]


def test_the_database_refuses_a_second_reminder_of_a_step() -> None:
    certificate = ending(30)
    row = {"certificate": certificate, "last_day": DAY, "step": 7, "topic": "ending", "on": DAY, "recorded_at": AT}
    Reminder.objects.create(**row)
    with pytest.raises(IntegrityError):
        Reminder.objects.create(**row)


def test_a_certificate_with_a_successor_is_left_alone_before_it_begins_and_after() -> None:
    product = make_product()
    ending(30, product=product)
    certify(product, issued_on=DAY, valid_from=DAY + timedelta(days=20), action=None)
    assert record() == []
    assert record(DAY + timedelta(days=30)) == []


def test_a_successor_that_was_revoked_before_it_began_leaves_the_reminders_on() -> None:
    product = make_product()
    certificate = ending(30, product=product)
    successor = certify(product, issued_on=DAY, valid_from=DAY + timedelta(days=20))
    revoke(successor, effective_on=DAY + timedelta(days=10))
    assert [reminder.certificate for reminder in record()] == [certificate]


def test_a_revoked_certificate_is_left_alone_even_before_its_revocation_takes_effect() -> None:
    revoke(ending(30), effective_on=DAY + timedelta(days=5))
    assert record() == []


def test_a_suspended_certificate_still_gets_its_reminders_and_they_say_so() -> None:
    suspend(ending(30))
    assert [reminder.is_suspended for reminder in record()] == [True]


def test_a_certificate_that_has_not_begun_gets_none() -> None:
    certify(make_product(), issued_on=DAY, valid_from=DAY + timedelta(days=3), valid_until=DAY + timedelta(days=7),
            end_reason="as printed")  # fmt: skip
    assert record() == []


def test_an_extension_moves_the_end_and_the_steps_count_anew() -> None:
    certificate = ending(0)
    assert [reminder.topic for reminder in record()] == ["last-day"]
    services.extend_certificate(certificate=certificate, days=90, granted_on=DAY, evidence="Biên nhận", at=AT)
    assert [(r.step, r.topic, r.last_day) for r in record()] == [(121, "extended", DAY + timedelta(days=90))]
    assert record() == []
    assert [reminder.step for reminder in record(DAY + timedelta(days=60))] == [30]
    assert [reminder.step for reminder in record(DAY + timedelta(days=90))] == [0]
    assert [reminder.step for reminder in record(DAY + timedelta(days=91))] == [-1]


def test_a_corrected_end_counts_anew() -> None:
    certificate = ending(30)
    record()
    services.correct_certificate(
        certificate=certificate,
        changes={CorrectedField.VALID_UNTIL: DAY + timedelta(days=7)},
        reason="misread",
        at=AT,
    )
    assert [(r.step, r.last_day) for r in record()] == [(7, DAY + timedelta(days=7))]


def test_the_window_told_is_the_one_of_the_regulation_in_force() -> None:
    ending(150)
    told = record()
    assert [(r.opens_on, r.closes_on) for r in told] == [(DAY - timedelta(days=30), DAY + timedelta(days=30))]


def test_where_no_regulation_sets_a_window_none_is_told() -> None:
    Regulation.objects.update(renewal_opens_days=None, renewal_closes_days=None)
    ending(150)
    assert [(r.opens_on, r.closes_on, r.topic) for r in record()] == [(None, None, "prepare")]


def test_batches_hold_producers_whole_and_every_product_once() -> None:
    producers = [make_producer() for _ in range(4)]
    products = [
        make_product(producer=producer)
        for producer, count in zip(producers, (2, 1, 5, 2), strict=True)
        for _ in range(count)
    ]
    for product in products:
        ending(30, product=product)
    ending(500)
    batches = list(followed_batches(DAY, size=3))
    owner = {product.pk: product.producer_id for product in products}
    assert sorted(product_id for batch in batches for product_id in batch) == sorted(owner)
    assert [sorted({owner[product_id] for product_id in batch}) for batch in batches] == [
        [producers[0].pk, producers[1].pk],
        [producers[2].pk],
        [producers[3].pk],
    ]
    assert count_followed(DAY) == 10


def test_it_asks_a_bounded_number_of_queries(django_assert_max_num_queries: Any) -> None:
    ids = [ending(30).product_id for _ in range(8)]
    with django_assert_max_num_queries(5):
        due = find_due(ids, day=DAY, at=AT, days=(180, 120))
    assert [len(each.overtaken) for each in due] == [7] * 8


def test_the_feed_shows_a_producers_own_newest_first(django_assert_max_num_queries: Any) -> None:
    producer = make_producer()
    first, second = make_product(producer=producer), make_product(producer=producer, name_en="Good coffee")
    ending(31, product=first)
    ending(30, product=second)
    ending(30)
    record()
    record(DAY + timedelta(days=1))
    with django_assert_max_num_queries(2):
        entries = read_feed(producer_ids=[producer.pk], lang="en")
    assert [(entry.on, entry.product_name) for entry in entries] == [
        (DAY + timedelta(days=1), first.name),
        (DAY, "Good coffee"),
        (DAY, first.name),
    ]
    assert entries[0].title == "Your stars end soon"
    page = read_feed(producer_ids=[producer.pk], lang="en", limit=1)
    rest = read_feed(producer_ids=[producer.pk], lang="en", before=page[-1].id)
    assert [entry.id for entry in [*page, *rest]] == [entry.id for entry in entries]


def test_reading_is_noted_for_ones_own_reminders_only() -> None:
    own, other = ending(30), ending(30)
    record()
    ids = list(Reminder.objects.told().values_list("pk", flat=True))
    producer = own.product.producer_id
    assert count_unread(producer_ids=[producer]) == 1
    assert mark_read(producer_ids=[producer], reminder_ids=ids, at=AT) == 1
    assert mark_read(producer_ids=[producer], reminder_ids=ids, at=AT) == 0
    assert count_unread(producer_ids=[producer]) == 0
    assert count_unread(producer_ids=[other.product.producer_id]) == 1
