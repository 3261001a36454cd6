"""A shopper's walk in a real Chromium: phone and desk, Vietnamese and English, no error in the console."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(params=[360, 1280], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, browser: Browser, shop: str) -> Iterator[Page]:
    """A page that fails the test for any error in its console and any request that leaves the shop."""
    context = browser.new_context(viewport={"width": request.param, "height": 800}, base_url=shop)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.on(
        "request",
        lambda sent: (
            None
            if sent.url.startswith(("data:", "blob:")) or urlsplit(sent.url).netloc == urlsplit(shop).netloc
            else faults.append(f"left the shop: {sent.url}")
        ),
    )
    yield page
    context.close()
    assert faults == []


def look(page: Page) -> None:
    """What must hold on every page: nothing wider than the screen, one main heading, no accessibility violation."""
    page.wait_for_load_state("networkidle")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{page.url} is {overflow} px wider than the screen"
    assert page.locator("h1").count() == 1, page.url
    results = Axe().run(page, options=WCAG)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"


@pytest.mark.parametrize("prefix", ["", "/en"], ids=["vi", "en"])
def test_a_shopper_walks_from_home_to_a_storefront(page: Page, prefix: str) -> None:
    page.goto(f"{prefix}/")
    look(page)

    search = page.locator("input[type=search]").first
    search.fill("mac ca")
    search.press("Enter")
    page.wait_for_url(f"**{prefix}/products/?**")
    look(page)
    results = page.locator("main")
    for slug in ("mac-ca-le-anh-tuy-duc", "macca-bechamp", "macca-bonbubo", "macca-quyen-nguyet"):
        expect(results.locator(f"a[href='{prefix}/products/{slug}/']").first).to_be_visible()

    results.locator(f"a[href='{prefix}/products/mac-ca-le-anh-tuy-duc/']").first.click()
    page.wait_for_url(f"**{prefix}/products/mac-ca-le-anh-tuy-duc/")
    look(page)
    expect(page.locator("main [data-stars-end]").first).to_be_visible()

    page.goto(f"{prefix}/stories/")
    look(page)
    page.locator(f"main a[href*='{prefix}/stories/']").first.click()
    page.wait_for_url(f"**{prefix}/stories/*/")
    look(page)

    page.goto(f"{prefix}/gifts/")
    look(page)
    page.locator(f"main a[href*='{prefix}/gifts/']").first.click()
    page.wait_for_url(f"**{prefix}/gifts/*/")
    look(page)

    page.locator(f"main a[href*='{prefix}/products/']").first.click()
    page.wait_for_url(f"**{prefix}/products/*/")
    page.locator(f"main a[href*='{prefix}/producers/']").first.click()
    page.wait_for_url(f"**{prefix}/producers/*/")
    look(page)


@pytest.mark.parametrize("prefix", ["", "/en"], ids=["vi", "en"])
def test_the_verify_page_and_the_way_to_the_other_language(page: Page, prefix: str) -> None:
    page.goto(f"{prefix}/products/mac-ca-le-anh-tuy-duc/")
    page.locator(f"main a[href*='{prefix}/verify/']").first.click()
    page.wait_for_url(f"**{prefix}/verify/*/")
    look(page)
    other = "en" if prefix == "" else "vi"
    page.locator(f"a[hreflang='{other}']").first.click()
    page.wait_for_load_state("networkidle")
    assert urlsplit(page.url).path.startswith("/verify/" if prefix else "/en/verify/")
    assert page.locator("html").get_attribute("lang") == other


def test_stars_leave_an_open_page_when_they_end(browser: Browser, shop: str) -> None:
    """The page was loaded in time; at the end of the last day its stars go without a reload."""
    context = browser.new_context(base_url=shop)
    page = context.new_page()
    page.goto("/products/mac-ca-le-anh-tuy-duc/")
    stars = page.locator("main [data-stars-end]")
    ends = stars.first.get_attribute("data-stars-end")
    assert ends == "2028-06-20T00:00:00+07:00"
    page.clock.install(time="2028-06-19T16:59:58Z")
    page.goto("/products/mac-ca-le-anh-tuy-duc/")
    expect(stars.first).to_be_visible()
    page.clock.run_for(3_000)
    expect(stars).to_have_count(0)
    context.close()
