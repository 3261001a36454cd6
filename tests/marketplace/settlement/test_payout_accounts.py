import pytest
from django.contrib.auth.models import Permission

from catalog.models import Producer
from marketplace.accounts.models import MemberRole, Membership, User
from marketplace.notices.models import Message
from marketplace.settlement.models import PayoutAccount
from marketplace.settlement.payout_accounts import bank_account, may_record_account, record_account, stripe_account
from ocop_badges.errors import DomainError, InvalidFact
from tests.factories import AT, make_member, make_producer

pytestmark = pytest.mark.django_db

ACCOUNT = {"bank_bin": "970436", "number": "0071 0008 9-9", "holder": "Hợp tác xã  Cầu Đất"}


def record(producer: Producer, *, by: User, **fields: str) -> PayoutAccount:
    return record_account(producer=producer, place=bank_account(**{**ACCOUNT, **fields}), by=by, at=AT)


def test_an_owner_says_where_the_money_goes():
    producer = make_producer()
    owner = make_member(producer)
    account = record(producer, by=owner)
    assert (account.bank_bin, account.number, account.holder) == ("970436", "0071000899", "Hợp tác xã Cầu Đất")
    assert (account.recorded_by, account.recorded_at) == (owner, AT)
    assert str(account) == "VIETCOMBANK …0899"


def test_a_change_is_another_row_and_the_newest_holds():
    producer = make_producer()
    owner = make_member(producer)
    first = record(producer, by=owner)
    second = record(producer, by=owner, number="123456")
    assert PayoutAccount.objects.current([producer.pk]) == {producer.pk: second}
    assert list(producer.payout_accounts.order_by("pk")) == [first, second]
    with pytest.raises(TypeError):
        first.save()


def test_the_same_account_again_changes_nothing():
    producer = make_producer()
    owner = make_member(producer)
    assert record(producer, by=owner) == record(producer, by=owner)


def test_every_owner_is_told_of_another_account_and_of_its_end_only():
    producer = make_producer(name="HTX Cầu Đất")
    owner, other = make_member(producer), make_member(producer)
    User.objects.filter(pk=other.pk).update(language="en")
    make_member(producer, role=MemberRole.STAFF)
    make_member(make_producer())
    record(producer, by=owner)
    record(producer, by=owner)
    letters = {letter.user: letter for letter in Message.objects.all()}
    assert set(letters) == {owner, other}
    told = letters[other]
    assert (told.address, told.language, told.state) == (other.email, "en", "waiting")
    assert "HTX Cầu Đất" in told.subject
    assert "VIETCOMBANK …0899" in told.body
    assert "22 November 2026 at 09:00" in told.body
    assert "0071000899" not in told.body


@pytest.mark.parametrize("role", [MemberRole.STAFF, MemberRole.HELPER])
def test_staff_and_helpers_do_not(role):
    producer = make_producer()
    member = make_member(producer, role=role)
    Membership.objects.filter(user=member).update(consented_at=AT)
    with pytest.raises(DomainError) as refused:
        record(producer, by=member)
    assert (refused.value.code, refused.value.status) == ("not-the-owner", 403)
    assert not PayoutAccount.objects.exists()


def test_the_owner_of_another_producer_does_not():
    assert not may_record_account(make_member(make_producer()), make_producer())


def test_an_operator_with_the_permission_does():
    producer = make_producer()
    operator = User.objects.create_user("operator@example.vn", is_staff=True)
    assert not may_record_account(operator, producer)
    operator.user_permissions.add(Permission.objects.get(codename="add_payoutaccount"))
    assert may_record_account(User.objects.get(pk=operator.pk), producer)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("bank_bin", "123456"),
        ("number", "12"),
        ("number", "=1+1"),
        ("number", "1" * 20),
        ("holder", "  "),
        ("holder", "12345"),
        ("holder", "a" * 121),
    ],
)
def test_an_account_that_cannot_be_is_refused(field, wrong):
    with pytest.raises(InvalidFact) as refused:
        bank_account(**{**ACCOUNT, field: wrong})
    assert refused.value.faults[0].field == field


def test_a_stripe_account_is_recorded_as_one():
    producer = make_producer()
    place = stripe_account(number="acct_1032D82eZvKYlo2C", holder="HTX")
    account = record_account(producer=producer, place=place, by=make_member(producer), at=AT)
    assert (account.way, account.bank_bin) == ("stripe", "")
    with pytest.raises(InvalidFact):
        stripe_account(number="cus_1", holder="HTX")
