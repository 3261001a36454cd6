"""The way in: by e-mail or phone, limited attempts, no word about who has an account, safe places to go to."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.portal.models import Attempt
from marketplace.portal.throttle import SIGN_IN_BY_ACCOUNT, SIGN_IN_BY_ADDRESS
from tests.conftest import SetClock
from tests.factories import AT, make_member, make_producer

pytestmark = pytest.mark.django_db
SIGN_IN = "/portal/sign-in/"


@pytest.fixture
def owner() -> User:
    user = make_member(make_producer(), name="lan")
    user.phone = "0912345678"
    user.save()
    return user


def sign_in(client: Client, who: str, password: str = "secret", **extra: str):
    return client.post(SIGN_IN, {"who": who, "password": password, **extra})


@pytest.mark.parametrize("who", ["{email}", "{EMAIL}", "0912345678", "0912 345 678", "+84 912.345.678", "84912345678"])
def test_it_takes_an_email_or_a_phone_number(client: Client, owner: User, who: str) -> None:
    answer = sign_in(client, who.format(email=owner.email, EMAIL=owner.email.upper()))
    assert (answer.status_code, answer["Location"]) == (302, "/portal/")
    assert client.session["_auth_user_id"] == str(owner.pk)


def test_it_says_the_same_of_a_wrong_password_an_unknown_account_and_a_closed_one(client: Client, owner: User) -> None:
    closed = User.objects.create_user("dong@example.vn", "secret", is_active=False)
    pages = [
        sign_in(Client(), who, password).content.decode().replace(who, "…")
        for who, password in ((owner.email, "sai"), ("nobody@example.vn", "sai"), (closed.email, "secret"))
    ]
    cleaned = {re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page) for page in pages}
    assert len(cleaned) == 1
    assert 'role="alert"' in cleaned.pop()


def test_it_leads_on_to_the_page_wanted(client: Client, owner: User) -> None:
    answer = client.get("/en/portal/")
    assert answer["Location"] == "/en/portal/sign-in/?next=/en/portal/"
    page = client.get(answer["Location"])
    assert 'name="next" value="/en/portal/"' in page.content.decode()
    assert sign_in(client, owner.email, next="/en/portal/")["Location"] == "/en/portal/"


@pytest.mark.parametrize(
    "bad", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "https:evil.example"]
)
def test_it_never_leads_to_another_site(client: Client, owner: User, bad: str) -> None:
    assert 'name="next"' not in client.get(SIGN_IN, {"next": bad}).content.decode()
    assert sign_in(client, owner.email, next=bad)["Location"] == "/portal/"


def test_it_leads_somebody_signed_in_straight_on(client: Client, owner: User) -> None:
    client.force_login(owner)
    assert client.get(SIGN_IN)["Location"] == "/portal/"


def test_signing_out_takes_a_post(client: Client, owner: User) -> None:
    client.force_login(owner)
    assert client.get("/portal/sign-out/").status_code == 405
    assert client.post("/portal/sign-out/")["Location"] == SIGN_IN
    assert client.get("/portal/").status_code == 302


def test_it_wants_the_token_of_its_own_form(owner: User) -> None:
    assert sign_in(Client(enforce_csrf_checks=True), owner.email).status_code == 403


def test_an_account_is_tried_only_so_often_and_then_it_says_when_again(owner: User, clock: SetClock) -> None:
    clock(AT)
    for _ in range(SIGN_IN_BY_ACCOUNT.most):
        assert sign_in(Client(), owner.email, "sai").status_code == 200

    clock(AT + timedelta(minutes=3))
    refused = sign_in(Client(), owner.email.upper(), "secret")
    assert refused.status_code == 429
    assert refused["Retry-After"] == str(12 * 60 + 1)
    assert "09:16" in refused.content.decode()  # from 9:15 on, to the full minute
    assert sign_in(Client(), "0912345678", "secret").status_code == 429  # the same account

    clock(AT + timedelta(minutes=15))
    assert sign_in(Client(), owner.email, "secret").status_code == 302


def test_asking_while_refused_does_not_move_the_end_of_the_wait(owner: User, clock: SetClock) -> None:
    clock(AT)
    for _ in range(SIGN_IN_BY_ACCOUNT.most):
        sign_in(Client(), owner.email, "sai")
    clock(AT + timedelta(minutes=14))
    for _ in range(5):
        assert sign_in(Client(), owner.email, "secret").status_code == 429
    clock(AT + timedelta(minutes=15))
    assert sign_in(Client(), owner.email, "secret").status_code == 302


def test_an_unknown_account_is_limited_alike(db: None) -> None:
    answers = [sign_in(Client(), "nobody@example.vn", "sai").status_code for _ in range(SIGN_IN_BY_ACCOUNT.most + 1)]
    assert answers == [200] * SIGN_IN_BY_ACCOUNT.most + [429]


def test_a_success_begins_the_count_of_the_account_anew(owner: User) -> None:
    for _ in range(3):
        for _ in range(SIGN_IN_BY_ACCOUNT.most - 1):
            sign_in(Client(), owner.email, "sai")
        assert sign_in(Client(), owner.email).status_code == 302


def test_an_address_is_limited_over_all_accounts(owner: User, settings: object) -> None:
    settings.PROXY_COUNT = 1
    villain = Client(headers={"X-Forwarded-For": "10.0.0.1, 203.0.113.9"})
    answers = {sign_in(villain, f"p{n}@example.vn", "sai").status_code for n in range(SIGN_IN_BY_ADDRESS.most)}
    assert answers == {200}
    assert sign_in(villain, owner.email).status_code == 429
    pretending = Client(headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
    assert sign_in(pretending, owner.email).status_code == 429
    assert sign_in(Client(headers={"X-Forwarded-For": "198.51.100.1"}), owner.email).status_code == 302


def test_what_was_typed_is_not_kept(client: Client) -> None:
    sign_in(client, "my-password-in-the-wrong-box", "x")
    assert Attempt.objects.count() == 2
    assert not any("my-password" in attempt.key for attempt in Attempt.objects.all())


def test_old_attempts_are_thrown_away(clock: SetClock) -> None:
    sign_in(Client(), "nobody@example.vn", "sai")
    clock(AT + timedelta(days=3))
    sign_in(Client(), "somebody@example.vn", "sai")
    assert Attempt.objects.count() == 2


# --- a new password ------------------------------------------------------


def ask(client: Client, email: str, prefix: str = ""):
    return client.post(f"{prefix}/portal/password/", {"email": email})


def address_in(message: mail.EmailMessage) -> str:
    return re.search(r"https?://testserver(\S+)", message.body).group(1)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_new_password_comes_by_mail_in_the_persons_language(client: Client, owner: User, language: str) -> None:
    owner.language = language
    owner.save()
    assert ask(client, owner.email.upper())["Location"] == "/portal/password/sent/"
    (message,) = mail.outbox
    assert message.to == [owner.email]
    path = address_in(message)
    assert path.startswith("/en/portal/password/" if language == "en" else "/portal/password/")

    form = client.get(path, follow=True)
    assert form["Cache-Control"].find("no-store") >= 0
    where = form.redirect_chain[-1][0]
    assert where.endswith("/new/")  # the token is out of the address
    kept = client.post(where, {"new_password1": "mot-mat-khau-moi", "new_password2": "mot-mat-khau-moi"})
    assert kept["Location"].endswith("/portal/password/set/")
    assert sign_in(Client(), owner.email, "mot-mat-khau-moi").status_code == 302
    assert "new_password1" not in Client().get(path, follow=True).content.decode()  # once only


def test_it_answers_alike_where_there_is_no_account(client: Client) -> None:
    assert ask(client, "nobody@example.vn")["Location"] == "/portal/password/sent/"
    assert mail.outbox == []


def test_it_does_not_fill_a_mailbox(owner: User) -> None:
    answers = [ask(Client(), owner.email).status_code for _ in range(5)]
    assert answers == [302, 302, 302, 429, 429]
    assert len(mail.outbox) == 3


def test_a_new_password_ends_the_wait(client: Client, owner: User) -> None:
    for _ in range(SIGN_IN_BY_ACCOUNT.most):
        sign_in(Client(), owner.email, "sai")
    assert sign_in(Client(), owner.email).status_code == 429
    ask(client, owner.email)
    where = client.get(address_in(mail.outbox[0]), follow=True).redirect_chain[-1][0]
    client.post(where, {"new_password1": "mot-mat-khau-moi", "new_password2": "mot-mat-khau-moi"})
    assert sign_in(Client(), owner.email, "mot-mat-khau-moi").status_code == 302


def test_pages_of_the_way_in_are_kept_by_no_cache(client: Client) -> None:
    for name in ("sign-in", "ask-for-password", "password-sent", "password-set"):
        answer = client.get(reverse(f"portal:{name}"))
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]


def test_a_mail_server_that_is_away_tells_nothing_about_accounts(
    client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: mail.EmailMessage) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    assert ask(client, owner.email)["Location"] == ask(client, "nobody@example.vn")["Location"]
