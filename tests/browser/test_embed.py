"""The embed script on another site's page, under that site's strict content security policy."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Route

from ocop_badges import embed, svg
from ocop_badges.days import ZONE, start_of
from ocop_badges.pictures import Shown
from ocop_badges.subjects import Subject

pytestmark = pytest.mark.browser

SHOP = "https://shop.example"
LAST_DAY = date(2028, 6, 19)
END = start_of(LAST_DAY + timedelta(days=1))
POLICY = f"default-src 'none'; script-src {SHOP}; img-src {SHOP}; connect-src {SHOP}; style-src 'none'; " + (
    "require-trusted-types-for 'script'"
)
SUBJECT = Subject(
    product_id=1,
    public_id="0123456789ab",
    slug="mac-ca",
    name='Mắc ca "</script><b>"',
    name_en="Macadamia",
    producer_name="",
    producer_slug="",
    province_code="",
    province_name="",
    product_set_code="",
    path="/products/mac-ca/",
)


@dataclass
class Shop:
    """What the shop would answer; ``at`` is its clock."""

    at: datetime
    stars: int | None = 4
    reachable: bool = True
    asked: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(SHOP)
        self.asked.append(path)
        headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Age"}
        if not self.reachable:
            route.abort()
        elif path.startswith("/embed/"):
            route.fulfill(body=embed.script(SUBJECT, SHOP), content_type="text/javascript")
        elif path.startswith("/badges/mac-ca.json"):
            shows = self.stars is not None and self.at < END
            body = {
                "product": "mac-ca",
                "stars": self.stars if shows else None,
                "valid_until": LAST_DAY.isoformat() if shows else None,
                "certificate": "c0c0c0c0c0c0",
                "status": "valid" if shows else "expired",
                "checked_at": self.at.isoformat(timespec="seconds"),
            }
            route.fulfill(body=json.dumps(body), content_type="application/json", headers=headers)
        else:
            picture = svg.draw(Shown("Mắc ca", 4, LAST_DAY, "vi"), 96)
            route.fulfill(body=picture, content_type="image/svg+xml", headers=headers)


@dataclass
class Visit:
    """A page of the other site, and all that its browser complained about."""

    page: Page
    shop: Shop
    complaints: list[str] = field(default_factory=list)

    def open(self, *tags: str) -> None:
        body = "".join(f"<p>{number} {tag}</p>" for number, tag in enumerate(tags, start=1))
        html = f"<!doctype html><title>Other</title><body>{body}</body>"
        self.page.route(f"{SHOP}/**", self.shop.answer)
        self.page.route(
            "https://other.example/**",
            lambda route: route.fulfill(
                body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY}
            ),
        )
        self.page.goto("https://other.example/")

    def pass_time(self, seconds: int) -> None:
        """Let both clocks go on, in steps that end where the script asks again."""
        while seconds > 0:
            step = min(10, seconds)
            self.shop.at += timedelta(seconds=step)
            self.page.clock.run_for(step * 1000)
            seconds -= step

    def badges(self) -> int:
        return self.page.locator("a img").count()


TAG = f'<script src="{SHOP}/embed/mac-ca.js" async></script>'


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    context = browser.new_context()
    page = context.new_page()
    at = END - timedelta(minutes=10)
    wrong = at.astimezone(ZONE) + timedelta(hours=5)  # the clock of the device
    page.clock.install(time=wrong)
    page.clock.pause_at(wrong + timedelta(seconds=1))
    visit = Visit(page, Shop(at))
    page.on("console", lambda message: visit.complaints.append(message.text))
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    yield visit
    context.close()


def test_it_shows_a_linked_badge_after_its_own_tag(visit: Visit) -> None:
    visit.open(TAG)
    image = visit.page.locator("script + a > img")
    image.wait_for()
    assert image.get_attribute("alt") == 'Mắc ca "</script><b>": OCOP 4 sao, đến 19/06/2028'
    assert visit.page.locator("a").get_attribute("href") == f"{SHOP}/verify/c0c0c0c0c0c0/"
    assert visit.page.locator("a").get_attribute("rel") == "noopener"
    assert image.evaluate("image => image.complete && image.naturalWidth > 100")
    assert visit.complaints == []


def test_each_tag_of_a_page_stands_for_itself_and_leaves_no_global(visit: Visit) -> None:
    english = TAG.replace(" async", ' async data-lang="en" data-size="40"')
    huge = TAG.replace(" async", ' data-size="9999"')
    visit.page.add_init_script("window.before = new Set(Object.keys(window)); window.before.add('before')")
    visit.open(TAG, english, huge)
    visit.page.locator("p:nth-child(3) a img").wait_for()
    visit.page.locator("p:nth-child(2) a img").wait_for()
    assert visit.page.locator("p > script + a").count() == 3
    assert visit.page.locator("p:nth-child(2) img").get_attribute("height") == "40"
    assert visit.page.locator("p:nth-child(2) img").get_attribute("alt") == (
        "Macadamia: OCOP 4 stars, until 19 June 2028"
    )
    assert visit.page.locator("p:nth-child(2) a").get_attribute("href") == f"{SHOP}/en/verify/c0c0c0c0c0c0/"
    assert visit.page.locator("p:nth-child(3) img").get_attribute("height") == "512"
    assert visit.page.evaluate("Object.keys(window).filter(name => !window.before.has(name))") == []
    assert visit.complaints == []


def test_it_takes_the_badge_away_at_the_end_without_a_reload_whatever_the_devices_clock(visit: Visit) -> None:
    visit.open(TAG)
    visit.page.locator("a img").wait_for()
    visit.pass_time(10 * 60 - 3)
    assert visit.badges() == 1
    visit.pass_time(3)
    assert visit.badges() == 0
    assert visit.complaints == []


def test_it_takes_the_badge_away_at_the_end_even_if_the_shop_cannot_be_reached(visit: Visit) -> None:
    visit.open(TAG)
    visit.page.locator("a img").wait_for()
    visit.shop.reachable = False
    visit.pass_time(10 * 60 - 3)
    assert visit.badges() == 1
    visit.pass_time(3)
    assert visit.badges() == 0


def test_it_notices_a_revocation_and_a_return_of_the_stars(visit: Visit) -> None:
    visit.open(TAG)
    visit.page.locator("a img").wait_for()
    visit.shop.stars = None
    visit.pass_time(301)
    visit.page.locator("a img").wait_for(state="detached")
    visit.shop.stars = 4
    visit.pass_time(150)
    visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    visit.page.locator("a img").wait_for()


def test_it_shows_nothing_without_stars(visit: Visit) -> None:
    visit.shop.stars = None
    visit.open(TAG)
    visit.page.wait_for_load_state("networkidle")
    assert any(path.startswith("/badges/mac-ca.json") for path in visit.shop.asked)
    assert visit.badges() == 0
    assert visit.complaints == []


def test_it_stops_once_its_tag_is_gone(visit: Visit) -> None:
    visit.open(TAG)
    visit.page.locator("a img").wait_for()
    visit.page.evaluate("document.querySelector('p').remove()")
    visit.pass_time(301)
    visit.page.wait_for_load_state("networkidle")
    asked = len(visit.shop.asked)
    visit.shop.at -= timedelta(seconds=60)
    visit.page.clock.run_for(301_000)
    assert len(visit.shop.asked) == asked
