"""What is listed, filtered, counted, ordered and paged, on every engine.

An engine's test subclasses this and supplies the fixture ``engine``.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest

from catalog.models import Industry, Product, Province, Stock
from catalog.search.folding import sort_key
from catalog.search.indexing import refresh_listings
from catalog.search.query import Filters, ListingQuery, OrderingName
from ocop_badges.cursors import BadCursor
from tests.factories import AT, DAY, certify, make_pack, make_producer, make_product, revoke, suspend

from .searching import CURSOR_ORDERINGS, Engine, filtered, flat, found, in_kind, listed, walk


@pytest.mark.django_db
class PagesContract:
    counts_in: Sequence[str]

    @pytest.fixture
    def engine(self) -> Engine:
        raise NotImplementedError

    @pytest.fixture
    def count_up_to(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
        """Makes an engine stop counting at some number of hits, which it reads in the modules ``counts_in``."""

        def set_most(most: int) -> None:
            for module in self.counts_in:
                monkeypatch.setattr(f"{module}.MAX_COUNT", most)

        return set_most

    # --- what is listed ------------------------------------------------------

    def test_it_finds_only_published_products_of_published_producers(self, engine: Engine) -> None:
        shown, withdrawn, of_hidden = listed("Bày bán", "Rút lại", "Của người ẩn")
        withdrawn.is_published = False
        withdrawn.save()
        of_hidden.producer.is_published = False
        of_hidden.producer.save()
        refresh_listings([withdrawn.pk, of_hidden.pk])
        assert found(engine) == [shown.name]
        assert found(engine, "rút") == found(engine, "của") == []
        withdrawn.is_published = True
        withdrawn.save()
        refresh_listings([withdrawn.pk])
        assert found(engine, "rút") == ["Rút lại"]

    def test_a_changed_name_is_found_and_the_old_one_no_more(self, engine: Engine) -> None:
        (product,) = listed("Tên cũ")
        product.name = "Gọi khác"
        product.save()
        refresh_listings([product.pk])
        assert found(engine, "gọi") == ["Gọi khác"]
        assert found(engine, "cũ") == []

    def test_a_card_tells_what_a_list_shows(self, engine: Engine) -> None:
        (product,) = listed("Mắc ca", name_en="Macadamia", slug="mac-ca")
        certificate = certify(product, stars=4)
        make_pack(product, price=90_000, on_hand=3)
        make_pack(product, price=50_000)
        refresh_listings([product.pk])
        (card,) = engine.search(ListingQuery(day=DAY, lang="en")).cards
        assert (card.product_id, card.public_id, card.slug) == (product.pk, product.public_id, "mac-ca")
        assert (card.name, card.path) == ("Macadamia", "/en/products/mac-ca/")
        assert (card.producer_slug, card.producer_name) == (product.producer.slug, product.producer.name)
        assert (card.province_code, card.province_name) == ("68", "Lâm Đồng")
        assert (card.industry_code, card.industry_name) == ("food", "Food")
        assert (card.product_set_code, card.product_set_name) == ("ca-phe-ca-cao", "Coffee and cocoa")
        assert (card.price, card.in_stock) == (50_000, True)
        assert card.badge is not None
        assert (card.badge.stars, card.badge.certificate) == (4, certificate.public_id)
        assert card.badge.valid_until == certificate.valid_until

    # --- the day -------------------------------------------------------------

    def test_stars_end_after_their_last_day_everywhere_at_once(self, engine: Engine) -> None:
        (product,) = listed("Mắc ca")
        last = certify(product, stars=4, issued_on=date(2025, 6, 19)).valid_until
        assert last == date(2028, 6, 19)
        for day, has_stars in [
            (date(2025, 6, 18), False),
            (date(2025, 6, 19), True),
            (last, True),
            (last + timedelta(days=1), False),
        ]:
            hits = engine.search(ListingQuery(day=day, facets=True))
            assert (hits.cards[0].badge is not None) == has_stars, day
            assert hits.facets is not None
            assert bool(hits.facets["stars"]) == has_stars, day
            assert bool(filtered(engine, day, stars=(4,))) == has_stars, day
            assert bool(filtered(engine, day, certified=True)) == has_stars, day
            assert bool(filtered(engine, day, certified=False)) != has_stars, day

    def test_suspended_and_revoked_certificates_show_no_stars(self, engine: Engine) -> None:
        valid, suspended, revoked = listed("Có sao", "Tạm dừng", "Thu hồi")
        certify(valid)
        suspend(certify(suspended), since=DAY)
        revoke(certify(revoked), effective_on=DAY)
        assert filtered(engine, certified=True) == {"Có sao"}
        assert filtered(engine, DAY - timedelta(days=1), certified=True) == {"Có sao", "Tạm dừng", "Thu hồi"}

    # --- filters -------------------------------------------------------------

    def test_it_filters_by_stars_shown_today(self, engine: Engine) -> None:
        for stars, product in zip((3, 4, 5), listed("Ba", "Bốn", "Năm"), strict=True):
            certify(product, stars=stars)
        listed("Không")
        assert filtered(engine, stars=(4,)) == {"Bốn"}
        assert filtered(engine, stars=(3, 5)) == {"Ba", "Năm"}
        assert filtered(engine, certified=False) == {"Không"}
        assert filtered(engine, certified=False, stars=(3,)) == set()

    def test_it_filters_by_where_what_and_who(self, engine: Engine) -> None:
        son_la, lam_dong = Province.objects.get(code="14"), Province.objects.get(code="68")
        seller = make_producer(province=son_la)
        (one,) = listed("Rượu ngô", producer=seller, product_set=in_kind("ruou-trang"))
        (two,) = listed("Cà phê", producer=make_producer(province=lam_dong))
        assert filtered(engine, province=(son_la.pk,)) == {one.name}
        assert filtered(engine, province=(son_la.pk, lam_dong.pk)) == {one.name, two.name}
        assert filtered(engine, industry=(Industry.objects.get(code="beverages").pk,)) == {one.name}
        assert filtered(engine, product_set=(two.product_set_id,)) == {two.name}
        assert filtered(engine, producer=seller.pk) == {one.name}
        assert filtered(engine, producer=seller.pk, province=(lam_dong.pk,)) == set()

    def test_it_filters_by_price_with_both_ends_and_leaves_out_what_has_none(self, engine: Engine) -> None:
        for price, product in zip((10, 20, 30), listed("Mười", "Hai mươi", "Ba mươi"), strict=True):
            make_pack(product, price=price)
        listed("Không bán")
        refresh_listings()
        assert filtered(engine, price_min=20) == {"Hai mươi", "Ba mươi"}
        assert filtered(engine, price_max=20) == {"Mười", "Hai mươi"}
        assert filtered(engine, price_min=20, price_max=20) == {"Hai mươi"}
        assert filtered(engine, price_min=0) == {"Mười", "Hai mươi", "Ba mươi"}

    def test_the_price_is_the_lowest_of_the_packs_on_sale(self, engine: Engine) -> None:
        (product,) = listed("Cà phê")
        make_pack(product, price=90)
        make_pack(product, price=70)
        make_pack(product, price=10, is_on_sale=False)
        make_pack(product, price=None)
        refresh_listings([product.pk])
        assert engine.search(ListingQuery(day=DAY)).cards[0].price == 70

    def test_in_stock_is_judged_by_the_day_and_the_least_remaining_life(self, engine: Engine) -> None:
        keeps, spoils, sold_out, not_sold = listed("Để được", "Mau hỏng", "Hết", "Không bán")
        make_pack(keeps, on_hand=1)
        pack = make_pack(spoils, min_remaining_life_days=10)
        Stock.objects.create(pack=pack, lot="a", best_before=DAY + timedelta(days=5), on_hand=9)
        Stock.objects.create(pack=pack, lot="b", best_before=DAY + timedelta(days=12), on_hand=1)
        Stock.objects.create(pack=pack, lot="c", best_before=DAY + timedelta(days=99), on_hand=2, reserved=2)
        Stock.objects.create(pack=make_pack(sold_out), on_hand=3, reserved=3)
        make_pack(not_sold, on_hand=5, is_on_sale=False)
        refresh_listings()
        assert filtered(engine, DAY + timedelta(days=2), in_stock=True) == {"Để được", "Mau hỏng"}
        assert filtered(engine, DAY + timedelta(days=3), in_stock=True) == {"Để được"}
        cards = engine.search(ListingQuery(day=DAY)).cards
        assert {card.name: card.in_stock for card in cards} == {
            "Để được": True,
            "Mau hỏng": True,
            "Hết": False,
            "Không bán": False,
        }

    def test_filters_hold_beside_the_words(self, engine: Engine) -> None:
        cheap, dear = listed("Cà phê rẻ", "Cà phê đắt")
        make_pack(cheap, price=10)
        make_pack(dear, price=99)
        certify(dear)
        refresh_listings()
        assert found(engine, "ca phe", filters=Filters(price_max=50)) == ["Cà phê rẻ"]
        assert found(engine, "ca phe", filters=Filters(certified=True)) == ["Cà phê đắt"]
        assert found(engine, "ca phe", filters=Filters(certified=True, price_max=50)) == []

    # --- facets --------------------------------------------------------------

    def test_facets_count_by_value_in_a_stable_order_with_labels(self, engine: Engine) -> None:
        for code, name in (("48", "Ở Đà Nẵng"), ("91", "Ở An Giang"), ("68", "Ở Lâm Đồng")):
            certify(listed(name, producer=make_producer(province=Province.objects.get(code=code)))[0], stars=4)
        certify(listed("Rượu", producer=make_producer(province=Province.objects.get(code="68")),
                       product_set=in_kind("ruou-trang"))[0], stars=5)  # fmt: skip
        for lang, beverages in (("vi", "Đồ uống"), ("en", "Beverages")):
            facets = engine.search(ListingQuery(day=DAY, facets=True, lang=lang)).facets
            assert facets is not None
            assert [value.as_json() for value in facets["stars"]] == [
                {"value": 5, "count": 1},
                {"value": 4, "count": 3},
            ]
            assert [(value.value, value.label, value.count) for value in facets["province"]] == [
                ("91", "An Giang", 1),
                ("48", "Đà Nẵng", 1),
                ("68", "Lâm Đồng", 2),
            ]
            assert [(value.value, value.count) for value in facets["industry"]] == [("food", 3), ("beverages", 1)]
            assert facets["industry"][1].label == beverages
            assert [value.value for value in facets["product_set"]] == ["ca-phe-ca-cao", "ruou-trang"]

    @pytest.mark.parametrize("text", [None, "cà phê"])
    def test_each_facet_ignores_its_own_filter_and_obeys_all_others(self, engine: Engine, text: str | None) -> None:
        son_la, lam_dong = Province.objects.get(code="14"), Province.objects.get(code="68")
        for name, province, stars in (
            ("Cà phê một", son_la, 3),
            ("Cà phê hai", son_la, 4),
            ("Cà phê ba", lam_dong, 4),
            ("Cà phê bốn", lam_dong, None),
        ):
            (product,) = listed(name, producer=make_producer(province=province))
            if stars:
                certify(product, stars=stars)
        filters = Filters(stars=(4,), province=(son_la.pk,))
        hits = engine.search(ListingQuery(text=text, day=DAY, filters=filters, facets=True))
        assert [card.name for card in hits.cards] == ["Cà phê hai"]
        assert hits.facets is not None
        assert [(value.value, value.count) for value in hits.facets["stars"]] == [(4, 1), (3, 1)]
        assert [(value.value, value.count) for value in hits.facets["province"]] == [("68", 1), ("14", 1)]
        assert [(value.value, value.count) for value in hits.facets["industry"]] == [("food", 1)]
        both = Filters(stars=(3, 4), province=(son_la.pk, lam_dong.pk), certified=True)
        hits = engine.search(ListingQuery(text=text, day=DAY, filters=both, facets=True))
        assert hits.total == 3
        assert hits.facets is not None
        assert [(value.value, value.count) for value in hits.facets["stars"]] == [(4, 2), (3, 1)]
        assert [(value.value, value.count) for value in hits.facets["province"]] == [("68", 1), ("14", 2)]

    def test_facets_come_only_when_asked(self, engine: Engine) -> None:
        listed("Cà phê")
        assert engine.search(ListingQuery(day=DAY)).facets is None

    # --- counts --------------------------------------------------------------

    @pytest.mark.parametrize("text", [None, "dừa", "dừaa"])
    def test_counts_are_exact_up_to_a_number_and_facets_always(
        self, engine: Engine, count_up_to: Callable[[int], None], text: str | None
    ) -> None:
        products = listed(*(f"Dừa {at}" for at in range(5)))
        filters = Filters(product_set=(products[0].product_set_id,))
        for most, total, relation in ((6, 5, "eq"), (5, 5, "eq"), (4, 4, "gte"), (1, 1, "gte")):
            count_up_to(most)
            for asked in (Filters(), filters):
                hits = engine.search(ListingQuery(day=DAY, text=text, filters=asked, facets=True))
                assert (hits.total, hits.relation) == (total, relation), most
                assert len(hits.cards) == 5
                assert hits.facets["industry"][0].count == 5
        assert [len(page) for page in walk(engine, "newest", size=2)] == [2, 2, 1]

    # --- orderings and pages -------------------------------------------------

    def eleven(self) -> list[Product]:
        """Products with equal and missing keys in every ordering."""
        products = []
        for at in range(11):
            product = make_product(
                name=["Đu đủ", "Dừa", "Ổi", "Ớt", "Ăn", "Ấm"][at % 6] + (" " + "i" * (at // 6)).rstrip()
            )
            Product.objects.filter(pk=product.pk).update(created_at=AT - timedelta(hours=at // 3))
            if at % 4:
                make_pack(product, price=1000 * (at % 4))
            if at % 3:
                certify(product, stars=3 + at % 3)
            products.append(product)
        refresh_listings()
        return products

    @pytest.mark.parametrize("ordering", CURSOR_ORDERINGS)
    def test_pages_forwards_and_backwards_cover_each_row_once(self, engine: Engine, ordering: OrderingName) -> None:
        everything = {product.name for product in self.eleven()}
        for size in (1, 2, 3, 10, 11, 12):
            forwards = walk(engine, ordering, size=size)
            assert len(flat(forwards)) == 11
            assert set(flat(forwards)) == everything
            assert flat(forwards) == flat(walk(engine, ordering, size=100))
            cursor, last = None, None
            while (hits := engine.search(
                ListingQuery(day=DAY, ordering=ordering, page_size=size, cursor=cursor)
            )).next:  # fmt: skip
                cursor, last = hits.next, hits
            assert hits.total == 11
            if last is None:
                continue
            assert hits.previous is not None
            backwards = walk(engine, ordering, backwards_from=hits.previous, size=size)
            assert [[card.name for card in hits.cards], *backwards] == forwards[::-1]

    @pytest.mark.parametrize("ordering", CURSOR_ORDERINGS)
    def test_the_first_page_has_no_previous_and_the_last_no_next(self, engine: Engine, ordering: OrderingName) -> None:
        self.eleven()
        first = engine.search(ListingQuery(day=DAY, ordering=ordering, page_size=6))
        assert first.previous is None
        last = engine.search(ListingQuery(day=DAY, ordering=ordering, page_size=6, cursor=first.next))
        assert last.next is None
        back = engine.search(ListingQuery(day=DAY, ordering=ordering, page_size=6, cursor=last.previous))
        assert back.previous is None
        assert back.cards == first.cards
        assert (
            engine.search(ListingQuery(day=DAY, ordering=ordering, page_size=6, cursor=back.next)).cards == last.cards
        )

    @pytest.mark.parametrize("ordering", CURSOR_ORDERINGS)
    def test_a_cursor_stays_good_when_its_row_is_gone(self, engine: Engine, ordering: OrderingName) -> None:
        self.eleven()
        everything = flat(walk(engine, ordering, size=100))
        first = engine.search(ListingQuery(day=DAY, ordering=ordering, page_size=4))
        last = Product.objects.get(pk=first.cards[-1].product_id)
        last.is_published = False
        last.save()
        refresh_listings([last.pk])
        hits = engine.search(ListingQuery(day=DAY, ordering=ordering, page_size=4, cursor=first.next))
        assert [card.name for card in hits.cards] == everything[4:8]

    @pytest.mark.parametrize("ordering", CURSOR_ORDERINGS)
    def test_rows_inserted_between_pages_shift_nothing(self, engine: Engine, ordering: OrderingName) -> None:
        before = {product.name for product in self.eleven()}
        first = engine.search(ListingQuery(day=DAY, ordering=ordering, page_size=4))
        self.newcomers()
        rest: list[str] = []
        cursor = first.next
        while cursor:
            hits = engine.search(ListingQuery(day=DAY, ordering=ordering, page_size=4, cursor=cursor))
            rest += [card.name for card in hits.cards]
            cursor = hits.next
        shown = [card.name for card in first.cards] + rest
        assert len(shown) == len(set(shown))
        assert before <= set(shown)

    def newcomers(self) -> None:
        """Rows that sort first, last and between in every ordering."""
        for name, price, stars, age in (
            ("Aa", 1, 5, -9),
            ("Yy", 9_999_999, 3, 99),
            ("Mm", 2000, None, 2),
            ("Nn", None, 4, 1),
        ):
            product = make_product(name=name)
            Product.objects.filter(pk=product.pk).update(created_at=AT - timedelta(hours=age))
            if price:
                make_pack(product, price=price)
            if stars:
                certify(product, stars=stars)
        refresh_listings()

    def test_newest_is_by_the_instant_of_listing(self, engine: Engine) -> None:
        for name, at in (("Cũ", AT - timedelta(days=9)), ("Mới", AT), ("Giữa", AT - timedelta(microseconds=1))):
            product = make_product(name=name)
            Product.objects.filter(pk=product.pk).update(created_at=at)
        refresh_listings()
        assert found(engine, ordering="newest") == ["Mới", "Giữa", "Cũ"] == found(engine)

    @pytest.mark.parametrize(
        ("ordering", "expected"),
        [
            ("price", ["Rẻ", "Vừa", "Đắt", "Không bán"]),
            ("-price", ["Đắt", "Vừa", "Rẻ", "Không bán"]),
        ],
    )
    def test_no_price_sorts_last_in_both_directions(
        self, engine: Engine, ordering: OrderingName, expected: list[str]
    ) -> None:
        prices = {"Không bán": None, "Vừa": 20, "Đắt": 30, "Rẻ": 10}
        for product in listed(*prices):
            make_pack(product, price=prices[product.name])
        refresh_listings()
        assert found(engine, ordering=ordering) == expected

    def test_most_stars_first_and_none_last(self, engine: Engine) -> None:
        stars = {"Không": None, "Bốn": 4, "Năm": 5, "Ba": 3}
        for product in listed(*stars):
            if number := stars[product.name]:
                certify(product, stars=number)
        assert found(engine, ordering="-stars") == ["Năm", "Bốn", "Ba", "Không"]
        after = DAY + timedelta(days=3000)
        assert set(found(engine, ordering="-stars", day=after)) == set(stars)

    @pytest.mark.parametrize("ordering", CURSOR_ORDERINGS)
    def test_orderings_hold_beside_filters_and_words(self, engine: Engine, ordering: OrderingName) -> None:
        self.eleven()
        everything = found(engine, ordering=ordering)
        with_stars = filtered(engine, certified=True)
        three = filtered(engine, stars=(4,))
        assert found(engine, ordering=ordering, filters=Filters(certified=True)) == [
            name for name in everything if name in with_stars
        ]
        assert found(engine, ordering=ordering, filters=Filters(certified=False)) == [
            name for name in everything if name not in with_stars
        ]
        assert found(engine, ordering=ordering, filters=Filters(stars=(4,))) == [
            name for name in everything if name in three
        ]
        assert found(engine, "dua", ordering=ordering) == [name for name in everything if name.startswith("Dừa")]

    def test_names_sort_by_the_vietnamese_alphabet(self, engine: Engine) -> None:
        names = ["Ấm", "Ăn", "An", "Dừa", "Đu đủ", "Ớt", "Ổi", "Oi", "Bánh đa", "Bánh dày"]
        listed(*names)
        assert found(engine, ordering="name") == [
            "An", "Ăn", "Ấm", "Bánh dày", "Bánh đa", "Dừa", "Đu đủ", "Oi", "Ổi", "Ớt",
        ]  # fmt: skip
        assert sorted(names, key=sort_key) == found(engine, ordering="name")

    def test_relevance_is_the_order_of_a_text_and_needs_one(self, engine: Engine) -> None:
        listed("Cà phê Rin", "Cà phê")
        assert found(engine, "ca phe") == found(engine, "ca phe", ordering="relevance") == ["Cà phê", "Cà phê Rin"]
        with pytest.raises(ValueError, match="needs a text"):
            found(engine, ordering="relevance")

    def test_relevance_pages_cover_each_row_once(self, engine: Engine) -> None:
        names = {product.name for product in listed(*(f"Cà phê {at}" for at in range(7)), "Caphe", "Ca la phe")}
        shown: list[str] = []
        cursor = None
        while True:
            hits = engine.search(ListingQuery(text="ca phe", day=DAY, page_size=2, cursor=cursor))
            shown += [card.name for card in hits.cards]
            cursor = hits.next
            if cursor is None:
                break
        assert len(shown) == 9
        assert set(shown) == names

    @pytest.mark.parametrize("cursor", ["", "abc", "é", "A" * 5000])
    def test_a_cursor_it_never_gave_is_refused(self, engine: Engine, cursor: str) -> None:
        listed("Cà phê")
        with pytest.raises(BadCursor):
            engine.search(ListingQuery(day=DAY, cursor=cursor))

    def test_a_cursor_of_another_ordering_is_refused(self, engine: Engine) -> None:
        self.eleven()
        cursor = engine.search(ListingQuery(day=DAY, ordering="price", page_size=2)).next
        with pytest.raises(BadCursor):
            engine.search(ListingQuery(day=DAY, ordering="-price", cursor=cursor))
