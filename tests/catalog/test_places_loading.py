"""``manage.py load_places``: the communes of a day, known by code and by name, never twice."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Commune, Listing, Province
from catalog.places.loading import load_communes
from catalog.places.reading import OWN_LISTS, CommuneLine, day_of_file, read_communes
from catalog.search.indexing import refresh_listings
from tests.factories import make_product

pytestmark = pytest.mark.django_db

HEADER = "province,code,kind,name\n"
FIRST, LATER = date(2025, 7, 1), date(2027, 1, 1)
# Communes, wards and special zones of each province since 1 July 2025.
COUNTS = {
    "01": 126, "04": 56, "08": 124, "11": 45, "12": 38, "14": 75, "15": 99, "19": 92, "20": 65, "22": 54, "24": 99,
    "25": 148, "31": 114, "33": 104, "37": 129, "38": 166, "40": 130, "42": 69, "44": 78, "46": 40, "48": 94, "51": 96,
    "52": 135, "56": 65, "66": 102, "68": 124, "75": 95, "79": 168, "80": 96, "82": 102, "86": 124, "91": 102,
    "92": 103, "96": 64,
}  # fmt: skip


@pytest.fixture
def lam_dong() -> Province:
    return Province.objects.get(code="68")


def read(path: Path) -> list[CommuneLine]:
    with path.open(encoding="utf-8") as file:
        return read_communes(file)


def write(tmp_path: Path, *lines: str, day: date = FIRST) -> str:
    path = tmp_path / f"communes-{day}.csv"
    path.write_text(HEADER + "\n".join(lines), encoding="utf-8")
    return str(path)


def names_in(province: Province, day: date) -> list[str]:
    return [commune.name for commune in Commune.objects.current_in(province, on=day)]


KINDS = {
    "2025-07-01": {"commune": 2_621, "ward": 687, "special-zone": 13},
    "2026-09-20": {"commune": 2_599, "ward": 709, "special-zone": 13},
}


def test_the_shops_own_lists_have_every_unit_of_every_province():
    assert [str(day_of_file(path)) for path in OWN_LISTS] == list(KINDS)
    for path in OWN_LISTS:
        lines = read(path)
        assert Counter(line.province.code for line in lines) == COUNTS
        assert Counter(line.kind for line in lines) == KINDS[str(day_of_file(path))]
        assert len({line.code for line in lines}) == 3_321


def test_the_shops_own_lists_bear_the_codes_of_the_decision_not_of_its_draft():
    names = {line.code: line.name for line in read(OWN_LISTS[0])}
    assert (names["00226"], names["00229"]) == ("phường Văn Miếu - Quốc Tử Giám", "phường Kim Liên")
    assert (names["01537"], names["01558"], names["01561"]) == ("xã Lý Quốc", "xã Hạ Lang", "xã Vinh Quý")
    assert (names["06970"], names["26876"]) == ("xã Ba Chẽ", "phường An Nhơn")


def test_it_loads_them_in_few_queries_and_again_changes_nothing(django_assert_max_num_queries):
    lines = read(OWN_LISTS[0])
    with django_assert_max_num_queries(60):  # SQLite takes some hundred rows at once
        first = load_communes(lines=lines, since=FIRST)
    assert (first.new, first.same) == (3_321, 0)
    with django_assert_max_num_queries(14):
        again = load_communes(lines=lines, since=FIRST)
    assert (again.new, again.recognised, again.changed, again.ended, again.same) == (0, 0, 0, 0, 3_321)
    assert again.told == []
    assert Commune.objects.count() == 3_321


def test_the_wards_of_2026_keep_their_rows_and_their_first_day():
    call_command("load_places", str(OWN_LISTS[0]), verbosity=0)
    before = Commune.objects.get(code="26368")
    call_command("load_places", verbosity=0)
    after = Commune.objects.get(code="26368")
    assert (before.name, after.name, after.kind) == ("xã Long Thành", "phường Long Thành", "ward")
    assert (after.pk, after.valid_from, after.valid_until) == (before.pk, FIRST, None)
    assert Commune.objects.count() == 3_321


def test_the_communes_of_a_province_are_ordered_by_name_whatever_their_kind(lam_dong, tmp_path):
    lines = ["68,24958,commune,Đức Trọng", "68,24781,ward,Xuân Hương - Đà Lạt", "68,23272,special-zone,Phú Quý"]
    call_command("load_places", write(tmp_path, *lines), verbosity=0)
    assert names_in(lam_dong, FIRST) == ["xã Đức Trọng", "đặc khu Phú Quý", "phường Xuân Hương - Đà Lạt"]
    assert names_in(lam_dong, date(2025, 6, 30)) == []


@pytest.mark.parametrize("known_as", ["xã Đức Trọng", "Xã  Đức trọng", "Đức Trọng", "xa Duc Trong"])
def test_it_recognises_a_commune_that_a_product_named(lam_dong, tmp_path, known_as):
    product = make_product(province=lam_dong)
    product.commune = Commune.objects.create(province=lam_dong, name=known_as)
    product.save()
    refresh_listings([product.pk])
    call_command("load_places", write(tmp_path, "68,24958,commune,Đức Trọng"), verbosity=0)
    commune = Commune.objects.get()
    assert (commune.pk, commune.name, commune.code) == (product.commune_id, "xã Đức Trọng", "24958")
    assert Listing.objects.filter(product=product).exists()


def test_a_township_of_former_times_stays_beside_the_commune_of_its_name(lam_dong, tmp_path):
    Commune.objects.create(province=lam_dong, name="thị trấn Đức Trọng")
    call_command("load_places", write(tmp_path, "68,24958,commune,Đức Trọng"), verbosity=0)
    assert Commune.objects.count() == 2
    assert names_in(lam_dong, FIRST) == ["xã Đức Trọng"]


def test_communes_that_differ_in_accents_alone_stay_two(tmp_path):
    place = Province.objects.get(code="51")
    Commune.objects.create(province=place, name="xã Ba Tơ")
    guessed = Commune.objects.create(province=place, name="xa ba to")
    call_command("load_places", write(tmp_path, "51,21523,commune,Ba Tô", "51,21484,commune,Ba Tơ"), verbosity=0)
    assert dict(Commune.objects.values_list("name", "code")) == {
        "xã Ba Tô": "21523", "xã Ba Tơ": "21484", guessed.name: None,
    }  # fmt: skip


def test_a_later_list_ends_what_it_lacks_and_keeps_the_rest(lam_dong, tmp_path):
    old = write(tmp_path, "68,24958,commune,Đức Trọng", "68,24976,commune,Tân Hội", "68,24991,commune,Tà Hine")
    call_command("load_places", old, verbosity=0)
    kept = Commune.objects.get(code="24958").pk
    new = write(tmp_path, "68,24958,ward,Đức Trọng", "68,24976,commune,Ninh Gia", day=LATER)
    call_command("load_places", new, verbosity=0)
    assert names_in(lam_dong, date(2026, 12, 31)) == ["phường Đức Trọng", "xã Ninh Gia", "xã Tà Hine"]
    assert names_in(lam_dong, LATER) == ["phường Đức Trọng", "xã Ninh Gia"]
    assert Commune.objects.get(code="24958").pk == kept


def test_two_communes_may_pass_a_name_on(lam_dong, tmp_path):
    call_command("load_places", write(tmp_path, "68,00001,commune,Một", "68,00002,commune,Hai"), verbosity=0)
    call_command("load_places", write(tmp_path, "68,00001,commune,Hai", "68,00002,commune,Một", day=LATER), verbosity=0)
    assert dict(Commune.objects.values_list("code", "name")) == {"00001": "xã Hai", "00002": "xã Một"}


def test_a_list_that_only_renames_is_not_undone_by_an_earlier_one(lam_dong, tmp_path):
    old = write(tmp_path, "68,24958,commune,Đức Trọng")
    call_command("load_places", old, verbosity=0)
    call_command("load_places", write(tmp_path, "68,24958,ward,Đức Trọng", day=LATER), verbosity=0)
    with pytest.raises(CommandError, match="01/01/2027 is on record"):
        call_command("load_places", old)
    call_command("load_places", verbosity=0)
    assert Commune.objects.get().name == "phường Đức Trọng"


def test_a_commune_may_take_the_name_of_one_that_ends_or_that_no_list_knows(lam_dong, tmp_path):
    Commune.objects.create(province=lam_dong, name="xã Ninh Gia")
    lines = ["68,24976,commune,Tân Hội", "68,24991,commune,Tà Hine", "68,24988,commune,Tà Năng"]
    call_command("load_places", write(tmp_path, *lines), verbosity=0)
    lines = ["68,24976,commune,Tà Hine", "68,24988,commune,Ninh Gia"]
    call_command("load_places", write(tmp_path, *lines, day=LATER), verbosity=0)
    assert names_in(lam_dong, LATER) == ["xã Ninh Gia", "xã Tà Hine"]
    assert dict(Commune.objects.values_list("name", "code")) == {
        "xã Tà Hine": "24976",
        "xã Tà Hine (trước 01/01/2027)": "24991",
        "xã Ninh Gia": "24988",
        "xã Ninh Gia (trước 01/01/2027)": None,
    }


def test_a_file_that_was_cut_off_is_refused_and_nothing_ends(tmp_path):
    call_command("load_places", write(tmp_path, "68,24976,commune,Tân Hội", "96,32248,commune,Đất Mũi"), verbosity=0)
    with pytest.raises(CommandError, match="no unit of Cà Mau: is it whole"):
        call_command("load_places", write(tmp_path, "68,24976,commune,Tân Hội", day=LATER))
    assert not Commune.objects.exclude(valid_until=None).exists()


def test_the_same_list_mended_forgets_what_was_never_there(lam_dong, tmp_path):
    call_command("load_places", write(tmp_path, "68,24958,commune,Đức Trọng", "68,00001,commune,Nhầm"), verbosity=0)
    call_command("load_places", write(tmp_path, "68,24958,commune,Đức Trọng"), verbosity=0)
    assert names_in(lam_dong, FIRST) == ["xã Đức Trọng"]
    assert Commune.objects.get(name="xã Nhầm").code is None


def test_an_earlier_list_is_refused_but_the_shops_own_is_passed_over(lam_dong, tmp_path, capsys):
    call_command("load_places", write(tmp_path, "68,24958,commune,Đức Trọng", day=LATER), verbosity=0)
    with pytest.raises(CommandError, match="01/01/2027 is on record"):
        call_command("load_places", write(tmp_path, "68,24958,commune,Đức Trọng"))
    call_command("load_places")
    assert "nothing to do" in capsys.readouterr().out
    assert Commune.objects.count() == 1


def test_a_dry_run_tells_each_change_and_writes_nothing(tmp_path, capsys):
    call_command("load_places", "--dry-run")
    assert "3,321 new" in capsys.readouterr().out
    assert not Commune.objects.exists()
    lines = ["68,24958,commune,Đức Trọng", "68,24976,commune,Tân Hội"]
    call_command("load_places", write(tmp_path, *lines), verbosity=0)
    lines = ["68,24958,ward,Đức Trọng", "68,24985,commune,Ninh Gia"]
    call_command("load_places", write(tmp_path, *lines, day=LATER), "--dry-run")
    told = capsys.readouterr().out
    assert "changed: 24958 xã Đức Trọng, Lâm Đồng → 24958 phường Đức Trọng, Lâm Đồng" in told
    assert "new: 24985 xã Ninh Gia, Lâm Đồng" in told
    assert "ended: xã Tân Hội, Lâm Đồng" in told
    assert set(Commune.objects.values_list("name", flat=True)) == {"xã Đức Trọng", "xã Tân Hội"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("99,24958,commune,Đức Trọng", "unknown province"),
        ("68,2495,commune,Đức Trọng", "five digits"),
        ("68,24958,town,Đức Trọng", "the kind is"),
        ("68,24958,commune,", "1 to 100 characters"),
        ("68,24976,commune,Tân Hội", "line 3: 24976 xã Tân Hội stands twice"),
        ("\n68,2495,commune,Đức Trọng", "line 4: a code"),
        ("68,24958,commune,Chân Mây, Lăng Cô", "line 3: more than 4 values"),
        ("68,24958,commune,tân  hội", "stands twice"),
    ],
)
def test_one_wrong_line_stops_the_whole_file(tmp_path, line, told):
    with pytest.raises(CommandError, match=told):
        call_command("load_places", write(tmp_path, "68,24976,commune,Tân Hội", line))
    assert not Commune.objects.exists()


def test_a_file_without_a_day_or_with_other_columns_is_refused(tmp_path):
    path = tmp_path / "communes.csv"
    path.write_text(HEADER)
    with pytest.raises(CommandError, match="first day"):
        call_command("load_places", str(path))
    other = tmp_path / "communes-2025-07-01.csv"
    other.write_text("code,name\n")
    with pytest.raises(CommandError, match="The first line must be"):
        call_command("load_places", str(other))
    other.write_text(HEADER)
    with pytest.raises(CommandError, match="no unit"):
        call_command("load_places", str(other))
