import subprocess
import sys

import pytest

from marketplace.notices.holders import is_gone, this_process
from marketplace.notices.models import Channel, Message
from marketplace.notices.outbox import claim_messages, free_messages_of_the_dead
from tests.factories import AT, DAY, make_producer

TELL = "from marketplace.notices.holders import this_process; print(this_process())"


def ended_process() -> str:
    return subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True, check=True).stdout.strip()


def test_a_process_that_runs_is_not_gone():
    assert not is_gone(this_process())


def test_a_process_that_ended_is_gone():
    assert is_gone(ended_process())


def test_another_process_of_the_same_number_is_not_the_one_that_held():
    machine_and_pid, _, _ = this_process().rpartition(" ")
    assert is_gone(f"{machine_and_pid} 1")


@pytest.mark.parametrize("holder", ["", "elsewhere 1 1", "no process", "elsewhere x y"])
def test_nobody_here_can_tell_of_another_machine(holder):
    assert not is_gone(holder)


@pytest.mark.django_db
def test_what_a_killed_process_held_is_free_at_once():
    for number in (1, 2):
        Message.objects.create(
            key=f"{number}",
            producer=make_producer(),
            channel=Channel.EMAIL,
            address="a@example.vn",
            language="vi",
            body="x",
            created_at=AT,
            stale_on=DAY,
        )
    mine = claim_messages(channel=Channel.EMAIL, at=AT, limit=1)
    claim_messages(channel=Channel.EMAIL, at=AT, limit=1)
    Message.objects.exclude(pk=mine[0].pk).update(holder=ended_process())
    assert free_messages_of_the_dead() == 1
    assert [message.key for message in claim_messages(channel=Channel.EMAIL, at=AT)] == ["2"]
