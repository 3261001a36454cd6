"""Every address of the site with an order's own numbers in it: who may not see the order sees nothing of it.

A new address takes part by itself. One that names something by a parameter that ``Story.numbers`` does not know fails
the test, until it is said there what of the order stands for it.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pypdf import PdfReader

from catalog.models import Producer
from marketplace.accounts.models import Membership, User
from marketplace.hub import packing
from marketplace.hub.models import BoxJob, HubPost, PackingHub
from marketplace.logs import JsonFormatter
from marketplace.orders import services
from marketplace.orders.models import (
    Cart,
    CartLine,
    Fulfilment,
    Order,
    OrderItem,
    PaymentMethod,
    Refund,
    RefundReason,
    Return,
    StockHold,
)
from marketplace.orders.numbers import access_token
from marketplace.payments.models import Payment, RefundAccount, RefundTransfer
from marketplace.payments.services import owe_back, payment_of
from tests.factories import (
    AT,
    DAY,
    certify,
    make_bundle,
    make_member,
    make_officer,
    make_pack,
    make_producer,
    make_product,
)
from tests.trade import make_cart, make_commune, make_order, make_party, make_wish, open_hub, open_shop

pytestmark = [pytest.mark.long, pytest.mark.django_db]

# What nobody else may read, by whose it is. Numbers are looked for without dots and blanks.
BUYER = ["Lò Thị Bí Mật", "bi.mat@example.vn", "987111001", "Công ty Kín Đáo", "0312345678", "0987555001234"]
OF_FIRST = ["Người Nhận Một", "987222001", "1 Ngõ Kín", "Thiệp riêng một"]
OF_SECOND = ["Người Nhận Hai", "987333001", "2 Ngõ Kín", "Thiệp riêng hai"]
OF_BOX = ["Người Nhận Quà", "987444001", "3 Ngõ Kín", "Thiệp riêng ba"]
EVERYTHING = [*BUYER, *OF_FIRST, *OF_SECOND, *OF_BOX]
# Wagtail's way to a page by its path; no part of it names anything but a page.
PAGES = r"^((?:[\w\-]+/)*)$"
TRIALS = ("admin/failwhale/",)  # Wagtail's own, which fails on purpose
LAST = ("logout", "sign-out")  # whoever went there is somebody else afterwards


@dataclass
class Story:
    """An order of two producers: a parcel of each for a recipient of its own, and a gift box of both for a third."""

    shopper: User
    first: Producer
    second: Producer
    hub: PackingHub
    order: Order

    @property
    def total(self) -> str:
        return str(self.order.total)

    def numbers(self) -> Mapping[str, list[Any]]:
        """For each name of a parameter in an address: everything of the order that it could name."""
        order, job = self.order, BoxJob.objects.get()
        product = self.first.products.order_by("pk").first()
        assert product is not None
        return {
            "number": [order.number],
            "token": [access_token(number=order.number, seed="x")],
            "part_id": list(order.fulfilments.order_by("pk").values_list("pk", flat=True)),
            "return_id": list(order.returns.values_list("pk", flat=True)),
            "producer_id": [self.first.public_id, self.second.public_id],
            "membership_id": list(Membership.objects.order_by("pk").values_list("pk", flat=True)[:1]),
            "hub_id": [self.hub.pk],
            "job_id": [job.pk],
            "cart_id": [order.cart_id],
            "line_id": list(CartLine.objects.filter(cart=order.cart_id).order_by("pk").values_list("pk", flat=True)),
            "pack_id": sorted({*order.items.values_list("pack_id", flat=True)}),
            "stock_id": sorted({*StockHold.objects.filter(item__order=order).values_list("stock_id", flat=True)}),
            "period": ["2026-11"],
            "slug": [order.number, product.slug],
            "code": ["68"],
            "path": [f"{order.number}.pdf", f"orders/{order.number}.pdf"],
            "name": [order.number],
            "section": ["products"],
            "certificate_id": [product.ocop_certificates.get().public_id],
            "product_id": [product.public_id],
            "file_id": ["0" * 12],
            "evidence_id": ["0" * 12],
            "criterion_id": [1],
            "uidb64": ["x"],
            "page_view_restriction_id": [1],
            "page_id": [1],
        }


@pytest.fixture
def story() -> Story:
    open_shop()
    hub = open_hub()
    tea, honey = (make_product(producer=make_producer(name=name)) for name in ("HTX Một", "HTX Hai"))
    for product in (tea, honey):
        certify(product)
    one, two = make_pack(tea, price=101_357, on_hand=9), make_pack(honey, price=207_193, on_hand=9)
    shopper = User.objects.create_user("bi.mat@example.vn", "secret")
    cart = make_cart((one, 1), (two, 1), (make_bundle(one, two, goes_as_box=True), 1), user=shopper)
    parties = [
        make_party(portions={line.pk: 1}, name=name, phone=f"+84{phone}", street=street, card=card)
        for line, (name, phone, street, card) in zip(cart.lines.in_order(), (OF_FIRST, OF_SECOND, OF_BOX), strict=True)
    ]
    wish = make_wish(
        cart,
        recipients=parties,
        method=PaymentMethod.VIETQR,
        name=BUYER[0],
        email=BUYER[1],
        phone=f"+84{BUYER[2]}",
        invoice_company=BUYER[3],
        invoice_tax_code=BUYER[4],
        user=shopper,
    )
    order = services.place_order(wish, at=AT, on=DAY)
    services.confirm_order(order_id=order.pk, at=AT)
    packing.open_jobs(at=AT)
    owe_back(order, payment_of(order, at=AT), amount=1_000, reason=RefundReason.GOODWILL, key="x", at=AT)
    RefundAccount.objects.create(order=order, bank_bin="970436", number=BUYER[5], holder=BUYER[0], given_at=AT)
    for part in order.fulfilments.all():
        Return.objects.create(order=order, fulfilment=part, reason="damaged", requested_at=AT)
    order.refresh_from_db()
    return Story(shopper, tea.producer, honey.producer, hub, order)


def routes() -> list[str]:
    """The pattern of every address, those last that sign out."""
    found = dict.fromkeys(_walk(get_resolver(), ""))
    return sorted(found, key=lambda pattern: any(name in pattern for name in LAST))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern)
        elif isinstance(entry, URLPattern):
            yield pattern


def addresses(pattern: str, numbers: Mapping[str, list[Any]], order: Order) -> list[str]:
    """Every address of a pattern that the order's numbers make."""
    plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern).replace("^", "").replace("$", "").replace("\\", "")
    names = re.findall(r"<(?:\w+:)?(\w+)>", plain)
    if pattern.startswith(("admin/", "django-admin/")):  # not ours: whatever is asked for is the order
        numbers = {name: [order.pk] if f"int:{name}" in plain else [order.number, order.pk] for name in names} | {
            "app_label": ["orders"],
            "model_name": ["order"],
        }
    unknown = [name for name in names if name not in numbers]
    assert not unknown, f"{pattern}: say in Story.numbers what of an order these name: {unknown}"
    made = []
    for values in itertools.product(*(numbers[name] for name in names)):
        path = plain
        for name, value in zip(names, values, strict=True):
            path = re.sub(rf"<(?:\w+:)?{name}>", str(value), path, count=1)
        made.append(f"/{path}")
    return made


def read(answer: Any) -> str:
    """The text of an answer, of a PDF too, with where it leads."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.headers.get("Content-Type", "").startswith("application/pdf") and body:
        return " ".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)
    return f"{body.decode(errors='replace')} {answer.headers.get('Location', '')}"


def told(text: str, secrets: list[str]) -> set[str]:
    squeezed = re.sub(r"[\s.,\u00a0\u202f\u200b-]", "", text)
    return {each for each in secrets if re.sub(r"[\s.,-]", "", each) in squeezed}


def walk(client: Client, story: Story, methods: tuple[str, ...], below: str = "") -> Iterator[tuple[str, Any, str]]:
    numbers = story.numbers()
    for pattern in routes():
        if pattern in (PAGES, *TRIALS) or not pattern.startswith(below):
            continue
        for path in addresses(pattern, numbers, story.order):
            for method in methods:
                answer = getattr(client, method)(path)
                yield f"{method} {path}", answer, read(answer)


def state_of(story: Story) -> list[Any]:
    """Of carts the order's own: a visitor is given one of theirs."""
    cart = story.order.cart_id
    models: list[type[Model]] = [
        *[Order, OrderItem, Fulfilment, StockHold, Return, Refund, BoxJob],
        *[Payment, RefundTransfer, RefundAccount],
    ]
    kept = [Cart.objects.filter(pk=cart), CartLine.objects.filter(cart=cart)]
    rows = [*(model._default_manager.all() for model in models), *kept]
    return [list(each.order_by("pk").values()) for each in rows]


def sign_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def outsider(who: str, story: Story) -> Client:
    match who:
        case "stranger":
            return Client(raise_request_exception=False)
        case "shopper":
            other = User.objects.create_user("other@example.vn", "secret")
            make_order((make_pack(make_product(), on_hand=1), 1), user=other)
            return sign_in(other)
        case "guest with another order":
            own = make_order((make_pack(make_product(), on_hand=1), 1))
            client = Client(raise_request_exception=False)
            client.get(f"/orders/{own.number}/", {"token": access_token(number=own.number, seed=own.token_seed)})
            return client
        case "producer":
            return sign_in(make_member(make_producer()))
        case "helper of another":
            user = make_member(make_producer(), role="helper")
            Membership.objects.filter(user=user).update(consented_at=AT)
            return sign_in(user)
        case "helper without consent":
            return sign_in(make_member(story.first, role="helper"))
        case "packer of another hub":
            user = make_officer(name="packer")
            hub = PackingHub.objects.create(name="Kho khác", province=story.hub.province, address="2 Đường Kho")
            HubPost.objects.create(hub=hub, user=user)
            return sign_in(user)
        case "curator":
            user = User.objects.create_user("curator@example.vn", "secret")
            user.groups.add(Group.objects.get(name="Curators"))
            return sign_in(user)
        case "officer":
            return sign_in(make_officer(make_commune(), name="officer"))
        case "staff without rights":
            return sign_in(User.objects.create_user("staff@example.vn", "secret", is_staff=True))
    raise AssertionError(who)


OUTSIDERS = [
    "stranger",
    "shopper",
    "guest with another order",
    "producer",
    "helper of another",
    "helper without consent",
    "packer of another hub",
    "curator",
    "officer",
    "staff without rights",
]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_else_sees_or_changes_anything_of_an_order_by_any_route(story: Story, who: str) -> None:
    client = outsider(who, story)
    before = state_of(story)
    seen = 0
    deleting = walk(client, story, ("delete",), below="api/")
    for address, answer, text in itertools.chain(deleting, walk(client, story, ("get", "post"))):
        assert not told(text, [*EVERYTHING, story.total]), address
        # The webhooks have no secret here to check by, and Wagtail's admin does not expect an order's numbers.
        assert answer.status_code < 500 or "/webhooks/" in address or " /admin/" in address, address
        seen += 1
    assert seen > 500
    assert state_of(story) == before


@pytest.mark.parametrize(
    ("who", "own", "others"),
    [
        ("first", OF_FIRST, [*BUYER[1:], *OF_SECOND, *OF_BOX]),
        ("second", OF_SECOND, [*BUYER[1:], *OF_FIRST, *OF_BOX]),
        ("packer", OF_BOX, [*BUYER, *OF_FIRST, *OF_SECOND]),
    ],
)
def test_who_sends_a_part_sees_its_recipient_and_nothing_more(
    story: Story, who: str, own: list[str], others: list[str]
) -> None:
    """Of the buyer a producer learns the name alone, which stands below the message card that it prints."""
    user = make_officer(name="packer") if who == "packer" else make_member(getattr(story, who))
    if who == "packer":
        HubPost.objects.create(hub=story.hub, user=user)
    seen: set[str] = set()
    for address, _answer, text in walk(sign_in(user), story, ("get",)):
        assert not told(text, [*others, story.total]), address
        seen |= told(text, own)
    assert seen == set(own)


@pytest.mark.parametrize("prefix", ["orders/", "api/v1/orders/"])
def test_who_placed_it_sees_all_of_it(story: Story, prefix: str) -> None:
    """So that the walk would find what it looks for."""
    everything = {*EVERYTHING, story.total} - ({BUYER[2], BUYER[3], BUYER[4]})
    seen: set[str] = set()
    for address, answer, text in walk(sign_in(story.shopper), story, ("get",), below=prefix):
        seen |= told(text, [*EVERYTHING, story.total])
        if answer.status_code == 200:
            assert "no-store" in answer.headers["Cache-Control"], address
    assert {story.total} <= seen & everything
    if not prefix.startswith("api"):
        assert {*OF_FIRST, *OF_SECOND, *OF_BOX} <= seen


def test_an_address_with_a_parameter_that_nobody_has_thought_of_fails(story: Story) -> None:
    with pytest.raises(AssertionError, match=r"Story\.numbers"):
        addresses("orders/<slug:number>/parcels/<int:parcel_id>/", story.numbers(), story.order)


class TestToken:
    def test_no_token_but_its_own_opens_an_order(self, story: Story) -> None:
        number, token = story.order.number, access_token(number=story.order.number, seed=story.order.token_seed)
        other = make_order((make_pack(make_product(), on_hand=1), 1))
        guesses = [
            "", "x", token[:-1], token + "0", token[::-1], token.swapcase(), story.order.token_seed, number, "đ" * 64,
            "\x00", access_token(number=other.number, seed=other.token_seed), access_token(number=number, seed=""),
        ]  # fmt: skip
        for guess in guesses:
            assert Client().get(f"/orders/{number}/", {"token": guess}).status_code == 404, guess
        for guess in (each for each in guesses if each.isascii() and each.isprintable()):
            answer = Client().get(f"/api/v1/orders/{number}/", headers={"Authorization": f"Bearer {guess}"})
            assert answer.status_code == 404, guess

    def test_numbers_do_not_follow_each_other(self, story: Story) -> None:
        pack = make_pack(make_product(), on_hand=9)
        numbers = [make_order((pack, 1)).number for _one in range(5)]
        assert len({number[:6] for number in numbers}) == 5  # 27⁴ beginnings: equal ones once in 50,000 runs
        assert not any(str(Order.objects.get(number=number).pk) == number.strip("OC") for number in numbers)

    def test_it_is_in_no_log_and_leaves_the_address_at_once(
        self, story: Story, caplog: pytest.LogCaptureFixture
    ) -> None:
        token = access_token(number=story.order.number, seed=story.order.token_seed)
        client = Client(raise_request_exception=False)
        with caplog.at_level("DEBUG"):
            answer = client.get(f"/orders/{story.order.number}/", {"token": token})
            client.get(f"/orders/{story.order.number}1/", {"token": token})
            client.get(answer.headers["Location"])
            client.get(f"/api/v1/orders/{story.order.number}/", headers={"Authorization": f"Bearer {token}"})
        assert token not in answer.headers["Location"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert token not in "".join(JsonFormatter().format(record) for record in caplog.records)

    def test_the_page_is_for_no_cache_no_index_and_no_other_site(self, story: Story) -> None:
        client = sign_in(story.shopper)
        number = story.order.number
        for path in (f"/orders/{number}/", f"/orders/{number}/status/", f"/orders/{number}/receipt.pdf", "/orders/"):
            headers = client.get(path).headers
            assert headers["Cache-Control"] == "private, no-store", path
            assert headers["X-Robots-Tag"] == "noindex", path
            assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, path
        refused = Client().get(f"/orders/{number}/", {"token": "x"})
        assert "public" not in refused.headers.get("Cache-Control", "")


def test_a_server_that_logs_requests_logs_no_query() -> None:
    from runpy import run_path

    written = run_path("gunicorn.conf.py")["access_log_format"]
    assert not {"%(r)s", "%(q)s", "%(f)s"} & set(re.findall(r"%\(\w\)s", written))
    assert "%(U)s" in written
