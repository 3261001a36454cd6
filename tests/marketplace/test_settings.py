"""Production starts with nothing missing or not at all; the moved day is for development only."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "marketplace.settings.production",
    "SECRET_KEY": "x" * 60,
    "DATABASE_URL": "sqlite:///:memory:",
    "SITE_URL": "https://shop.example.vn/",
}
SHOW = (
    "from django.conf import settings as s; s.SECRET_KEY; "
    "print(s.SITE_URL, s.ALLOWED_HOSTS, s.CSRF_TRUSTED_ORIGINS, s.DEBUG, s.TODAY)"
)


def start(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    base = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [sys.executable, "-c", SHOW], env={**base, **environment}, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_it_starts_with_everything_given() -> None:
    done = start(COMPLETE)
    assert done.returncode == 0, done.stderr
    expected = "https://shop.example.vn ['shop.example.vn'] ['https://shop.example.vn'] False None"
    assert done.stdout.strip() == expected


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "SITE_URL"])
def test_it_refuses_to_start_without(missing: str) -> None:
    done = start({key: value for key, value in COMPLETE.items() if key != missing})
    assert done.returncode != 0
    assert missing in done.stderr


@pytest.mark.parametrize("address", ["shop.example.vn", "ftp://shop.example.vn", "https://"])
def test_it_refuses_an_address_that_is_none(address: str) -> None:
    done = start({**COMPLETE, "SITE_URL": address})
    assert done.returncode != 0
    assert "SITE_URL" in done.stderr


BANK = {"BANK_BIN": "970436", "BANK_ACCOUNT": "0123456789", "BANK_WEBHOOK_SECRET": "y" * 40}


def test_it_starts_with_an_account_for_transfers_and_the_secret_of_its_feed() -> None:
    done = start({**COMPLETE, **BANK})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("missing", ["BANK_BIN", "BANK_ACCOUNT", "BANK_WEBHOOK_SECRET"])
def test_it_refuses_an_account_for_transfers_of_which_nobody_would_tell(missing: str) -> None:
    done = start({**COMPLETE, **BANK, missing: ""})
    assert done.returncode != 0
    assert "BANK_WEBHOOK_SECRET" in done.stderr


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"BANK_WEBHOOK_SECRET": "guess-me"}, "BANK_WEBHOOK_SECRET is short"),
        ({"BANK_BIN": "VCB"}, "six digits"),
        ({"STRIPE_SECRET_KEY": "sk_live_x"}, "STRIPE_WEBHOOK_SECRET"),
        ({"STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "sk_live_x"}, "whsec_"),
        ({"STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_old,new"}, "whsec_"),
    ],
)
def test_it_refuses_secrets_of_webhooks_that_protect_nothing_and_says_which(given: dict[str, str], told: str) -> None:
    done = start({**COMPLETE, **BANK, **given})
    assert done.returncode != 0
    assert told in done.stderr


def test_it_starts_with_both_secrets_of_cards_while_one_is_replaced() -> None:
    done = start({**COMPLETE, "STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_old,whsec_new"})
    assert done.returncode == 0, done.stderr


def test_it_refuses_a_moved_day() -> None:
    done = start({**COMPLETE, "TODAY": "2028-06-20"})
    assert done.returncode != 0
    assert "TODAY" in done.stderr


def test_development_takes_the_day_from_the_environment() -> None:
    done = start({"DJANGO_SETTINGS_MODULE": "marketplace.settings.development", "TODAY": "2028-06-20"})
    assert done.stdout.strip().endswith("2028-06-20"), done.stderr


def test_development_refuses_a_day_that_is_none() -> None:
    done = start({"DJANGO_SETTINGS_MODULE": "marketplace.settings.development", "TODAY": "tomorrow"})
    assert done.returncode != 0
    assert "TODAY" in done.stderr
