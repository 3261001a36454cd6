"""Recipients by CSV: checked line by line, taken whole or not at all."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from catalog.models import Commune
from marketplace.accounts.models import User
from marketplace.orders.models import Cart, Order
from marketplace.orders.rules import MAX_RECIPIENTS
from marketplace.shop.gift_lists import BadList, headings, read_recipients
from marketplace.shop.models import GiftList
from tests.factories import AT, DAY, make_bundle, make_pack, make_product
from tests.trade import make_cart, make_commune

from .forms import BUYER, TO, again, checkout_form
from .ordering import put_in

pytestmark = pytest.mark.django_db
HEAD = "name,phone,province,commune,street,card,deliver_on,quantity\n"
HOA = "Nguyễn Thị Hoa,0912345678,68,Ninh Gia,12 Trần Phú,Chúc mừng,,1\n"


@pytest.fixture(autouse=True)
def communes(shop: None) -> None:
    for name, code, province in (("xã Ninh Gia", "31024", "68"), ("phường Hoàn Kiếm", "00070", "01")):
        commune = make_commune(name, province=province)
        Commune.objects.filter(pk=commune.pk).update(code=code, valid_from=DAY - timedelta(days=400))


def hand_in(client: Client, text: str | bytes):
    content = text.encode() if isinstance(text, str) else text
    return client.post("/checkout/recipients/", {"file": SimpleUploadedFile("list.csv", content, "text/csv")})


def faults_of(text: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(BadList) as refusal:
        read_recipients(text.encode() if isinstance(text, str) else text, on=DAY)
    return [(fault.line, fault.detail.partition(":")[0]) for fault in refusal.value.faults]


def test_a_list_is_read_as_people_write_it() -> None:
    day = DAY + timedelta(days=30)
    text = (
        "\ufeffHọ tên;Điện thoại;Tỉnh;Xã/Phường;Địa chỉ;Thiệp;Ngày giao;Số lượng\r\n"
        f"Hoa;0912 345 678;Lâm Đồng;ninh gia;12 Trần Phú;;{day:%d/%m/%Y};2\r\n\r\n"
        'Nam;+84912345679;ha noi;Hoàn Kiếm;"5 Tràng Tiền; tầng 2";"Chúc\nmừng";;\r\n'
    )
    first, second = read_recipients(text.encode(), on=DAY)
    assert (first["phone"], first["quantity"], first["deliver_on"]) == ("+84912345678", 2, day.isoformat())
    assert (second["address"]["province"], second["address"]["street"]) == ("01", "5 Tràng Tiền; tầng 2")
    assert (second["card"], second["quantity"], second["deliver_on"]) == ("Chúc\nmừng", 1, None)


def test_every_fault_is_told_by_its_line() -> None:
    text = HEAD + HOA + ",12,99,Nowhere,,,yesterday,0\n" + '"two\nlines",0912345678,68,Nowhere,1,,,1\n'
    assert sorted(faults_of(text)) == [
        (3, "deliver_on"),
        (3, "name"),
        (3, "phone"),
        (3, "quantity"),
        (3, "street"),
        (4, "commune"),
    ]


def test_a_fault_names_the_column_as_the_file_does() -> None:
    text = "Họ tên;Số điện thoại;Tỉnh;Xã/Phường;Địa chỉ;Số lượng\nHoa;12;68;Ninh Gia;12 Trần Phú;nhiều\n"
    assert faults_of(text) == [(2, "Số điện thoại"), (2, "Số lượng")]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_language_calls_the_columns_what_is_understood(lang: str) -> None:
    with translation.override(lang):
        called = headings()
    text = ";".join(called.values()) + "\nHoa;0912345678;68;Ninh Gia;12 Trần Phú;Chúc mừng;;2\n"
    (row,) = read_recipients(text.encode(), on=DAY)
    assert (row["name"], row["card"], row["quantity"]) == ("Hoa", "Chúc mừng", 2)
    assert (called["name"] == "name") is (lang == "en")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"\x00",
        HEAD.encode(),
        b"name,phone\nA,B\n",
        (HEAD + '"never closed').encode(),
        (HEAD + HOA * (MAX_RECIPIENTS + 1)).encode(),
        b"x" * 500_001,
        b"%PDF-1.7 \xe2\xe3",
    ],
)
def test_what_is_no_list_is_refused_as_a_whole(content: bytes) -> None:
    assert len(faults_of(content)) == 1


def test_a_company_sends_one_gift_to_many(client: Client) -> None:
    bundle = make_bundle(make_pack(make_product(), price=100_000, on_hand=20))
    client.post("/cart/lines/", {"bundle": bundle.slug})
    answer = hand_in(client, HEAD + HOA + HOA.replace(",1\n", ",3\n").replace("Hoa", "Nam"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/checkout/")
    assert Cart.objects.get().lines.get().quantity == 4
    invoice = {"company": "Công ty A", "tax_code": "0100109106", "invoice_address": "1 Lê Lợi"}
    form = again(checkout_form(client).fill(**BUYER, **invoice).press(client, "update"))
    assert form.total == 400_000 + 2 * 18_000
    answer = form.press(client, "place")
    assert answer.status_code == 302, again(answer).notes
    order = Order.objects.get()
    assert order.total == form.total
    assert order.invoice_tax_code == "0100109106"
    got = order.lines.order_by("position").values_list("recipient__name", "quantity")
    assert list(got) == [("Nguyễn Thị Hoa", 1), ("Nguyễn Thị Nam", 3)]
    assert not GiftList.objects.exists()


@pytest.mark.parametrize("own", [[], [{"name": "Mai", "quantity": 5}]], ids=["none", "one"])
def test_the_list_of_a_guest_goes_with_their_cart_at_sign_in(client: Client, own: list[dict[str, object]]) -> None:
    shopper = User.objects.create_user("a@example.vn", "secret")
    if own:
        GiftList.objects.create(cart=make_cart(user=shopper), rows=own, created_at=AT)
    put_in(client, make_pack(make_product(), on_hand=20))
    hand_in(client, HEAD + HOA)
    client.post("/portal/sign-in/", {"who": "a@example.vn", "password": "secret", "next": "/cart/"})
    kept = GiftList.objects.get()
    assert kept.cart.user == shopper
    assert [row["name"] for row in kept.rows] == (["Mai"] if own else ["Nguyễn Thị Hoa"])


def test_a_bad_list_leaves_everything_as_it_was(client: Client) -> None:
    put_in(client, make_pack(make_product(), on_hand=20))
    answer = hand_in(client, HEAD + HOA + HOA.replace("0912345678", "1"))
    assert answer.status_code == 400
    assert "3" in answer.content.decode()
    assert (Cart.objects.get().lines.get().quantity, GiftList.objects.count()) == (1, 0)


def test_more_than_there_is_leaves_everything_as_it_was(client: Client) -> None:
    put_in(client, make_pack(make_product(), on_hand=3))
    assert hand_in(client, HEAD + HOA * 4).status_code == 409
    assert (Cart.objects.get().lines.get().quantity, GiftList.objects.count()) == (1, 0)


def test_it_is_for_one_gift(client: Client) -> None:
    for _each in range(2):
        put_in(client, make_pack(make_product(), on_hand=3))
    assert hand_in(client, HEAD + HOA).status_code == 409
    assert not GiftList.objects.exists()


def test_a_cart_changed_since_does_not_fit_its_list(client: Client) -> None:
    put_in(client, make_pack(make_product(), on_hand=20))
    hand_in(client, HEAD + HOA * 4)
    line = Cart.objects.get().lines.get()
    client.post(f"/cart/lines/{line.pk}/", {"quantity": "5"})
    form = checkout_form(client)
    assert form.page.all("p", class_="shop-notice shop-notice--stop")
    form.fill(**BUYER, expected_total="1").press(client, "place")
    assert not Order.objects.exists()
    without = again(form.press(client, "remove-list"))
    assert not GiftList.objects.exists()
    assert BUYER.items() <= without.values.items()
    assert without.fill(**TO).press(client, "place").status_code == 200


def test_what_came_into_the_cart_after_the_list_is_told_and_ordered_by_nobody(client: Client) -> None:
    put_in(client, make_pack(make_product(), on_hand=20))
    hand_in(client, HEAD + HOA * 2)
    put_in(client, make_pack(make_product(name="Trà Ô Long"), on_hand=20))
    shown = checkout_form(client)
    (told,) = shown.page.all("p", class_="shop-notice shop-notice--stop")
    assert "Trà Ô Long" in told.text
    assert not shown.values["expected_total"]
    without = again(shown.press(client, "remove-list"))
    assert again(without.fill(**BUYER, **TO).press(client, "update")).values["expected_total"]


def test_a_quantity_is_read_whole() -> None:
    assert faults_of(HEAD + HOA + HOA.replace(",1\n", ",0000012\n")) == [(3, "quantity")]
    assert faults_of(HEAD + HOA.replace(",1\n", ",0000010000000\n")) == [(2, "quantity")]


def test_the_sample_is_known_for_utf_8_by_spreadsheets_and_speaks_the_language_of_the_page(client: Client) -> None:
    assert client.get("/checkout/recipients/sample.csv").content.startswith("\ufeffHọ tên,".encode())
    assert client.get("/en/checkout/recipients/sample.csv").content.startswith("\ufeffname,".encode())


def test_the_page_is_well_formed_and_no_file_is_told(client: Client) -> None:
    put_in(client, make_pack(make_product(), on_hand=3))
    assert client.get("/checkout/recipients/").status_code == 200
    assert client.post("/checkout/recipients/").status_code == 400
    assert Client().get("/checkout/recipients/").headers["Location"] == "/cart/"
