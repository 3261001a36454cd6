"""Which listings a text finds and in which order, on every engine.

An engine's test subclasses this and supplies the fixture ``engine``.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import FormerProvince, Product, Province
from catalog.search.indexing import refresh_listings
from catalog.search.query import Filters, ListingQuery, OrderingName, Suggestion
from tests.factories import DAY, certify, make_pack, make_producer

from .searching import CURSOR_ORDERINGS, Engine, found, in_kind, listed


@pytest.mark.django_db
class WordsContract:
    @pytest.fixture
    def engine(self) -> Engine:
        raise NotImplementedError

    # --- words ---------------------------------------------------------------

    @pytest.mark.parametrize("text", ["chẳm chéo", "cham cheo", "CHAM CH", "chéo chẳm", "Chẳm", "m'then", "THEN cham"])
    def test_it_finds_a_name_with_or_without_accents_by_prefixes_in_any_order(self, engine: Engine, text: str) -> None:
        listed("Chẳm chéo M'Then", "Miến Lộc Biên")
        assert found(engine, text) == ["Chẳm chéo M'Then"]

    @pytest.mark.parametrize("text", ["dien bien", "ĐIỆN BIÊN", "điện", "Đien"])
    def test_it_folds_the_letter_that_unicode_does_not_decompose(self, engine: Engine, text: str) -> None:
        listed("Đặc sản Điện Biên", "Trà Bí đao")
        assert found(engine, text) == ["Đặc sản Điện Biên"]

    def test_it_takes_text_in_decomposed_form(self, engine: Engine) -> None:
        listed("Chẳm chéo M'Then")
        assert found(engine, "cha\u0306\u0309m che\u0301o") == ["Chẳm chéo M'Then"]

    def test_it_wants_all_words(self, engine: Engine) -> None:
        listed("Miến dong Tài Hoan", "Miến Lộc Biên")
        assert found(engine, "miến tài") == ["Miến dong Tài Hoan"]
        assert found(engine, "miến tài ốc") == []

    def test_it_does_not_find_the_middle_of_a_word(self, engine: Engine) -> None:
        listed("Macca Bonbubo")
        assert found(engine, "bubo") == []

    def test_it_finds_words_in_different_places(self, engine: Engine) -> None:
        seller = make_producer(name="Hợp tác xã Bích Thao", province=Province.objects.get(code="14"))
        listed("Rang xay", producer=seller)
        assert found(engine, "rang bich son la") == ["Rang xay"]

    def test_it_finds_an_english_name(self, engine: Engine) -> None:
        listed("Mật ong bạc hà", name_en="Mint honey")
        assert found(engine, "honey") == ["Mật ong bạc hà"]

    def test_it_finds_the_producer_the_product_set_and_the_industry(self, engine: Engine) -> None:
        listed("Lạ lùng", producer=make_producer(name="Cơ sở Lò Duyên"), product_set=in_kind("ruou-trang"))
        for text in ("lo duyen", "rượu trắng", "clear spirits", "do uong", "beverages"):
            assert found(engine, text) == ["Lạ lùng"], text

    def test_an_exact_accent_ranks_above_a_folded_one(self, engine: Engine) -> None:
        listed("Bánh mỳ ma", "Bánh mỳ má", "Bánh mỳ mà")
        assert found(engine, "mà")[0] == "Bánh mỳ mà"
        assert found(engine, "má")[0] == "Bánh mỳ má"
        assert len(found(engine, "mà")) == 3

    def test_old_and_new_tone_placement_are_the_same_accent(self, engine: Engine) -> None:
        listed("Bánh hoa", "Bánh Hoà")
        assert found(engine, "hòa") == ["Bánh Hoà", "Bánh hoa"]

    def test_a_whole_word_ranks_above_a_prefix(self, engine: Engine) -> None:
        listed("Trái cây", "Trà Bí đao sấy lạnh nguyên chất")
        assert found(engine, "tra") == ["Trà Bí đao sấy lạnh nguyên chất", "Trái cây"]

    def test_the_name_ranks_above_everything_else(self, engine: Engine) -> None:
        listed("Quà tặng", producer=make_producer(name="Cơ sở Mộc Lan"))
        listed("Mộc Quý Phi")
        assert found(engine, "moc") == ["Mộc Quý Phi", "Quà tặng"]

    def test_adjacent_words_are_also_tried_joined_ranked_after(self, engine: Engine) -> None:
        listed("MACCA BECHAMP", "Macca Bonbubo", "Mắc ca Lê Anh Tuy Đức", "Cà phê Rin")
        assert found(engine, "mac ca") == ["Mắc ca Lê Anh Tuy Đức", "MACCA BECHAMP", "Macca Bonbubo"]
        assert found(engine, "mac ca bonbubo") == ["Macca Bonbubo"]

    def test_a_joined_word_finds_split_ones(self, engine: Engine) -> None:
        listed("Cà phê Bích Thao", "Caphe Rin", product_set=in_kind("gia-vi-khac"))
        assert found(engine, "caphe") == ["Caphe Rin", "Cà phê Bích Thao"]
        assert found(engine, "caph thao") == ["Cà phê Bích Thao"]

    def test_a_short_word_stands_for_itself_only(self, engine: Engine) -> None:
        listed("Ca o", product_set=in_kind("gia-vi-khac"))
        assert found(engine, "cao") == []

    # --- places --------------------------------------------------------------

    def test_a_former_province_finds_its_own_products_first_then_its_province(self, engine: Engine) -> None:
        lam_dong = make_producer(name="Người bán", province=Province.objects.get(code="68"))
        listed("Ở nơi khác", producer=make_producer(name="Xa", province=Province.objects.get(code="14")))
        listed("Từ Lâm Đồng", producer=lam_dong)
        listed("Từ Đắk Nông", producer=lam_dong, former_province=FormerProvince.objects.get(name="Đắk Nông"))
        for text in ("dak nong", "Đắk Nông", "đăk nông", "DAK NO"):
            assert found(engine, text) == ["Từ Đắk Nông", "Từ Lâm Đồng"], text
        assert found(engine, "lam dong") == ["Từ Lâm Đồng", "Từ Đắk Nông"]

    def test_own_former_province_ranks_above_a_producer_named_after_it(self, engine: Engine) -> None:
        listed("Của hợp tác xã", producer=make_producer(name="Hợp tác xã Đắk Nông"))
        listed("Từ nơi ấy", former_province=FormerProvince.objects.get(name="Đắk Nông"))
        assert found(engine, "dak nong") == ["Từ nơi ấy", "Của hợp tác xã"]

    def test_it_finds_the_former_district(self, engine: Engine) -> None:
        listed("Mắc ca", former_district="Tuy Đức")
        assert found(engine, "tuy duc") == ["Mắc ca"]

    @pytest.mark.parametrize(
        ("stored", "typed"), [("Đắk Lắk", "Đắc Lắc"), ("Đắk Lắk", "dac lac"), ("Bắc Kạn", "bac can")]
    )
    def test_the_other_spelling_of_a_former_province_finds_it(self, engine: Engine, stored: str, typed: str) -> None:
        former = FormerProvince.objects.get(name=stored)
        listed("Lạ lùng", producer=make_producer(name="Xa", province=former.province), former_province=former)
        assert found(engine, typed) == ["Lạ lùng"]

    # --- what a name says first ----------------------------------------------

    def test_a_name_that_begins_so_ranks_above_one_that_holds_it(self, engine: Engine) -> None:
        listed("Rượu gạo", "Gạo nếp nương", product_set=in_kind("gia-vi-khac"))
        for text in ("gạo", "gao"):
            assert found(engine, text) == ["Gạo nếp nương", "Rượu gạo"], text

    def test_words_in_their_order_rank_above_scattered_ones(self, engine: Engine) -> None:
        listed("Bánh tráng ca dao phê", "Bánh tráng cà phê", product_set=in_kind("gia-vi-khac"))
        assert found(engine, "ca phe") == ["Bánh tráng cà phê", "Bánh tráng ca dao phê"]

    def test_the_last_word_may_be_unfinished_the_others_not(self, engine: Engine) -> None:
        listed("Cá phi lê", "Canh phở", "Cà phê", product_set=in_kind("gia-vi-khac"))
        assert found(engine, "ca ph")[:2] == ["Cà phê", "Cá phi lê"]
        assert found(engine, "ca ph")[2:] == ["Canh phở"]

    def test_the_name_of_a_product_set_finds_its_products_first(self, engine: Engine) -> None:
        listed("Cá tẩm gia vị", producer=make_producer(name="Xa"), product_set=in_kind("do-an-nhanh"))
        listed("Hồi khô nguyên cánh loại một", product_set=in_kind("gia-vi-khac"))
        for text in ("gia vị", "gia vi"):
            assert found(engine, text) == ["Hồi khô nguyên cánh loại một", "Cá tẩm gia vị"], text

    def test_three_short_words_may_be_typed_as_one(self, engine: Engine) -> None:
        listed("Sô cô la đen", product_set=in_kind("gia-vi-khac"))
        assert found(engine, "socola") == found(engine, "so co la") == ["Sô cô la đen"]

    def test_a_producer_is_found_by_its_abbreviation_and_in_full(self, engine: Engine) -> None:
        listed("Một", producer=make_producer(name="Hợp tác xã Bích Thao"))
        listed("Hai", producer=make_producer(name="HTX Mộc Lan"))
        assert found(engine, "htx bich thao") == ["Một"]
        assert found(engine, "hop tac xa moc lan") == ["Hai"]

    # --- spellings -----------------------------------------------------------

    @pytest.mark.parametrize("text", ["ca fe", "cà phê", "caphe", "kafe", "cafe", "ka phe", "CÀ FÊ"])
    def test_coffee_is_found_however_it_is_spelled(self, engine: Engine, text: str) -> None:
        listed("Cà phê Rin", "Trà Bí đao", product_set=in_kind("gia-vi-khac"))
        assert found(engine, text) == ["Cà phê Rin"]

    @pytest.mark.parametrize("text", ["mac ka", "macca", "mắc ca", "mac ca"])
    def test_macadamia_is_found_however_it_is_spelled(self, engine: Engine, text: str) -> None:
        listed("Hạt mắc ca", "Macca Bonbubo", "Cà phê Rin", product_set=in_kind("gia-vi-khac"))
        assert sorted(found(engine, text)) == ["Hạt mắc ca", "Macca Bonbubo"]

    @pytest.mark.parametrize(
        ("name", "text"),
        [("Mì gạo", "mỳ gạo"), ("Bánh mỳ", "banh mi"), ("Hủ tiếu khô", "hu tiu"), ("Cà phê badan", "bazan")],
    )
    def test_other_spellings_find_a_name(self, engine: Engine, name: str, text: str) -> None:
        listed(name, product_set=in_kind("gia-vi-khac"))
        assert found(engine, text) == [name]

    def test_the_spelling_typed_ranks_above_others(self, engine: Engine) -> None:
        listed("Mỳ", "Mì tôm chua", product_set=in_kind("gia-vi-khac"))
        assert found(engine, "mi") == ["Mì tôm chua", "Mỳ"]

    # --- typos ---------------------------------------------------------------

    @pytest.mark.parametrize(
        ("typed", "how"),
        [
            ("bonbubo", "as it is"),
            ("bonbbo", "left out"),
            ("onbubo", "first letter left out"),
            ("bonbuubo", "put in"),
            ("bonbubox", "put in at the end"),
            ("abonbubo", "put in before the first"),
            ("bonbuko", "replaced"),
            ("vonbubo", "first letter replaced"),
            ("bobnubo", "swapped"),
            ("obnbubo", "first letters swapped"),
            ("BONBUKO", "replaced, in capitals"),
            ("bonbukố", "replaced, with an accent"),
        ],
    )
    def test_a_word_with_one_wrong_letter_finds_the_right_one(self, engine: Engine, typed: str, how: str) -> None:
        listed("Macca Bonbubo", "Cà phê Rin")
        assert found(engine, typed) == ["Macca Bonbubo"], how
        assert found(engine, f"macca {typed}") == ["Macca Bonbubo"], how

    @pytest.mark.parametrize("typed", ["bonbbbbo", "obnbuob", "bnbbo", "onbub"])
    def test_two_wrong_letters_are_another_word(self, engine: Engine, typed: str) -> None:
        listed("Macca Bonbubo")
        assert found(engine, typed) == []

    def test_each_word_may_have_a_typo(self, engine: Engine) -> None:
        listed("Bánh tráng dừa", "Nước mắm")
        assert found(engine, "bnah trnag") == ["Bánh tráng dừa"]

    def test_words_under_four_letters_have_no_typos(self, engine: Engine) -> None:
        listed("Rin", "Muối", product_set=in_kind("do-an-nhanh"))
        assert found(engine, "rim") == found(engine, "ron") == found(engine, "irn") == []
        assert found(engine, "rinn") == ["Rin"]  # four letters were typed

    def test_a_typo_in_a_joined_word_finds_split_ones(self, engine: Engine) -> None:
        listed("Cà phê Rin", "Trà Bí đao", product_set=in_kind("gia-vi-khac"))
        assert found(engine, "capeh") == ["Cà phê Rin"]

    def test_it_forgives_a_typo_in_the_producer_and_in_places(self, engine: Engine) -> None:
        dak_nong = FormerProvince.objects.get(name="Đắk Nông")
        seller = make_producer(name="Cơ sở Bechamp", province=dak_nong.province)
        listed("Một", producer=seller, former_province=dak_nong, former_district="Krông Nô")
        listed("Hai", producer=make_producer(name="Xa", province=Province.objects.get(code="14")))
        for text in ("bechanp", "lam dogn", "dak nogn", "krog no"):
            assert found(engine, text) == ["Một"], text

    def test_near_words_never_dilute_exact_ones(self, engine: Engine) -> None:
        listed("Bánh chanh", "Bánh canh", "Bánh cành", product_set=in_kind("gia-vi-khac"))
        assert found(engine, "chanh") == ["Bánh chanh"]
        assert found(engine, "chnah") == ["Bánh chanh"]
        assert sorted(found(engine, "canhh")) == ["Bánh canh", "Bánh cành"]

    def test_the_text_alone_decides_whether_near_words_count(self, engine: Engine) -> None:
        exact, near = listed("Chanh", "Canh", product_set=in_kind("gia-vi-khac"))
        certify(near)
        assert found(engine, "chanh", filters=Filters(certified=True)) == []
        assert found(engine, "chanhh", filters=Filters(certified=True)) == []
        certify(exact)
        assert found(engine, "chanhh", filters=Filters(certified=True)) == ["Chanh"]
        assert found(engine, "chanhh", filters=Filters(certified=False)) == []

    @pytest.mark.parametrize("ordering", ["relevance", *CURSOR_ORDERINGS])
    def test_near_hits_come_in_every_ordering_page_by_page(self, engine: Engine, ordering: OrderingName) -> None:
        products = listed(*(f"Macca {'i' * at}" for at in range(7)), product_set=in_kind("gia-vi-khac"))
        for at, product in enumerate(products):
            if at % 3:
                make_pack(product, price=1000 * (at % 3))
            if at % 4:
                certify(product, stars=2 + at % 4)
        refresh_listings()
        expected = found(engine, "macca", ordering=ordering)
        assert len(expected) == 7
        assert found(engine, "maccca", ordering=ordering) == expected
        shown: list[str] = []
        cursor = None
        while True:
            hits = engine.search(
                ListingQuery(text="maccca", day=DAY, ordering=ordering, page_size=2, cursor=cursor, facets=True)
            )
            assert hits.total == 7
            assert hits.facets["industry"][0].count == 7
            shown += [card.name for card in hits.cards]
            if hits.next is None:
                break
            cursor = hits.next
        assert shown == expected
        back = engine.search(ListingQuery(text="maccca", day=DAY, ordering=ordering, page_size=2, cursor=hits.previous))
        assert [card.name for card in back.cards] == expected[4:6]

    def test_what_is_not_sold_any_more_is_not_meant_by_a_typo(self, engine: Engine) -> None:
        (product,) = listed("Bonbubo")
        product.is_published = False
        product.save()
        refresh_listings([product.pk])
        assert found(engine, "bonbuko") == []

    # --- any text ------------------------------------------------------------

    @pytest.mark.parametrize("text", ["", "   ", '"', "''", "%_*", "\0", "😀", "-", "()", "^*:{}"])
    def test_text_without_a_word_finds_nothing(self, engine: Engine, text: str) -> None:
        listed("Cà phê Rin")
        hits = engine.search(ListingQuery(text=text, day=DAY, facets=True))
        assert (hits.total, hits.cards, hits.next, hits.previous) == (0, [], None, None)
        assert hits.facets == {"stars": [], "province": [], "industry": [], "product_set": []}
        assert engine.suggest(text, lang="vi", limit=10) == []

    @pytest.mark.parametrize(
        "text", ['"cà phê"', "cà* phê*", "ca -phe", "name_exact:ca", "^ca phe", "ca\0 phe", "(ca) phe)", "ca' phe--"]
    )
    def test_operators_are_only_separators(self, engine: Engine, text: str) -> None:
        listed("Cà phê name exact")
        assert found(engine, text) == ["Cà phê name exact"]

    @pytest.mark.parametrize("text", ["and", "or not", "near"])
    def test_words_of_a_query_language_are_words(self, engine: Engine, text: str) -> None:
        listed("Hand And Or Not Near", "Cà phê Rin")
        assert found(engine, text)[0] == "Hand And Or Not Near"

    def test_only_the_first_200_characters_count(self, engine: Engine) -> None:
        listed("Cà phê Rin")
        assert found(engine, "ca phe" + " " * 194 + "qqq") == ["Cà phê Rin"]
        assert found(engine, "ca phe" + " " * 193 + "qqq") == []

    def test_two_hundred_one_letter_words_are_a_query(self, engine: Engine) -> None:
        listed("Cà phê Rin")
        assert found(engine, " ".join(chr(0x4E00 + at) for at in range(100))) == []
        assert found(engine, " ".join("cpr" * 33)) == ["Cà phê Rin"]

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.differing_executors,  # several engines in one process inherit this one test
        ],
    )
    @given(
        text=st.text(max_size=220)
        | st.lists(st.sampled_from(["ca", "cà", "phê", '"', "'", "*", "(", ")", ":", "-", "AND", "NEAR"])).map(" ".join)
    )
    def test_any_text_is_a_legal_query(self, engine: Engine, text: str) -> None:
        if not Product.objects.exists():
            listed("Cà phê Rin", "Chẳm chéo M'Then")
        hits = engine.search(ListingQuery(text=text, day=DAY, facets=True))
        assert hits.total == len(hits.cards) <= 2
        engine.suggest(text, lang="vi", limit=10)

    # --- suggestions ---------------------------------------------------------

    def test_it_suggests_names_that_begin_so(self, engine: Engine) -> None:
        listed("Mắc ca Lê Anh", "Macca Bonbubo", "Cà phê Rin", producer=make_producer(name="Mắc ca Long Việt"))
        assert [s.text for s in engine.suggest("mac c", lang="vi", limit=10)] == ["Mắc ca Lê Anh", "Macca Bonbubo"]
        assert len(engine.suggest("c", lang="vi", limit=2)) == 2

    def test_it_suggests_in_the_language_asked(self, engine: Engine) -> None:
        listed("Mật ong", name_en="Honey", slug="mat-ong")
        assert engine.suggest("hon", lang="en", limit=10) == [Suggestion("Honey", "mat-ong")]
        assert engine.suggest("hon", lang="vi", limit=10) == [Suggestion("Mật ong", "mat-ong")]
