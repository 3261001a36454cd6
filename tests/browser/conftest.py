"""A seeded shop on a real server, and a real Chromium to look at it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.services.needed import program
from tests.services.server import manage, serving

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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shop(browser: Browser) -> Iterator[str]:
    """The demo shop; its base address. Asked after the browser, so that nothing is seeded in vain."""
    with tempfile.TemporaryDirectory(prefix="cho-ocop-browser-") as name:
        folder = Path(name)
        manage(folder, "migrate", "--verbosity", "0")
        manage(folder, "seed_demo")
        with serving(folder) as base:
            yield base
