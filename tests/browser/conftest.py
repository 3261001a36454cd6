"""A seeded shop on a real server, and a real Chromium to look at it."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.marketplace.payments.fake_stripe import KEY, WEBHOOK_SECRET, FakeStripe
from tests.marketplace.payments.fake_stripe import serving as stripe
from tests.services.made_once import put_demo
from tests.services.needed import program
from tests.services.server import serving

BANK_SECRET = "bank-secret"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = program("chromium", "chromium-browser", "google-chrome")
    expect.set_options(timeout=20_000)  # machines that run tests are busy
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def cards(browser: Browser) -> Iterator[FakeStripe]:
    """Where cards are paid at the demo shop."""
    with stripe(FakeStripe(now=time.time)) as served:
        yield served


@pytest.fixture(scope="session")
def shop(browser: Browser, cards: FakeStripe) -> Iterator[str]:
    """The demo shop; its base address. Asked after the browser, so that nothing is seeded in vain."""
    paid_by = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET, "STRIPE_API_BASE": cards.base}
    with tempfile.TemporaryDirectory(prefix="cho-ocop-browser-") as name:
        folder = Path(name)
        put_demo(folder)
        with serving(folder, **paid_by, BANK_WEBHOOK_SECRET=BANK_SECRET) as base:
            cards.tells = f"{base}/webhooks/stripe/"
            yield base
