"""A producer's orders: from the list to the last act, by buttons; and only what it may see."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from catalog.models import Stock
from marketplace.accounts.models import User
from marketplace.orders import services
from marketplace.orders.models import Fulfilment, PaymentMethod, Recipient, Refund, Return
from marketplace.orders.return_rules import Complaint
from tests.conftest import SetClock
from tests.factories import AT, DAY, make_bundle, make_member, make_pack, make_producer, make_product
from tests.pages import Page
from tests.trade import make_cart, make_order, make_party, make_wish, open_hub, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    open_shop()


@pytest.fixture
def pack():
    return make_pack(make_product(name="Trà Shan", producer=make_producer(name="HTX Bình Minh")), on_hand=9)


@pytest.fixture
def owner(client: Client, pack):
    user = make_member(pack.product.producer)
    client.force_login(user)
    return user


def home(pack) -> str:
    return f"/en/portal/{pack.product.producer.public_id}/orders/"


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    page = Page(answer.content.decode())
    assert page.flaws == []
    return " ".join(page.one("main").text.split())


def part_of(order, pack) -> Fulfilment:
    return order.fulfilments.get(producer=pack.product.producer)


def press(client: Client, pack, part: Fulfilment, act: str, **fields: object):
    answer = client.post(f"{home(pack)}{part.pk}/{act}/", fields)
    part.refresh_from_db()
    return answer


def typed_in(answer, name: str) -> str:
    """What stands in a field of the page that came back."""
    return Page(answer.content.decode()).one("input", name=name).attributes["value"]


def test_an_order_goes_all_the_way_by_buttons(client: Client, owner, pack) -> None:
    part = part_of(make_order((pack, 2)), pack)
    page = read(client, f"{home(pack)}{part.pk}/")
    assert "Accept the order" in page
    for act, fields, state, words in (
        ("accept", {}, "accepted", "It is packed"),
        ("pack", {}, "packed", "It is on its way"),
        ("ship", {"carrier": "VNPost", "tracking_number": "EB1VN"}, "shipped", "It was delivered"),
        ("deliver", {}, "delivered", "What happened"),
    ):
        answer = press(client, pack, part, act, **fields)
        assert answer.status_code == 302
        assert part.state == state
        assert words in read(client, f"{home(pack)}{part.pk}/")
    assert set(part.events.values_list("by", flat=True)) == {owner.pk}


def test_the_list_is_narrowed_and_counted(client: Client, owner, pack) -> None:
    parts = [part_of(make_order((pack, 1)), pack) for _number in range(3)]
    services.accept_fulfilment(fulfilment_id=parts[0].pk, at=AT)
    assert "New 2 To pack and send 1 On the way 0 Ended 0" in read(client, home(pack))
    packing = read(client, f"{home(pack)}?show=packing")
    assert parts[0].order.number in packing
    assert parts[1].order.number not in packing
    assert "1 × Trà Shan" in packing
    assert "To be sent by 24 November 2026, in 2 days" in packing


def test_all_that_is_new_is_accepted_by_one_button(client: Client, owner, pack) -> None:
    parts = [part_of(make_order((pack, 1)), pack) for _number in range(3)]
    foreign = make_order((make_pack(make_product(), on_hand=1), 1)).fulfilments.get()
    page = Page(client.get(home(pack)).content.decode())
    shown = [each.attributes["value"] for each in page.all("input", name="part")]
    assert sorted(shown) == sorted(str(part.pk) for part in parts)
    services.cancel_fulfilment(fulfilment_id=parts[0].pk, actor=services.Actor.SHOPPER, at=AT)  # meanwhile
    answer = client.post(f"{home(pack)}accept/", {"part": [*shown, str(foreign.pk), "x", "9" * 30]}, follow=True)
    text = " ".join(Page(answer.content.decode()).one("main").text.split())
    assert "2 orders are accepted." in text
    assert "1 order was no longer new." in text
    states = [Fulfilment.objects.get(pk=part.pk).state for part in (*parts, foreign)]
    assert states == ["cancelled", "accepted", "accepted", "placed"]


def test_earlier_orders_are_on_the_next_page(client: Client, owner, pack, monkeypatch) -> None:
    monkeypatch.setattr("marketplace.portal.views.orders.PAGE", 2)
    numbers = [make_order((pack, 1)).number for _number in range(3)]
    page = read(client, home(pack))
    assert numbers[2] in page
    assert numbers[1] in page
    assert numbers[0] not in page
    before = Fulfilment.objects.get(order__number=numbers[1]).pk
    assert numbers[0] in read(client, f"{home(pack)}?show=new&before={before}")
    for nonsense in ("x", "9" * 30, "9" * 5_000, "²"):
        assert client.get(f"{home(pack)}?before={nonsense}").status_code == 404


def test_lots_that_were_really_packed_are_named(client: Client, owner, pack) -> None:
    Stock.objects.filter(pack=pack).update(lot="L1", best_before=DAY + timedelta(days=100))
    other = Stock.objects.create(pack=pack, lot="L2", best_before=DAY + timedelta(days=200), on_hand=5)
    part = part_of(make_order((pack, 2)), pack)
    item = part.items.get()
    press(client, pack, part, "accept")
    page = read(client, f"{home(pack)}{part.pk}/")
    assert "Lot L1best before 2 March 2027 · 7 more are free" in page
    wrong = press(client, pack, part, "pack", **{f"lot-{item.pk}-{other.pk}": 1})
    assert wrong.status_code == 400
    assert "2 are to be packed" in wrong.content.decode()
    assert typed_in(wrong, f"lot-{item.pk}-{other.pk}") == "1"
    held = {f"lot-{item.pk}-{stock.pk}": 0 for stock in Stock.objects.filter(pack=pack)}
    assert press(client, pack, part, "pack", **held).status_code == 400  # packed from none is not packed from any
    assert part.state == "accepted"
    press(client, pack, part, "pack", **{f"lot-{item.pk}-{other.pk}": 2})
    assert part.state == "packed"
    other.refresh_from_db()
    assert other.on_hand == 3


def test_what_is_not_there_is_said_and_the_rest_goes(client: Client, owner, pack) -> None:
    order = make_order((pack, 3), method=PaymentMethod.VIETQR)
    services.confirm_order(order_id=order.pk, at=AT)
    part = part_of(order, pack)
    item = part.items.get()
    assert press(client, pack, part, "cancel", **{f"short-{item.pk}": 1}).status_code == 400  # no word why
    too_many = press(client, pack, part, "cancel", **{f"short-{item.pk}": 4, "note": "Hết hàng"})
    assert (typed_in(too_many, f"short-{item.pk}"), typed_in(too_many, "note")) == ("4", "Hết hàng")
    press(client, pack, part, "cancel", **{f"short-{item.pk}": 1, "note": "Hết hàng"})
    item.refresh_from_db()
    assert (item.cancelled, part.state, Refund.objects.get().amount) == (1, "placed", 120_000)
    press(client, pack, part, "cancel", all=1, note="Hết hàng")
    assert part.state == "cancelled"
    page = read(client, f"{home(pack)}{part.pk}/")
    assert "Cancelled by the producer: Hết hàng" in page
    assert "Trần Văn Nam" not in page  # it goes to nobody any more
    assert client.get(f"{home(pack)}{part.pk}/slip.pdf").status_code == 404


def test_an_act_out_of_turn_is_refused_in_words(client: Client, owner, pack) -> None:
    part = part_of(make_order((pack, 1)), pack)
    answer = press(client, pack, part, "deliver")
    assert answer.status_code == 409
    assert "cannot become" in answer.content.decode()
    assert part.state == "placed"
    press(client, pack, part, "accept")
    press(client, pack, part, "pack")
    assert press(client, pack, part, "ship").status_code == 400  # nobody carries it
    press(client, pack, part, "ship", carrier="GHN")
    assert press(client, pack, part, "fail", failure="eaten").status_code == 400
    press(client, pack, part, "fail", failure="absent")
    assert part.state == "failed"
    assert "Nobody was there" in read(client, f"{home(pack)}{part.pk}/")


def test_who_comes_second_reads_what_happened_meanwhile(client: Client, owner, pack) -> None:
    part = part_of(make_order((pack, 1)), pack)
    colleague = make_member(pack.product.producer, role="staff", name="lan")
    services.accept_fulfilment(fulfilment_id=part.pk, at=AT, by=colleague)
    answer = press(client, pack, part, "accept")
    assert answer.status_code == 409
    page = " ".join(answer.content.decode().split())
    assert f"What happened meanwhile: accepted, 09:00 22 November 2026 – {colleague}" in page
    assert "It is packed" in page  # what is to be done now


def test_of_a_shopper_who_cancelled_no_name_is_told(client: Client, owner, pack) -> None:
    shopper = User.objects.create_user("kin@example.vn", "secret")
    order = make_order((pack, 1), user=shopper)
    services.cancel_order(order_id=order.pk, actor=services.Actor.SHOPPER, at=AT, by=shopper)
    answer = press(client, pack, part_of(order, pack), "accept")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "What happened meanwhile: cancelled" in page
    assert "Cancelled by the shopper" in page
    assert "kin@example.vn" not in page


def test_earlier_returns_are_on_the_next_page(client: Client, owner, pack, monkeypatch) -> None:
    monkeypatch.setattr("marketplace.portal.views.orders.PAGE", 1)
    orders = [make_order((pack, 1)) for _number in range(2)]
    first, last = (
        Return.objects.create(order=order, fulfilment=part_of(order, pack), reason="damaged", requested_at=AT)
        for order in orders
    )
    page = client.get(home(pack)).content.decode()
    assert f"/returns/{last.pk}/" in page
    assert f"/returns/{first.pk}/" not in page
    assert f"returns-before={last.pk}" in page
    assert f"/returns/{first.pk}/" in client.get(f"{home(pack)}?returns-before={last.pk}").content.decode()


def test_a_return_is_decided_and_received(client: Client, owner, pack) -> None:
    order = make_order((pack, 2))
    part = part_of(order, pack)
    for act, fields in (("accept", {}), ("pack", {}), ("ship", {"carrier": "GHN"}), ("deliver", {})):
        press(client, pack, part, act, **fields)
    (request,) = services.request_return(
        order_id=order.pk, counts=services.returnable(order), reason=Complaint.DAMAGED, note="Vỡ hộp", at=AT
    )
    assert "1 return waits for you" in read(client, home(pack))
    path = f"/en/portal/{pack.product.producer.public_id}/returns/{request.pk}/"
    page = read(client, path)
    assert "Vỡ hộp" in page
    assert client.post(f"{path}decide/", {"refuse": "1", "reason": ""}).status_code == 400
    assert client.post(f"{path}decide/", {"accept": "1"}).status_code == 302
    assert client.post(f"{path}receive/", {}).status_code == 400
    item = part.items.get().pk
    more_fit = client.post(f"{path}receive/", {f"came-{item}": "1", f"fit-{item}": "2"})
    assert (typed_in(more_fit, f"came-{item}"), typed_in(more_fit, f"fit-{item}")) == ("1", "2")
    assert client.post(f"{path}receive/", {f"came-{item}": "2", f"fit-{item}": "1"}).status_code == 302
    assert "2 came back, 1 fit for sale" in read(client, path)
    assert Refund.objects.get().amount == order.total
    assert Stock.objects.get(pack=pack).on_hand == 8


def test_a_producer_sees_who_receives_and_never_who_pays(client: Client, owner, pack) -> None:
    other = make_pack(make_product(name="Của người khác"), on_hand=5)
    company = {"invoice_company": "Công ty Kín", "invoice_tax_code": "0100109106"}
    order = make_order((pack, 1), (other, 1), method=PaymentMethod.VIETQR, hides_prices=True, **company)
    services.confirm_order(order_id=order.pk, at=AT)
    part = part_of(order, pack)
    pages = read(client, home(pack)) + read(client, f"{home(pack)}{part.pk}/")
    assert "Trần Văn Nam" in pages
    assert "12 Trần Phú" in pages
    assert "put no price into the parcel" in pages
    for secret in ("Nguyễn Thị Hoa", "b@example.vn", "Công ty Kín", "Của người khác", order.token_seed):
        assert secret not in pages
    slip = client.get(f"{home(pack)}{part.pk}/slip.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(slip.content)).pages)
    assert "Trà Shan" in text
    assert "Của người khác" not in text
    assert "no-store" in slip["Cache-Control"]


def test_what_goes_into_a_box_is_sent_to_the_hub(client: Client, owner, pack) -> None:
    open_hub()
    order = make_order((make_bundle(pack, make_pack(make_product(), on_hand=5), goes_as_box=True), 1))
    page = read(client, f"{home(pack)}{part_of(order, pack).pk}/")
    assert "Kho gói quà" in page
    assert "Trần Văn Nam" not in page


def test_whom_a_gift_box_is_for_is_not_on_the_slip_of_what_goes_into_it(client: Client, owner, pack) -> None:
    open_hub()
    cart = make_cart((make_bundle(pack, make_pack(make_product(), on_hand=5), goes_as_box=True), 1))
    portions = {line.pk: line.quantity for line in cart.lines.all()}
    wish = make_wish(cart, recipients=[make_party(portions=portions, card="Chúc mừng sinh nhật bà")])
    order = services.place_order(wish, at=AT, on=DAY)
    answer = client.get(f"{home(pack)}{part_of(order, pack).pk}/slip.pdf")
    reader = PdfReader(BytesIO(answer.content))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "Kho gói quà" in text
    for hidden in ("Chúc mừng", "Trần Văn Nam", "Nguyễn Thị Hoa", "12 Trần Phú"):
        assert hidden not in text


def test_only_the_hub_says_that_it_has_it(client: Client, owner, pack) -> None:
    open_hub()
    order = make_order((make_bundle(pack, make_pack(make_product(), on_hand=5), goes_as_box=True), 1))
    part = part_of(order, pack)
    press(client, pack, part, "accept")
    press(client, pack, part, "pack")
    press(client, pack, part, "ship", carrier="GHN")
    page = client.get(f"{home(pack)}{part.pk}/").content.decode()
    assert "The hub counts it in when it comes" in page
    for act, fields in (("deliver", {}), ("fail", {"failure": "lost"})):
        assert f"/{part.pk}/{act}/" not in page
        assert press(client, pack, part, act, **fields).status_code == 409
        assert part.state == "shipped"


def test_it_is_sent_to_the_hub_that_packs_the_box_though_that_takes_no_more(client: Client, owner, pack) -> None:
    hub = open_hub()
    order = make_order((make_bundle(pack, make_pack(make_product(), on_hand=5), goes_as_box=True), 1))
    hub.is_open = False
    hub.save()
    assert "Kho gói quà" in read(client, f"{home(pack)}{part_of(order, pack).pk}/")


def test_an_address_is_known_as_long_as_it_is_needed(client: Client, owner, pack, clock: SetClock) -> None:
    part = part_of(make_order((pack, 1)), pack)
    for act, fields in (("accept", {}), ("pack", {}), ("ship", {"carrier": "GHN"}), ("deliver", {})):
        press(client, pack, part, act, **fields)
    Recipient.objects.update(card="Chúc mừng năm mới")
    for days, is_known in ((89, True), (90, False)):
        clock(DAY + timedelta(days=days))
        page = read(client, f"{home(pack)}{part.pk}/")
        assert ("12 Trần Phú" in page) == ("0912 345 678" in page) == is_known
        slip = client.get(f"{home(pack)}{part.pk}/slip.pdf").content
        assert ("12 Trần Phú" in PdfReader(BytesIO(slip)).pages[0].extract_text()) == is_known
        assert len(PdfReader(BytesIO(slip)).pages) == (2 if is_known else 1)  # the card, and from whom it is


def test_an_unpaid_order_is_not_there_yet(client: Client, owner, pack) -> None:
    order = make_order((pack, 1), method=PaymentMethod.VIETQR)
    part = part_of(order, pack)
    assert order.number not in read(client, home(pack))
    assert client.get(f"{home(pack)}{part.pk}/").status_code == 404
    services.cancel_order(order_id=order.pk, actor=services.Actor.SHOPPER, at=AT)
    assert client.get(f"{home(pack)}{part.pk}/").status_code == 404


def test_another_producers_order_and_return_are_not_there(client: Client, owner, pack) -> None:
    other = make_pack(make_product(), on_hand=5)
    order = make_order((other, 1))
    foreign = part_of(order, other)
    request = Return.objects.create(order=order, fulfilment=foreign, reason="damaged", requested_at=AT)
    for act in ("", "slip.pdf", "accept/", "pack/", "ship/", "deliver/", "fail/", "cancel/"):
        path = f"{home(pack)}{foreign.pk}/{act}"
        assert {client.get(path).status_code, client.post(path).status_code} <= {404, 405}
    for act in ("", "decide/", "receive/"):
        path = f"/en/portal/{pack.product.producer.public_id}/returns/{request.pk}/{act}"
        assert {client.get(path).status_code, client.post(path, {"accept": 1}).status_code} <= {404, 405}
    foreign.refresh_from_db()
    assert (foreign.state, foreign.events.count()) == ("placed", 0)
    for path in (f"{home(pack)}{10**30}/", f"{home(pack)}0/"):
        assert client.get(path).status_code == 404


def test_a_shopper_finds_nothing_here(client: Client, pack) -> None:
    user = make_member(make_producer())
    order = make_order((pack, 1), user=user)
    client.force_login(user)
    assert client.get(home(pack)).status_code == 404
    assert client.get(f"{home(pack)}{part_of(order, pack).pk}/").status_code == 404


def test_lists_and_pages_take_a_bounded_number_of_queries(
    client: Client, owner, pack, django_assert_max_num_queries
) -> None:
    packs = [make_pack(pack.product, on_hand=20, name=f"Gói {number}") for number in range(8)]
    for _number in range(12):
        order = make_order(*[(each, 1) for each in packs])
    part = part_of(order, pack)
    services.accept_fulfilment(fulfilment_id=part.pk, at=AT)
    with django_assert_max_num_queries(12):
        client.get(home(pack))
    with django_assert_max_num_queries(22):
        client.get(f"{home(pack)}{part.pk}/")
