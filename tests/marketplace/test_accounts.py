"""People log in by e-mail, whatever its case; a phone belongs to one person."""

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.db import IntegrityError, transaction
from django.test import Client

pytestmark = pytest.mark.django_db
User = get_user_model()


def test_it_logs_in_by_email_without_case() -> None:
    user = User.objects.create_user("Lan@Example.vn", "mat-khau-dai-12")
    assert user.email == "lan@example.vn"
    assert authenticate(username="LAN@example.VN", password="mat-khau-dai-12") == user
    assert authenticate(username="lan@example.vn", password="sai") is None


def test_it_keeps_one_account_an_address() -> None:
    User.objects.create_user("lan@example.vn")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("LAN@example.vn")


def test_it_keeps_a_phone_for_one_person_and_none_for_many() -> None:
    User.objects.create_user("lan@example.vn", phone="0912345678")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("mai@example.vn", phone="0912345678")
    User.objects.create_user("hoa@example.vn")
    User.objects.create_user("cuc@example.vn")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("dao@example.vn", phone="")


def test_it_wants_an_address() -> None:
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")


def test_an_operator_adds_a_person_in_the_admin(client: Client) -> None:
    client.force_login(User.objects.create_superuser("operator@example.vn"))
    form = {
        "email": "Moi@Example.vn",
        "usable_password": "true",
        "password1": "mat-khau-dai-12",
        "password2": "mat-khau-dai-12",
    }
    response = client.post("/django-admin/accounts/user/add/", form)
    assert response.status_code == 302, response.context["errors"]
    assert User.objects.filter(email="moi@example.vn", is_staff=False).exists()
    assert client.get("/django-admin/accounts/user/?q=moi").status_code == 200
