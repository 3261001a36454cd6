"""An officer at the desk in a real Chromium: each act, and what the badge says after it."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.services.made_once import put_demo
from tests.services.server import fetch, manage, serving

pytestmark = pytest.mark.browser
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
OFFICER, PASSWORD = "desk@example.vn", "mot-mat-khau-dai"
PREPARE = f"""
from django.contrib.auth.models import Group
from catalog.models import Product, Province
from marketplace.accounts.models import User
from ocop_badges.models import OfficerPost

user = User.objects.create_user({OFFICER!r}, {PASSWORD!r})
user.groups.add(Group.objects.get(name="OCOP officers"))
OfficerPost.objects.create(user=user, role="province", province=Province.objects.get(code="68"))
product = Product.objects.filter(province__code="68", ocop_certificates=None, is_published=True).order_by("pk")[0]
print("PRODUCT", product.slug, product.public_id)
"""


@dataclass(frozen=True)
class Desk:
    """A seeded shop with an officer of Lâm Đồng, and a product there that has no certificate."""

    base: str
    slug: str
    product_id: str
    decision: Path

    @property
    def stars(self) -> int | None:
        """What the badge says now."""
        status, _headers, body = fetch(f"{self.base}/badges/{self.slug}.json")
        assert status == 200
        stars: int | None = json.loads(body)["stars"]
        return stars


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="cho-ocop-desk-") as name:
        folder = Path(name)
        put_demo(folder)
        said = manage(folder, "shell", "-c", PREPARE)
        slug, product_id = said.split("PRODUCT", 1)[1].split()[:2]
        decision = folder / "quyet-dinh.png"
        Image.new("RGB", (400, 560), (250, 250, 245)).save(decision)
        with serving(folder, EVIDENCE_ROOT=str(folder / "evidence")) as base:
            yield Desk(base, slug, product_id, decision)


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    """A page of the officer, signed in; it fails the test for any error of a script and any answer of 500 or more."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=desk.base)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
    page.goto("/admin/login/")
    page.fill("input[name=username]", OFFICER)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/admin/")
    yield page
    context.close()
    assert faults == []


def look(page: Page) -> None:
    """On a phone and on a desk: nothing wider than the screen, one main heading, no accessibility violation of ours."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_load_state("networkidle")
        for part in ("html", "main"):  # Wagtail cuts off what is wider than its main part
            overflow = page.locator(part).evaluate("part => part.scrollWidth - part.clientWidth")
            assert overflow <= 0, f"{page.url}: {part} is {overflow} px wider than {width} px"
        assert page.locator("h1").count() == 1, page.url
        results = Axe().run(page, context=".desk", options=WCAG)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"


def record(page: Page) -> None:
    look(page)
    page.locator("form.desk-form button[type=submit]").click()
    page.wait_for_url("**/admin/ocop/certificates/*/")
    expect(page.locator(".messages .success")).to_be_visible()


def choose(page: Page, action: str) -> None:
    look(page)
    page.locator(f".desk a[href$='/{action}/']").click()
    page.wait_for_url(f"**/{action}/")


def test_an_officer_issues_suspends_lifts_and_revokes(page: Page, desk: Desk) -> None:
    assert desk.stars is None

    page.goto("/admin/")
    page.locator("#main a[href='/admin/ocop/']").click()
    look(page)
    page.locator(".desk__head a[href='/admin/ocop/certificates/issue/']").click()
    page.fill(".desk input[name=q]", desk.product_id)
    page.press(".desk input[name=q]", "Enter")
    look(page)
    page.locator(f".desk a[href$='/issue/{desk.product_id}/']").click()
    page.select_option("select[name=stars]", "4")
    page.fill("input[name=decision_number]", "2468/QĐ-UBND")
    page.fill("input[name=issued_on]", "2026-11-02")
    page.set_input_files("input[name=evidence_file]", desk.decision)
    record(page)
    assert desk.stars == 4

    choose(page, "suspend")
    page.fill("textarea[name=reason]", "Mẫu kiểm tra không đạt")
    record(page)
    assert desk.stars is None

    choose(page, "lift")
    record(page)
    assert desk.stars == 4

    choose(page, "revoke")
    page.select_option("select[name=ground]", "misuse_of_mark")
    page.fill("input[name=decision_number]", "13/QĐ-UBND")
    page.set_input_files("input[name=evidence_file]", desk.decision)
    record(page)
    assert desk.stars is None

    look(page)
    timeline = page.locator("section[aria-labelledby=timeline]")
    expect(timeline.locator("> ol > li")).to_have_count(4)
    expect(timeline).to_contain_text("Mẫu kiểm tra không đạt")
    expect(page.locator(".desk a[href$='/suspend/']")).to_have_count(0)
    with page.expect_download() as download:
        page.locator(".desk a[href*='/evidence/']").first.click()
    assert download.value.suggested_filename == "quyet-dinh.png"


def test_every_page_of_the_desk_fits_a_phone(page: Page) -> None:
    for path in ("", "certificates/", "certificates/issue/", "certificates/bulk/?q=a", "certificates/import/"):
        page.goto(f"/admin/ocop/{path}")
        look(page)
    page.goto("/admin/ocop/certificates/bulk/?q=ca+phe")
    for box in page.locator(".desk input[name=product]").all()[:3]:
        box.check()
    page.locator(".desk button[formaction]").click()
    page.wait_for_url("**/decision/?**")
    look(page)
    page.fill("input[name=decision_number]", "99/QĐ-UBND")
    page.fill("input[name=issued_on]", "2026-11-02")
    page.select_option("select[name=stars]", "3")
    page.locator("form.desk-form button[type=submit]").click()
    expect(page.locator("form.desk-form input[name^='seen-']")).not_to_have_count(0)
    look(page)


def test_an_officer_takes_the_provinces_calendar_along(page: Page) -> None:
    page.goto("/admin/ocop/calendar/")
    look(page)
    page.locator(".desk form button").click()
    address = page.locator(".desk textarea").input_value()
    status, headers, body = fetch(address)
    assert (status, headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert body.startswith(b"BEGIN:VCALENDAR")
    look(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("button[data-action='w-clipboard#copy']").click()
    expect(page.locator("[aria-live=polite]", has_text="Đã sao chép")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address
    page.locator("button[form^=reset]").click()
    expect(page.locator(".messages .success")).to_be_visible()
    assert page.locator(".desk textarea").input_value() != address
    assert fetch(address)[0] == 404
