"""A producer's stock: lots with what is there, reserved and held; counted, added and taken out on its own pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from catalog.models import Pack, Stock
from marketplace.accounts.models import Membership
from marketplace.orders import services
from marketplace.orders.models import PaymentMethod
from marketplace.orders.rules import HOLD_FOR
from tests.conftest import SetClock
from tests.factories import AT, DAY, make_member, make_pack, make_producer, make_product
from tests.pages import Page
from tests.trade import make_order, open_shop

pytestmark = pytest.mark.django_db
SOON, LATER = DAY + timedelta(days=40), DAY + timedelta(days=400)


@pytest.fixture
def pack(clock: SetClock) -> Pack:
    clock(AT)  # when orders are placed, so that what they hold is held
    open_shop()
    product = make_product(name="Trà Shan", producer=make_producer(name="HTX Bình Minh"))
    return make_pack(product, min_remaining_life_days=30)


@pytest.fixture
def owner(client: Client, pack: Pack):
    user = make_member(pack.product.producer)
    client.force_login(user)
    return user


def lot_of(pack: Pack, name: str = "L1", **fields: Any) -> Stock:
    return Stock.objects.create(**{"pack": pack, "lot": name, "best_before": LATER, "on_hand": 10, **fields})


def home(pack: Pack) -> str:
    return f"/en/portal/{pack.product.producer.public_id}/stock/"


def lot_page(lot: Stock) -> str:
    return f"{home(lot.pack)}lots/{lot.pk}/"


def text_of(answer: Any) -> str:
    page = Page(answer.content.decode())
    assert page.flaws == []
    return " ".join(page.one("main").text.split())


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return text_of(answer)


def seen_on(client: Client, path: str) -> str:
    return Page(client.get(path).content.decode()).one("input", name="seen").attributes["value"]


def count(client: Client, lot: Stock, number: object, *, seen: str) -> Any:
    answer = client.post(lot_page(lot), {"on_hand": number, "seen": seen})
    lot.refresh_from_db()
    return answer


# --- what is there ---------------------------------------------------------------


def test_a_lot_is_told_with_what_is_reserved_held_and_free(client: Client, owner, pack: Pack, clock: SetClock) -> None:
    lot_of(pack)
    make_order((pack, 2))
    make_order((pack, 3), method=PaymentMethod.VIETQR)
    for path in (home(pack), f"{home(pack)}{pack.pk}/", lot_page(pack.stock.get())):
        page = read(client, path)
        assert "Lot L1" in page
        assert "Best before 27 December 2027, in 400 days" in page
        assert "There10 Reserved2 Held now3 For sale5" in page
    clock(AT + HOLD_FOR)  # what was not paid is held no longer, by itself
    assert "There10 Reserved2 Held now0 For sale8" in read(client, home(pack))


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (-1, "Past its date: best before 21 November 2026, 1 day ago. It is not sold."),
        (0, "Best before 22 November 2026, today · No longer sold: the pack must have 30 days left."),
        (29, "No longer sold"),
        (30, ""),
    ],
)
def test_what_is_not_sold_any_more_is_said_plainly(client: Client, owner, pack: Pack, days: int, told: str) -> None:
    lot_of(pack, best_before=DAY + timedelta(days=days))
    page = read(client, f"{home(pack)}{pack.pk}/")
    assert told in page
    assert ("sold" in page.replace("sold only with", "")) == bool(told)
    assert f"There10 Reserved0 Held now0 For sale{0 if told else 10}" in page


def test_what_ends_first_stands_first_and_what_does_not_spoil_last(client: Client, owner, pack: Pack) -> None:
    lot_of(pack, "KEEPS", best_before=None)
    lot_of(pack, "LATER")
    lot_of(pack, "SOON", best_before=SOON)
    lot_of(pack, "EMPTY", on_hand=0)
    for path in (home(pack), f"{home(pack)}{pack.pk}/"):
        page = read(client, path)
        assert page.index("SOON") < page.index("LATER") < page.index("KEEPS")
        assert "EMPTY" not in page
    empty = read(client, f"{home(pack)}{pack.pk}/?show=empty")
    assert ("EMPTY" in empty, "SOON" in empty) == (True, False)


def test_without_packs_and_without_lots_the_pages_say_so(client: Client, owner, pack: Pack) -> None:
    assert "Nothing there" in read(client, home(pack))
    assert "Nothing of this pack is there." in read(client, f"{home(pack)}{pack.pk}/")
    assert "No lot is used up." in read(client, f"{home(pack)}{pack.pk}/?show=empty")
    Pack.objects.all().delete()
    assert "No pack is listed yet." in read(client, home(pack))


def test_packs_stand_by_their_products_name_page_by_page(client: Client, owner, pack: Pack, monkeypatch) -> None:
    monkeypatch.setattr("marketplace.portal.views.stock.PACKS", 2)
    producer = pack.product.producer
    bees = make_product(name="Ong rừng", producer=producer)
    for name, position in (("Hũ lớn", 1), ("Hũ nhỏ", 0)):
        make_pack(bees, name=name, position=position)
    make_pack(make_product(name="An xoa", producer=producer), name="Gói")
    first = read(client, home(pack))
    assert first.index("An xoa") < first.index("Hũ nhỏ")
    assert ("Hũ lớn" in first, "Trà Shan" in first) == (False, False)
    last = Pack.objects.get(name="Hũ nhỏ")
    assert f"?after={last.pk}" in client.get(home(pack)).content.decode()
    second = read(client, f"{home(pack)}?after={last.pk}")
    assert second.index("Hũ lớn") < second.index("Trà Shan")
    assert "An xoa" not in second
    assert "More packs" not in second


def test_lots_are_on_pages_in_one_order(client: Client, owner, pack: Pack, monkeypatch) -> None:
    monkeypatch.setattr("marketplace.portal.views.stock.LOTS", 2)
    lots = [lot_of(pack, f"N{number}", best_before=SOON) for number in range(3)] + [lot_of(pack, "N3")]
    keeps = lot_of(pack, "N4", best_before=None)
    page, seen = f"{home(pack)}{pack.pk}/", []
    for last in (None, lots[1], lots[3]):
        html = client.get(page + (f"?after={last.pk}" if last else "")).content.decode()
        lots_there = [each for each in Page(html).all("li") if each.attributes.get("id", "").startswith("lot-")]
        seen += [each.text.split()[1] for each in lots_there]
    assert seen == ["N0", "N1", "N2", "N3", "N4"]
    assert f"after={keeps.pk}" not in html


def test_many_lots_of_a_pack_are_counted_on_the_list_and_not_shown(client: Client, owner, pack: Pack) -> None:
    for number in range(8):
        lot_of(pack, f"N{number}")
    page = read(client, home(pack))
    assert ("N4" in page, "N5" in page, "3 more lots" in page, "80 there, 0 reserved" in page) == (
        True,
        False,
        True,
        True,
    )


def test_a_page_takes_as_many_queries_for_more_packs_and_lots(
    client: Client, owner, pack: Pack, django_assert_max_num_queries
) -> None:
    for _number in range(15):
        other = make_pack(make_product(producer=pack.product.producer))
        for name in ("L1", "L2", "L3"):
            lot_of(other, name)
    lot = lot_of(pack)
    for path in (
        home(pack),
        f"{home(pack)}{pack.pk}/",
        lot_page(lot),
        f"{home(pack)}?product={pack.product.public_id}",
    ):
        with django_assert_max_num_queries(8):
            assert client.get(path).status_code == 200


def test_the_menu_and_the_product_lead_to_it(client: Client, owner, pack: Pack) -> None:
    other = make_pack(make_product(name="Ong rừng", producer=pack.product.producer))
    lot_of(pack), lot_of(other, "L9")
    page = Page(client.get(home(pack).removesuffix("stock/")).content.decode())
    links = [a.attributes["href"] for a in page.all("a") if "Stock" in a.text]
    assert home(pack) in links
    (link,) = [href for href in links if pack.product.public_id in href]
    text = read(client, link)
    assert ("L1" in text, "L9" in text) == (True, False)


# --- a new count -----------------------------------------------------------------


def test_a_lot_is_counted(client: Client, owner, pack: Pack) -> None:
    lot = lot_of(pack)
    answer = client.post(lot_page(lot), {"on_hand": 7, "seen": seen_on(client, f"{home(pack)}{pack.pk}/")}, follow=True)
    assert answer.redirect_chain == [(f"{home(pack)}{pack.pk}/#lot-{lot.pk}", 302)]
    assert "Counted: lot L1, 7 are there." in text_of(answer)
    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved) == (7, 0)


def test_a_count_below_what_is_reserved_is_refused_beside_the_field(client: Client, owner, pack: Pack) -> None:
    lot = lot_of(pack)
    make_order((pack, 4))
    answer = count(client, lot, 3, seen="10-4")
    assert answer.status_code == 400
    page = Page(answer.content.decode())
    assert page.one("ul", class_="errorlist").text.strip() == "4 are reserved for orders."
    field = page.one("input", name="on_hand").attributes
    assert (field["value"], field["aria-describedby"]) == ("3", f"wrong-{lot.pk}")
    assert lot.on_hand == 10
    assert count(client, lot, 4, seen="10-4").status_code == 302
    assert (lot.on_hand, lot.reserved) == (4, 4)


@pytest.mark.parametrize("act", ["sell", "pack"])
def test_what_a_sale_changed_meanwhile_is_told_and_nothing_is_lost(client: Client, owner, pack: Pack, act: str) -> None:
    lot = lot_of(pack)
    order = make_order((pack, 1))
    seen = seen_on(client, lot_page(lot))
    if act == "sell":
        make_order((pack, 2))
    else:
        part = order.fulfilments.get()
        services.accept_fulfilment(fulfilment_id=part.pk, at=AT)
        services.pack_fulfilment(fulfilment_id=part.pk, at=AT, on=DAY)
    there, reserved = (10, 3) if act == "sell" else (9, 0)
    answer = count(client, lot, 8, seen=seen)
    assert answer.status_code == 409
    text = text_of(answer)
    assert f"Meanwhile this lot has changed: {there} are there, {reserved} of them reserved. Look again." in text
    assert f"There{there} Reserved{reserved}" in text
    assert (lot.on_hand, lot.reserved) == (there, reserved)
    page = Page(answer.content.decode())
    assert page.one("input", name="on_hand").attributes["value"] == "8"  # what was counted
    assert count(client, lot, 8, seen=page.one("input", name="seen").attributes["value"]).status_code == 302
    assert (lot.on_hand, lot.reserved) == (8, reserved)


@pytest.mark.parametrize("number", ["", "x", "-1", "1.5", "1000000", "9" * 5000])
def test_what_is_no_count_is_refused(client: Client, owner, pack: Pack, number: str) -> None:
    lot = lot_of(pack)
    answer = count(client, lot, number, seen="10-0")
    assert answer.status_code == 400
    assert len(Page(answer.content.decode()).all("ul", class_="errorlist")) == 1
    assert lot.on_hand == 10


@pytest.mark.parametrize("seen", ["", "x", "10", "10-0-0", "9" * 30 + "-0", "９-0", "9-0"])
def test_a_count_that_was_made_of_other_figures_is_to_be_looked_at_again(
    client: Client, owner, pack: Pack, seen: str
) -> None:
    lot = lot_of(pack)
    assert count(client, lot, 5, seen=seen).status_code == 409
    assert lot.on_hand == 10


def test_a_used_up_lot_is_counted_again(client: Client, owner, pack: Pack) -> None:
    lot = lot_of(pack, on_hand=0)
    assert "Take it out" not in read(client, lot_page(lot))
    assert count(client, lot, 2, seen="0-0").status_code == 302
    assert lot.on_hand == 2


# --- a lot that comes in -----------------------------------------------------------


def test_a_lot_is_added(client: Client, owner, pack: Pack) -> None:
    page = f"{home(pack)}{pack.pk}/add/"
    assert "This pack is sold only with at least 30 days left." in read(client, page)
    answer = client.post(page, {"lot": " L7 ", "best_before": LATER.isoformat(), "on_hand": 24}, follow=True)
    assert "Added: lot L7." in text_of(answer)
    added = Stock.objects.get()
    assert (added.pack, added.lot, added.best_before, added.on_hand, added.reserved) == (pack, "L7", LATER, 24, 0)
    make_order((pack, 24))  # it is sold at once


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("best_before", ""),
        ("best_before", "31/02/2027"),
        ("best_before", (DAY - timedelta(days=1)).isoformat()),
        ("lot", "x" * 41),
        ("on_hand", "0"),
        ("on_hand", ""),
        ("on_hand", "1000000"),
    ],
)
def test_a_lot_that_cannot_be_is_refused_beside_its_field(client: Client, owner, pack: Pack, field, wrong) -> None:
    facts = {"lot": "L7", "best_before": LATER.isoformat(), "on_hand": "24"}
    answer = client.post(f"{home(pack)}{pack.pk}/add/", {**facts, field: wrong})
    assert answer.status_code == 400
    page = Page(answer.content.decode())
    assert page.flaws == []
    assert len(page.all("ul", class_="errorlist")) == 1
    assert page.one("input", name=field).attributes["aria-invalid"] == "true"
    assert not Stock.objects.exists()


def test_what_keeps_for_good_needs_no_day_and_no_number(client: Client, owner, pack: Pack) -> None:
    Pack.objects.update(min_remaining_life_days=0)
    answer = client.post(f"{home(pack)}{pack.pk}/add/", {"lot": "", "best_before": "", "on_hand": "3"}, follow=True)
    text = text_of(answer)
    assert "Added: goods without a lot number." in text
    assert "Does not spoil" in text
    assert Stock.objects.get().best_before is None


@pytest.mark.parametrize("best_before", [LATER, None])
def test_a_lot_on_record_is_not_added_twice_but_shown(client: Client, owner, pack: Pack, best_before) -> None:
    Pack.objects.update(min_remaining_life_days=0)
    lot = lot_of(pack, best_before=best_before)
    facts = {"lot": "L1", "best_before": best_before.isoformat() if best_before else "", "on_hand": "3"}
    answer = client.post(f"{home(pack)}{pack.pk}/add/", facts)
    assert answer.status_code == 400
    assert "set its count instead" in answer.content.decode()
    assert lot_page(lot) in answer.content.decode()
    assert Stock.objects.get().on_hand == 10


# --- what spoilt -------------------------------------------------------------------


def test_a_spoilt_lot_is_taken_out(client: Client, owner, pack: Pack) -> None:
    lot = lot_of(pack, best_before=DAY - timedelta(days=1))
    page = f"{lot_page(lot)}take-out/"
    assert "Take lot L1 out? Past its date" in read(client, page)
    answer = client.post(page, {"seen": seen_on(client, page)}, follow=True)
    assert "Taken out: 10 of lot L1." in text_of(answer)
    lot.refresh_from_db()
    assert lot.on_hand == 0


def test_what_is_reserved_stays_and_the_page_says_what_to_do(client: Client, owner, pack: Pack) -> None:
    lot = lot_of(pack)
    make_order((pack, 4))
    make_order((pack, 2), method=PaymentMethod.VIETQR)
    page = f"{lot_page(lot)}take-out/"
    text = read(client, page)
    assert "4 are reserved for orders and stay in the stock." in text
    assert "2 are held for shoppers who are paying" in text
    assert client.post(page, {"seen": "10-4"}).status_code == 302
    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved) == (4, 4)
    refused = client.post(page, {"seen": "4-4"})
    assert refused.status_code == 400
    assert "None of this lot is free." in text_of(refused)


def test_what_is_sold_while_one_asks_once_more_is_told(client: Client, owner, pack: Pack) -> None:
    lot = lot_of(pack)
    page = f"{lot_page(lot)}take-out/"
    seen = seen_on(client, page)
    make_order((pack, 1))
    answer = client.post(page, {"seen": seen})
    assert answer.status_code == 409
    assert "10 are there, 1 of them reserved" in text_of(answer)
    lot.refresh_from_db()
    assert lot.on_hand == 10


# --- whose it is -------------------------------------------------------------------


def test_anothers_packs_and_lots_are_not_there(client: Client, owner, pack: Pack) -> None:
    lot_of(pack)
    foreign = lot_of(make_pack(make_product()), "SECRET")
    facts = {"lot": "L7", "best_before": LATER.isoformat(), "on_hand": "3", "seen": "10-0"}
    for path in (
        *(f"{foreign.pack_id}/", f"{foreign.pack_id}/add/", f"lots/{foreign.pk}/", f"lots/{foreign.pk}/take-out/"),
        *(f"?product={foreign.pack.product.public_id}", f"?after={foreign.pack_id}", f"{pack.pk}/?after={foreign.pk}"),
    ):
        assert client.get(f"{home(pack)}{path}").status_code == 404, path
        assert client.post(f"{home(pack)}{path}", facts).status_code in (404, 405), path
    assert "SECRET" not in read(client, home(pack))
    assert Stock.objects.count() == 2
    foreign.refresh_from_db()
    assert foreign.on_hand == 10


@pytest.mark.parametrize("number", ["0", "9" * 19, "9" * 40, "9" * 5000])
def test_a_huge_number_is_no_page(client: Client, owner, pack: Pack, number: str) -> None:
    for path in (f"{number}/", f"{number}/add/", f"lots/{number}/", f"lots/{number}/take-out/", f"?after={number}"):
        assert client.get(f"{home(pack)}{path}").status_code == 404, path
    for nonsense in ("x", "²", "-1"):
        assert client.get(f"{home(pack)}?after={nonsense}").status_code == 404


@pytest.mark.parametrize("role", ["staff", "helper"])
def test_staff_and_helpers_count_too_once_they_may(client: Client, pack: Pack, role: str) -> None:
    lot = lot_of(pack)
    member = make_member(pack.product.producer, role=role)
    client.force_login(member)
    if role == "helper":
        assert count(client, lot, 7, seen="10-0").status_code == 404
        Membership.objects.filter(user=member).update(consented_at=AT)
    assert count(client, lot, 7, seen="10-0").status_code == 302
    assert lot.on_hand == 7
