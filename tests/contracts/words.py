"""Which listings a text finds and in which order, on every engine.

An engine's test subclasses this and supplies the fixture ``engine``.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import FormerProvince, Product, Province
from catalog.search.query import ListingQuery, Suggestion
from tests.factories import DAY, make_producer

from .searching import Engine, found, in_kind, listed


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
