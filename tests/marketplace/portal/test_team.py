"""The owner lets people in and takes them off; nobody learns here who has an account."""

import re

import pytest
from django.core import mail
from django.test import Client

from marketplace.accounts.models import Membership, User
from tests.factories import AT, make_member, make_producer
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client) -> User:
    user = make_member(make_producer(name="HTX Bình Minh"))
    client.force_login(user)
    return user


@pytest.fixture
def team(owner: User) -> str:
    return f"/portal/{owner.memberships.get().producer.public_id}/team/"


def add(client: Client, team: str, email: str, role: str = "staff"):
    return client.post(f"{team}add/", {"email": email, "role": role})


def test_it_adds_somebody_new_who_sets_a_password(client: Client, owner: User, team: str) -> None:
    assert add(client, team, "Moi@Example.vn", "helper").status_code == 302
    member = Membership.objects.get(user__email="moi@example.vn")
    assert (member.role, member.consented_at is None) == ("helper", False)
    assert not member.user.has_usable_password()
    (message,) = mail.outbox
    assert "HTX Bình Minh" in message.subject
    path = re.search(r"https?://testserver(\S+)", message.body).group(1)
    theirs = Client()
    where = theirs.get(path, follow=True).redirect_chain[-1][0]
    theirs.post(where, {"new_password1": "mot-mat-khau-moi", "new_password2": "mot-mat-khau-moi"})
    theirs.post("/portal/sign-in/", {"who": "moi@example.vn", "password": "mot-mat-khau-moi"})
    assert theirs.get("/portal/", follow=True).redirect_chain[-1][0] == team.removesuffix("team/")


def test_it_answers_alike_for_a_known_and_an_unknown_person(client: Client, owner: User, team: str) -> None:
    User.objects.create_user("known@example.vn", "secret", first_name="Nguyễn", last_name="Thị Bí Mật")
    pages = []
    for email in ("known@example.vn", "unknown@example.vn"):
        answer = client.post(f"{team}add/", {"email": email, "role": "staff"}, follow=True).content.decode()
        pages.append(Page(answer).one("main").text.replace(email, "…"))
        Membership.objects.filter(user__email=email).delete()
    assert pages[0] == pages[1]
    assert "Bí Mật" not in pages[0]
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("role", ["owner", "", "king"])
def test_nobody_is_made_an_owner_here(client: Client, owner: User, team: str, role: str) -> None:
    assert add(client, team, "moi@example.vn", role).status_code == 200
    assert Membership.objects.count() == 1


def test_a_wrong_address_is_said_beside_the_field(client: Client, owner: User, team: str) -> None:
    page = Page(add(client, team, "khong phai").content.decode())
    assert page.flaws == []
    field = page.one("input", type="email")
    assert field.attributes["aria-invalid"] == "true"
    assert any(e.attributes.get("id") == "id_email_error" for e in page.all("ul"))
    add(client, team, "moi@example.vn")
    assert "id_email_error" in add(client, team, "MOI@example.vn").content.decode()


def test_it_takes_only_so_many_additions_an_hour(client: Client, owner: User, team: str) -> None:
    answers = {add(client, team, f"p{number}@example.vn").status_code for number in range(20)}
    assert answers == {302}
    assert add(client, team, "p20@example.vn").status_code == 429
    assert len(mail.outbox) == 20


def test_the_owner_lets_a_helper_in_and_out(client: Client, owner: User, team: str) -> None:
    helper = make_member(owner.memberships.get().producer, role="helper", name="helper")
    member = Membership.objects.get(user=helper)
    client.post(f"{team}{member.pk}/consent/")
    member.refresh_from_db()
    assert member.consented_at is not None
    client.post(f"{team}{member.pk}/withdraw/")
    member.refresh_from_db()
    assert member.consented_at is None


def test_the_owner_takes_staff_off_but_no_owner(client: Client, owner: User, team: str) -> None:
    staff = make_member(owner.memberships.get().producer, role="staff", name="staff")
    client.post(f"{team}{staff.memberships.get().pk}/remove/")
    client.post(f"{team}{owner.memberships.get().pk}/remove/")
    client.post(f"{team}{owner.memberships.get().pk}/consent/")
    assert [member.user for member in Membership.objects.all()] == [owner]


def test_the_owner_touches_no_other_team(client: Client, owner: User, team: str) -> None:
    other = make_member(make_producer(), role="helper", name="helper").memberships.get()
    for act in ("consent", "withdraw", "remove"):
        assert client.post(f"{team}{other.pk}/{act}/").status_code == 404
    other.refresh_from_db()
    assert other.consented_at is None


def test_staff_and_helpers_see_the_team_and_change_nothing(client: Client, owner: User, team: str) -> None:
    helper = make_member(owner.memberships.get().producer, role="helper", name="helper")
    Membership.objects.filter(user=helper).update(consented_at=AT)
    client.force_login(helper)
    page = client.get(team).content.decode()
    assert owner.email in page
    assert "team/add/" not in page
    assert add(client, team, "moi@example.vn").status_code == 404
