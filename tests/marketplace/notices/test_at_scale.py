"""120,000 opportunities in one run; and runs that are killed anywhere, or run at once: each message goes out once."""

from datetime import date, timedelta

import pytest

from .shop import Shop
from .sink import Handler

pytestmark = pytest.mark.long

END = date(2026, 1, 13)
DAY_AFTER = END + timedelta(days=1)
STEPS_UNTIL_THEN = 12

LETTERS_SIZE = 300 * 4_000  # bytes, roughly
PROCESSOR_SECONDS = 90  # thrice what an idle machine may take: crowded caches make every second longer
GONE_OUT = "state = 'sent'"


def test_ten_thousand_certificates_with_twelve_steps_are_one_short_run(shop: Shop, record_property) -> None:
    shop.fill(producers=5_000, products=2, end=END)
    run = shop.start(DAY_AFTER).end()
    assert run.status == 0, run.said
    assert shop.count("ocop_reminders_reminder") == 120_000
    assert shop.count("ocop_reminders_reminder", "NOT is_overtaken") == 10_000
    assert shop.count("notices_message") == shop.count("notices_message", GONE_OUT) == 10_000
    assert sorted(shop.letters_sent().values()) == [1] * 5_000
    assert len(shop.sink.requests) == len(shop.sink.delivered) == 5_000
    again = shop.start(DAY_AFTER).end()
    assert again.status == 0, again.said
    assert len(shop.sink.requests) == 5_000
    record_property(
        "measured",
        f"120,000 reminder opportunities, 10,000 messages: {run.seconds:.1f} s ({run.cpu_seconds:.1f} s of processor), "
        f"{run.peak_megabytes:.0f} MB; run again: {again.seconds:.1f} s, {again.peak_megabytes:.0f} MB",
    )
    assert run.cpu_seconds < PROCESSOR_SECONDS
    assert max(run.peak_megabytes, again.peak_megabytes) < 300


def test_runs_that_are_killed_anywhere_end_in_each_message_sent_once(shop: Shop, record_property) -> None:
    shop.fill(producers=300, products=4, end=END)
    kills = 0
    for portion in (0.1, 0.6):  # while reminders are recorded
        kills += shop.start(DAY_AFTER).kill_when(
            lambda portion=portion: shop.count("ocop_reminders_reminder") > portion * 1_200 * STEPS_UNTIL_THEN
        )
        assert shop.count("ocop_reminders_reminder") % STEPS_UNTIL_THEN == 0  # of whole batches, with their messages
        assert shop.count("notices_message") * 2 * STEPS_UNTIL_THEN == shop.count("ocop_reminders_reminder")
    for portion in (0.2, 0.5, 0.8):  # while letters are sent
        kills += shop.start(DAY_AFTER).kill_when(lambda portion=portion: shop.letters_size() > portion * LETTERS_SIZE)
    for count in (50, 150, 250):  # between the sending of a text message and its mark
        run = shop.start(DAY_AFTER)

        def deliver_then_kill(handler: Handler, key: str, run=run, count=count) -> bool:
            if len(shop.sink.delivered) < count:
                return False
            shop.sink.delivered.setdefault(key, {})
            run.kill()
            return handler.drop()

        shop.sink.misbehave = deliver_then_kill
        kills += run.process.wait() != 0
        shop.sink.misbehave = lambda handler, key: False
    last = shop.start(DAY_AFTER).end()
    assert last.status == 0, last.said

    assert shop.count("ocop_reminders_reminder") == 1_200 * STEPS_UNTIL_THEN
    assert shop.count("notices_message") == shop.count("notices_message", GONE_OUT) == 600
    keys = {channel: {key for key, of in shop.ask("SELECT key, channel FROM notices_message") if of == channel}
            for channel in ("email", "gateway")}  # fmt: skip
    letters = shop.letters_sent()
    assert set(letters) == keys["email"]
    assert set(shop.sink.delivered) == keys["gateway"]
    repeated_letters = letters.total() - len(letters)
    repeated_texts = len(shop.sink.requests) - len(set(shop.sink.requests))
    assert repeated_texts == 3  # each of the three that were delivered and not marked came again, under its key
    assert repeated_letters <= 3
    assert kills >= 6
    record_property(
        "measured",
        f"reminders: killed {kills} times; 600 messages, each once by its key; sent again between sending and mark: "
        f"{repeated_letters} letters (the same Message-ID), {repeated_texts} text messages (the same Idempotency-Key)",
    )


def test_two_runs_at_once_share_the_work_and_double_nothing(shop: Shop) -> None:
    shop.fill(producers=300, products=2, end=END)
    runs = [shop.start(DAY_AFTER) for _ in range(2)]
    ended = [run.end() for run in runs]
    assert 0 in [run.status for run in ended], [run.said for run in ended]
    assert all("CommandError" not in run.said or "held by another run" in run.said for run in ended), ended
    assert shop.count("ocop_reminders_reminder") == 600 * STEPS_UNTIL_THEN
    assert shop.count("notices_message", GONE_OUT) == 600
    assert sorted(shop.letters_sent().values()) == [1] * 300
    assert len(shop.sink.requests) == len(shop.sink.delivered) == 300
