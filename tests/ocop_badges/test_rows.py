"""Rows by SQL composed once: what ``bulk_create`` would have written, and what a SELECT answers."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Commune, Province
from marketplace.notices.models import Channel, Message
from ocop_badges.rows import as_day, fetch_rows, insert_rows, places_for

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 4, 3, 2, 1, 654321, tzinfo=UTC)


def letter(key: str) -> Message:
    return Message(
        key=key, channel=Channel.EMAIL, address="hoa@example.vn", language="vi", body="Chào 100 % “Hoa” \\ '",
        created_at=AT, stale_on=date(2026, 6, 1), lease=uuid.UUID(int=7), leased_until=AT,
    )  # fmt: skip


def values_of(message: Message) -> dict[str, object]:
    return {field.attname: getattr(message, field.attname) for field in Message._meta.concrete_fields}


def test_what_it_writes_is_what_bulk_create_writes() -> None:
    (ours,) = insert_rows([letter("ours")])
    (django,) = Message.objects.bulk_create([letter("django")])
    stored = values_of(Message.objects.get(pk=ours.pk))
    assert stored | {"id": django.pk, "key": "django"} == values_of(Message.objects.get(pk=django.pk))
    assert not ours._state.adding
    ours.refresh_from_db()
    ours.subject = "Đơn hàng"
    ours.save()
    assert Message.objects.get(key="ours").subject == "Đơn hàng"


def test_a_field_that_fills_itself_does() -> None:
    (commune,) = insert_rows([Commune(province=Province.objects.get(code="68"), name="phường Đông Hải")])
    commune.refresh_from_db()
    assert commune.name_key == "dong hai"


@pytest.mark.parametrize(("count", "statements"), [(0, 0), (1, 1), (40, 1), (41, 2), (100, 3)])
def test_each_of_many_gets_its_own_id(count: int, statements: int) -> None:
    with CaptureQueriesContext(connection) as asked:
        rows = insert_rows(letter(str(number)) for number in range(count))
    assert len(asked) == statements
    assert {row.pk: row.key for row in rows} == dict(Message.objects.values_list("pk", "key"))
    assert len(rows) == count


def test_what_is_there_is_left_alone_only_if_asked() -> None:
    (known,) = insert_rows([letter("known")])
    insert_rows([letter("known"), letter("new")], leaving_known=True)
    assert set(Message.objects.values_list("key", flat=True)) == {"known", "new"}
    assert Message.objects.get(key="known").pk == known.pk
    with pytest.raises(IntegrityError):
        insert_rows([letter("known")])


def test_rows_are_fetched_with_their_days() -> None:
    insert_rows([letter("a"), letter("b"), letter("c")])
    keys = ["a", "c"]
    rows = fetch_rows(
        f"SELECT key, stale_on FROM {Message._meta.db_table} WHERE key IN ({places_for(keys)}) ORDER BY key", keys
    )
    assert [(key, as_day(day)) for key, day in rows] == [("a", date(2026, 6, 1)), ("c", date(2026, 6, 1))]
