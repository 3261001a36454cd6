"""A shopper buys a gift bundle in a real Chromium, by cash, by transfer and by card, on a phone and at a desk."""

import json
import re
import urllib.request
from collections.abc import Iterator
from io import BytesIO
from uuid import uuid4

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from marketplace.payments.bank_messages import sign
from tests.marketplace.payments.fake_stripe import FakeStripe

from .conftest import BANK_SECRET
from .test_walk import look

pytestmark = pytest.mark.browser
BOX, PARCELS = "qua-cao-nguyen-do", "qua-hai-mien-nui"  # bundles of the demo, by how they go


@pytest.fixture(params=[("", 360), ("/en", 1280)], ids=["vi-phone", "en-desk"])
def setting(request: pytest.FixtureRequest) -> tuple[str, int]:
    found: tuple[str, int] = request.param
    return found


@pytest.fixture(params=[True], ids=["script"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def page(browser: Browser, shop: str, cards: FakeStripe, setting: tuple[str, int], scripts: bool) -> Iterator[Page]:
    """A page that fails the test for any error in its console and any request that leaves the shop, but to pay."""
    context = browser.new_context(
        viewport={"width": setting[1], "height": 800}, base_url=shop, java_script_enabled=scripts
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda told: faults.append(told.text) if told.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.on(
        "request",
        lambda sent: (
            None
            if sent.url.startswith(("data:", "blob:", f"{shop}/", f"{cards.base}/pay/"))
            else faults.append(f"left the shop: {sent.url}")
        ),
    )
    yield page
    context.close()
    assert faults == []


def put_in(page: Page, prefix: str, bundle: str) -> None:
    page.goto(f"{prefix}/gifts/{bundle}/")
    page.locator("form.buy button").click()
    page.wait_for_url(f"**{prefix}/cart/")


def test_a_bundle_is_bought_by_cash_on_delivery(page: Page, setting: tuple[str, int]) -> None:
    prefix, _width = setting
    page.goto(f"{prefix}/cart/")
    look(page)
    put_in(page, prefix, BOX)
    look(page)
    expect(page.locator("[data-cart-count]")).to_have_text("1")
    page.locator("#province").select_option("01")
    page.locator("form.shop-inline button").first.click()
    page.wait_for_url("**/cart/?province=01")
    look(page)

    page.locator("a[href$='/checkout/']").click()
    page.wait_for_url(f"**{prefix}/checkout/")
    look(page)
    page.locator("input[name=name]").fill("Nguyễn Thị Hoa")
    page.locator("input[name=phone]").fill("0912 345 678")
    page.locator("input[name=email]").fill("hoa@example.vn")
    with_shipping = page.locator("#checkout-summary button[value=place]", has_text=re.compile(r"\d"))
    page.locator("select[name=r0-province]").select_option("01")
    expect(with_shipping).to_be_visible()  # the summary came by itself
    communes = page.locator("select[name=r0-commune]")
    expect(communes.locator("option", has_text="Hoàn Kiếm")).to_have_count(1)
    communes.select_option(label="phường Hoàn Kiếm")
    page.locator("input[name=r0-street]").fill("5 Tràng Tiền")
    page.locator("[data-recipient] summary").click()
    page.locator("textarea[name=r0-card]").fill("Chúc mừng năm mới!")
    shown = page.locator("[data-total]").get_attribute("data-total")
    page.locator("input[value=cod]").check()
    look(page)
    with_shipping.click()

    page.wait_for_url(re.compile(rf"{prefix}/orders/OC\w+/$"))
    look(page)
    expect(page.locator(".shop-status--confirmed")).to_have_count(1)
    assert page.locator("[data-total]").get_attribute("data-total") == shown
    expect(page.locator("[data-cart-count]")).to_be_hidden()
    number = page.url.rstrip("/").rpartition("/")[2]
    page.goto(f"{prefix}/orders/")
    look(page)
    expect(page.locator(f"main a[href*='{number}']")).to_have_count(1)


def test_a_bundle_is_bought_by_bank_transfer(page: Page, shop: str, setting: tuple[str, int]) -> None:
    prefix, _width = setting
    put_in(page, prefix, PARCELS)
    fill_in(page, prefix)
    order = place_by(page, prefix, "vietqr")
    look(page)
    expect(page.locator(".shop-qr svg")).to_be_visible()
    total = int(page.locator("[data-total]").get_attribute("data-total") or 0)
    assert read_code(page) == (str(total), order)
    tell_of_transfer(shop, amount=total - 1_000, content=order)
    expect(page.locator(".shop-pay .shop-notice--stop")).to_be_visible(timeout=20_000)  # the page looks by itself
    expect(page.locator(".shop-pay__amount .price")).to_have_text(re.compile(r"1.000"))
    look(page)
    tell_of_transfer(shop, amount=1_000, content=order)
    expect(page.locator(".shop-status--confirmed")).to_be_visible(timeout=20_000)
    expect(page.locator(".shop-pay")).to_have_count(0)


def test_a_bundle_is_bought_by_card(page: Page, cards: FakeStripe, setting: tuple[str, int]) -> None:
    prefix, _width = setting
    put_in(page, prefix, PARCELS)
    fill_in(page, prefix)
    page.locator("input[value=stripe]").check()
    page.locator("#checkout-summary button[value=place]").click()
    page.wait_for_url(f"{cards.base}/pay/*")
    page.locator("a").click()  # on second thoughts
    page.wait_for_url(re.compile(rf"{prefix}/orders/OC\w+/$"))
    look(page)
    page.locator(".shop-pay a.button").click()
    page.wait_for_url(f"{cards.base}/pay/*")
    page.locator("button").click()
    page.wait_for_url(re.compile(rf"{prefix}/orders/OC\w+/$"))
    expect(page.locator(".shop-status--confirmed")).to_be_visible()
    look(page)


def test_several_recipients_each_get_their_part(page: Page, setting: tuple[str, int]) -> None:
    prefix, _width = setting
    put_in(page, prefix, BOX)
    page.locator("input[name=quantity]").fill("2")
    page.locator(".shop-line__form button").first.click()
    page.wait_for_load_state()
    page.goto(f"{prefix}/checkout/")
    page.locator("button[value=add-recipient]").click()
    look(page)
    counts = page.locator(".shop-counts input")
    expect(counts).to_have_count(2)
    counts.nth(0).fill("1")
    counts.nth(1).fill("1")
    page.locator("select[name=r0-province]").select_option("01")
    page.locator("select[name=r1-province]").select_option("79")
    expect(page.locator("#checkout-summary button", has_text=re.compile(r"\d"))).to_be_visible()
    look(page)


@pytest.mark.parametrize("scripts", [False], indirect=True, ids=["no-script"])
def test_it_is_bought_without_scripts(page: Page, setting: tuple[str, int]) -> None:
    prefix, _width = setting
    put_in(page, prefix, BOX)
    fill_in_without_scripts(page, prefix)
    place_by(page, prefix, "cod")
    expect(page.locator(".shop-status--confirmed")).to_have_count(1)


@pytest.mark.parametrize("scripts", [False], indirect=True, ids=["no-script"])
def test_it_is_bought_by_bank_transfer_without_scripts(page: Page, shop: str, setting: tuple[str, int]) -> None:
    prefix, _width = setting
    put_in(page, prefix, PARCELS)
    fill_in_without_scripts(page, prefix)
    order = place_by(page, prefix, "vietqr")
    total, content = read_code(page)
    assert content == order
    tell_of_transfer(shop, amount=int(total), content=content)
    page.reload()
    expect(page.locator(".shop-status--confirmed")).to_have_count(1)


def fill_in_without_scripts(page: Page, prefix: str) -> None:
    page.goto(f"{prefix}/checkout/")
    page.locator("select[name=r0-province]").select_option("01")
    page.locator("button.no-script").click()
    page.wait_for_load_state()
    page.locator("select[name=r0-commune]").select_option(label="phường Hoàn Kiếm")
    fill_in_contact(page)
    page.locator("input[name=r0-street]").fill("5 Tràng Tiền")


def read_code(page: Page) -> tuple[str, str]:
    """Amount and content of the transfer, as a banking app reads them off the screen."""
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(page.locator(".shop-qr svg").screenshot())))
    fields = fields_of(found.text)
    return fields["54"], fields_of(fields["62"])["08"]


def fields_of(text: str) -> dict[str, str]:
    """The fields of EMVCo's QR codes: two digits name each, two tell its length."""
    found = {}
    while text:
        length = int(text[2:4])
        found[text[:2]], text = text[4 : 4 + length], text[4 + length :]
    return found


def fill_in_contact(page: Page) -> None:
    page.locator("input[name=name]").fill("Nguyễn Thị Hoa")
    page.locator("input[name=phone]").fill("0912 345 678")
    page.locator("input[name=email]").fill("hoa@example.vn")


def fill_in(page: Page, prefix: str) -> None:
    page.goto(f"{prefix}/checkout/")
    fill_in_contact(page)
    page.locator("select[name=r0-province]").select_option("01")
    expect(page.locator("#checkout-summary button[value=place]", has_text=re.compile(r"\d"))).to_be_visible()
    page.locator("select[name=r0-commune]").select_option(label="phường Hoàn Kiếm")
    page.locator("input[name=r0-street]").fill("5 Tràng Tiền")


def place_by(page: Page, prefix: str, method: str) -> str:
    """Order what is filled in; the number of the order whose page comes."""
    page.locator(f"input[value={method}]").check()
    page.locator("#checkout-summary button[value=place]").click()
    page.wait_for_url(re.compile(rf"{prefix}/orders/OC\w+/$"))
    return page.url.rstrip("/").rpartition("/")[2]


def tell_of_transfer(shop: str, *, amount: int, content: str) -> None:
    """What the bank tells the shop when a transfer came."""
    told = {"amount": amount, "content": content, "received_at": "2026-11-22T09:30:00+07:00"}
    body = json.dumps({"transaction_id": str(uuid4()), **told}).encode()
    headers = {"X-Signature": sign(body, secret=BANK_SECRET), "Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{shop}/webhooks/bank/", data=body, headers=headers)).close()
