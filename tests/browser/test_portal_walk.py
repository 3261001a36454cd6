"""A producer renews a certificate in a real Chromium, on a phone and at a desk, in both languages."""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from marketplace.demo.people import COMMUNE_OFFICER, COUNCIL, OFFICER, PASSWORD, PRODUCER
from tests.marketplace.portal.papers import pdf, photo
from tests.services.made_once import put_demo
from tests.services.server import manage, serving

from .test_walk import look

pytestmark = pytest.mark.browser
TODAY = "2028-01-10"  # within the window of the certificate that ends on 19 June 2028
PRODUCT = "mac-ca-le-anh-tuy-duc"

DECIDE = f"""
from datetime import date, datetime
from decimal import Decimal
from catalog.models import Product
from marketplace.accounts.models import User
from ocop_badges.days import ZONE
from ocop_badges.dossiers import services
from ocop_badges.dossiers.contents import criteria_of
from ocop_badges.dossiers.models import Dossier
from ocop_badges.officers import mandate_of

by = {{email: User.objects.get(email=email) for email in {[COMMUNE_OFFICER, OFFICER, *COUNCIL]!r}}}
on, at = date.fromisoformat({TODAY!r}), datetime.now(ZONE)
dossier = Dossier.objects.in_progress().get(product__slug={PRODUCT!r})
services.check_by_commune(dossier=dossier, is_complete=True, note="", on=on, at=at, by=by[{COMMUNE_OFFICER!r}])
dossier.refresh_from_db()
points = {{c.pk: c.max_points * Decimal('0.8') for c in criteria_of(dossier)}}
for email in {list(COUNCIL)!r}:
    services.hand_in_score_sheet(dossier=dossier, points=points, at=at, by=by[email])
services.decide_dossier(
    dossier=dossier, decision_number="15/QĐ-UBND (minh hoạ)", issued_on=on, on=on, at=at, by=by[{OFFICER!r}]
)
print(dossier.public_id)
"""


@dataclass(frozen=True)
class Shop:
    base: str
    folder: Path


@pytest.fixture(params=[("", 360), ("/en", 1280)], ids=["vi-phone", "en-desk"])
def walk(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, Shop, str]]:
    """A shop of its own whose day lies in the window, and a page that may show no error."""
    prefix, width = request.param
    with tempfile.TemporaryDirectory(prefix="cho-ocop-portal-") as name:
        folder = Path(name)
        put_demo(folder)
        with serving(folder, TODAY=TODAY) as base:
            context = browser.new_context(viewport={"width": width, "height": 800}, base_url=base)
            page = context.new_page()
            faults: list[str] = []
            page.on("console", lambda told: faults.append(told.text) if told.type in {"error", "warning"} else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
            yield page, Shop(base, folder), prefix
            context.close()
            assert faults == []


def test_a_producer_renews_a_certificate(walk: tuple[Page, Shop, str], tmp_path: Path) -> None:
    page, shop, prefix = walk
    page.goto(f"{prefix}/portal/")
    look(page)
    page.locator("input[name=who]").fill(PRODUCER)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()

    page.wait_for_url(f"**{prefix}/portal/")
    look(page)
    page.get_by_role("link", name=re.compile("Long Việt")).click()
    look(page)
    expect(page.locator(".standing--hand-in")).to_have_count(1)  # the window is open

    page.locator(f"a[href*='{prefix}/portal/'][href*='/certificates/']").first.click()
    page.wait_for_url("**/certificates/*/")
    look(page)
    page.locator("button[data-copy]").first.click()
    expect(page.locator("button[data-copy]").first).to_have_text(re.compile("Copied|Đã"))

    page.locator(".portal-nav a[href$='/files/']").click()
    look(page)
    page.locator(".standing a.button").first.click()
    page.wait_for_url("**/files/*/")
    file_address = page.url
    look(page)

    page.locator("a[href$='/points/']").click()
    look(page)
    for field in page.locator("input[name^=points-]").all():
        if not field.input_value():
            field.fill("2")
    page.locator(".sticky button").click()
    look(page)

    paper, picture = tmp_path / "ket-qua.pdf", tmp_path / "anh.jpg"
    paper.write_bytes(pdf().read())
    picture.write_bytes(photo().read())
    page.goto(file_address)
    for address in [link.get_attribute("href") for link in page.locator("a[href*='/items/']").all()]:
        page.goto(address or "")
        if page.locator(".documents__item").count() == 0:
            page.locator("input[type=file]").set_input_files([paper, picture])
            page.locator("main form.panel button[type=submit]").click()
            expect(page.locator(".documents__item")).to_have_count(2)
    look(page)
    page.goto(file_address)
    while page.locator("form[action$='/tick/'] button:not([name=undo])").count():
        page.locator("form[action$='/tick/'] button:not([name=undo])").first.click()
    look(page)

    page.locator("a[href$='/submit/']").click()
    look(page)
    page.locator("main form.actions button[type=submit]").click()
    page.wait_for_url(file_address)
    look(page)
    expect(page.locator("[aria-current=step]")).to_have_count(1)
    expect(page.locator("a[href$='/submit/']")).to_have_count(0)

    manage(shop.folder, "shell", "--verbosity", "0", "--command", DECIDE)
    page.reload()
    look(page)
    page.locator("main a[href*='/certificates/']").click()
    page.wait_for_url("**/certificates/*/")
    expect(page.locator("main")).to_contain_text("15/QĐ-UBND (minh hoạ)")
    look(page)
    assert urlsplit(page.url).path.startswith(f"{prefix}/portal/")


def test_the_other_pages_of_the_portal(walk: tuple[Page, Shop, str]) -> None:
    page, _, prefix = walk
    for path in ("/portal/sign-in/", "/portal/password/", "/portal/password/sent/", "/portal/password/a/b/"):
        page.goto(prefix + path)
        look(page)
    page.goto(f"{prefix}/portal/sign-in/")
    page.locator("input[name=who]").fill(PRODUCER)
    page.locator("input[name=password]").fill("wrong")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    look(page)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.get_by_role("link", name=re.compile("BOANERGES")).click()
    look(page)
    for number in range(1, page.locator(".portal-nav a").count()):
        page.locator(".portal-nav a").nth(number).click()
        look(page)
    page.locator(".switch summary").click()
    look(page)
    page.locator(".switch a", has_text="Long Việt").click()
    page.locator(".portal-nav a").last.click()
    page.locator("form[action*='/consent/'] button").click()
    expect(page.locator("form[action*='/withdraw/'] button")).to_be_visible()
    look(page)
