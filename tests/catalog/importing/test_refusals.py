"""What a file is refused for, told by line and column, and that nothing is written then."""

import pytest

from catalog.importing.faults import ImportRefused
from catalog.importing.importer import import_products
from catalog.importing.rows import COLUMNS
from catalog.models import Commune, Producer, Product
from ocop_badges.models import Certificate
from tests.factories import AT, DAY

from .files import GOOD, csv_text, press, row, take

pytestmark = pytest.mark.django_db

HEADER = ",".join(COLUMNS)
LINE = csv_text(GOOD).splitlines()[1]


def faults_of(content: str | bytes) -> list[tuple[int, str, str]]:
    data = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(ImportRefused) as refusal:
        import_products(content=data, at=AT, day=DAY)
    for model in (Product, Producer, Commune, Certificate):
        assert not model.objects.exists()
    return [(fault.line, fault.column, fault.message) for fault in refusal.value.faults]


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"name": ""}, "name", "empty"),
        ({"name": "  \u00a0 "}, "name", "empty"),
        ({"name": "\u200b"}, "name", "empty"),
        ({"name": "\u0301"}, "name", "empty"),
        ({"name": "x" * 256}, "name", "255"),
        ({"name": "Mắc\0ca"}, "name", "NUL"),
        ({"name": "Mắc\x07ca"}, "name", "U+0007"),
        ({"producer": ""}, "producer", "empty"),
        ({"producer": "x" * 256}, "producer", "255"),
        ({"producer_type": "state"}, "producer_type", "“state”"),
        ({"producer_type": ""}, "producer_type", "empty"),
        ({"product_set": "bia"}, "product_set", "“bia”"),
        ({"product_set": ""}, "product_set", "empty"),
        ({"commune": "x" * 121}, "commune", "120"),
        ({"former_district": "x" * 81}, "former_district", "80"),
        ({"province": "Atlantis", "former_province": ""}, "province", "Atlantis"),
        ({"province": "Đắk Nông", "former_province": ""}, "province", "belongs to Lâm Đồng now"),
        ({"province": ""}, "province", "empty"),
        ({"former_province": "Atlantis"}, "former_province", "Atlantis"),
        ({"former_province": "Bắc Kạn"}, "former_province", "belongs to Thái Nguyên, not Lâm Đồng"),
        ({"former_province": "Điện Biên"}, "former_province", "belongs to Điện Biên, not Lâm Đồng"),
        ({"stars": ""}, "stars", "how many"),
        ({"stars": "1"}, "stars", "“1”"),
        ({"stars": "2"}, "stars", "“2”"),
        ({"stars": "7"}, "stars", "“7”"),
        ({"stars": "4.0"}, "stars", "“4.0”"),
        ({"stars": "４"}, "stars", "“４”"),
        ({"stars": "-4"}, "stars", "“-4”"),
        ({"decision_number": "9" * 81}, "decision_number", "80"),
        ({"issued_on": "19/06/2025"}, "issued_on", "YYYY"),
        ({"issued_on": "2025-6-19"}, "issued_on", "YYYY"),
        ({"issued_on": "2025-02-30"}, "issued_on", "no day"),
        ({"issued_on": "20250619"}, "issued_on", "YYYY"),
        ({"issued_on": "2025-06"}, "issued_on", "YYYY"),
        ({"issued_on": "２０２５"}, "issued_on", "YYYY"),
        ({"issued_on": "1024"}, "issued_on", "1990"),
        ({"issued_on": "9999-12-31", "valid_until": ""}, "issued_on", "2100"),
        ({"valid_until": "2028-06-19T00:00"}, "valid_until", "YYYY"),
        ({"valid_until": "2025-06-18"}, "valid_until", "before the start"),
        ({"valid_until": "2024"}, "valid_until", "before the start"),
        ({"issued_on": "2019-01-05", "valid_until": ""}, "valid_until", "No regulation"),
        ({"issuing_authority": "x" * 201}, "issuing_authority", "200"),
        ({"evidence": ""}, "evidence", "empty"),
        ({"evidence": "rumour"}, "evidence", "“rumour”"),
        ({"source": "x" * 201}, "source", "200"),
    ],
)
def test_it_refuses_a_bad_cell(cells, column, says):
    first = row(name="Khác")
    ((line, found, message),) = faults_of(csv_text(first, row(**cells)))
    assert (line, found) == (3, column)
    assert says in message


@pytest.mark.parametrize("cells", [{"stars": "2"}, {"issued_on": "hôm qua"}, {"valid_until": "2021"}])
def test_press_rows_are_read_as_strictly(cells):
    assert len(faults_of(csv_text(press(**cells)))) == 1


def test_it_lists_every_fault_of_every_row():
    found = faults_of(
        csv_text(
            row(name="", stars="7", province="Atlantis", former_province="", issued_on="x"),
            row(name="Tốt"),
            row(evidence="?", producer_type="?"),
            row(product_set="bia", province="Atlantis", former_province=""),
        )
    )
    assert [(line, column) for line, column, _ in found] == [
        (2, "name"),
        (2, "issued_on"),
        (2, "stars"),
        (2, "province"),
        (4, "producer_type"),
        (4, "evidence"),
        (5, "product_set"),
        (5, "province"),
    ]


def test_it_tells_the_physical_line_of_a_cell_behind_quoted_newlines():
    text = csv_text(row(name="Dòng một\ndòng hai", producer="A\r\nB"), row(name="Hai\nDòng", stars="7"))
    ((line, column, _),) = faults_of(text)
    assert (line, column) == (6, "stars")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_it_counts_every_kind_of_line(newline):
    text = csv_text(GOOD, row(name="B", stars="7")).replace("\n", newline)
    assert [(line, column) for line, column, _ in faults_of(text)] == [(3, "stars")]


def test_it_passes_over_blank_lines_and_counts_them():
    text = HEADER + "\n\n" + LINE + "\n   \n" + LINE.replace(",4,", ",7,") + "\n"
    assert [(line, column) for line, column, _ in faults_of(text)] == [(5, "stars")]


class TestBytes:
    def test_it_tells_the_cell_of_broken_utf8(self):
        text = csv_text(GOOD, row(name="B"), row(name="C")).encode()
        broken = text.replace("B,Hợp tác".encode(), b"B,H\xe1\xbb tac")
        assert faults_of(broken) == [(3, "producer", "this is not UTF-8 (byte 0xE1)")]

    def test_it_lists_broken_cells_beside_other_faults(self):
        broken = csv_text(row(name="\x00A"), row(stars="7")).encode().replace("Mắc ca".encode(), b"M\xff")
        assert [(line, column) for line, column, _ in faults_of(broken)] == [(2, "name"), (3, "name"), (3, "stars")]

    @pytest.mark.parametrize(("codec", "line"), [("utf-16", 1), ("utf-16-le", 1), ("cp1258", 2)])
    def test_it_refuses_other_encodings(self, codec, line):
        data = (HEADER + "\n" + LINE.replace("Mắc", "Mâc")).encode(codec, errors="ignore")
        assert {found for found, _, _ in faults_of(data)} == {line}

    def test_it_refuses_an_empty_file(self):
        assert faults_of(b"") == [(1, "1", "the file is empty")]
        assert faults_of(b"\xef\xbb\xbf\n \n") == [(1, "1", "the file is empty")]

    def test_it_refuses_a_header_alone(self):
        assert faults_of(HEADER) == [(1, "1", "the file has a header and no row")]


class TestHeader:
    def test_it_names_missing_and_unknown_columns(self):
        columns = [*[name for name in COLUMNS if name not in {"stars", "source"}], "colour"]
        found = faults_of(csv_text(GOOD, columns=columns))
        assert [(line, column) for line, column, _ in found] == [(1, "colour"), (1, "stars"), (1, "source")]

    def test_it_refuses_a_column_twice_or_without_a_name(self):
        found = faults_of(HEADER + ",name,\n" + LINE + ",,\n")
        assert [(column, message) for _, column, message in found] == [
            ("name", "this column is there twice"),
            ("17", "this column is not known"),
        ]

    def test_it_says_that_commas_separate(self):
        ((_line, _column, message),) = faults_of(HEADER.replace(",", ";") + "\n")
        assert "commas" in message

    def test_it_refuses_what_is_no_table(self):
        assert faults_of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")


class TestShape:
    def test_it_refuses_a_short_row(self):
        ((line, column, message),) = faults_of(HEADER + "\n" + LINE + "\nA,B,cooperative\n")
        assert (line, column) == (3, "product_set")
        assert "3 cells" in message

    def test_it_refuses_a_long_row(self):
        ((line, column, _message),) = faults_of(HEADER + "\n" + LINE + ",more\n")
        assert (line, column) == (2, "16")

    def test_it_refuses_a_quote_that_is_never_closed(self):
        ((line, column, message),) = faults_of(HEADER + "\n" + LINE + '\nA,"B,cooperative\n' + LINE + "\n")
        assert (line, column) == (3, "producer")
        assert "never closed" in message

    def test_it_refuses_text_after_a_quote_and_reads_on(self):
        found = faults_of(HEADER + '\n"A" B,C\n' + LINE.replace(",4,", ",7,") + "\n")
        assert [(line, column) for line, column, _ in found] == [(2, "name"), (3, "stars")]


class TestAgreement:
    @pytest.mark.parametrize("spelling", ["MẮC CA LÊ ANH", "Mac ca Le Anh", "mắc ca lê anh"])
    def test_it_refuses_two_spellings_of_one_product(self, spelling):
        ((line, column, message),) = faults_of(csv_text(GOOD, row(name=spelling, decision_number="")))
        assert (line, column) == (3, "name")
        assert "line 2" in message

    def test_it_refuses_two_spellings_of_one_producer(self):
        ((line, column, _),) = faults_of(csv_text(GOOD, row(name="B", producer="Hợp Tác Xã LONG VIỆT")))
        assert (line, column) == (3, "producer")

    def test_it_refuses_two_types_of_one_producer(self):
        ((_, column, _),) = faults_of(csv_text(GOOD, row(name="B", producer_type="household")))
        assert column == "producer_type"

    @pytest.mark.parametrize(
        "cells",
        [{"stars": "5"}, {"valid_until": "2028-06-20"}, {"issued_on": "2025-06-18", "valid_until": "2028-06-19"}],
    )
    def test_it_refuses_other_facts_of_one_decision(self, cells):
        ((line, column, message),) = faults_of(csv_text(GOOD, row(**cells)))
        assert (line, column) == (3, next(iter(cells)))
        assert "line 2" in message

    @pytest.mark.parametrize("cells", [{"product_set": "ca-phe-ca-cao"}, {"commune": "xã Đức An"}])
    def test_it_refuses_two_kinds_or_places_of_one_product(self, cells):
        ((line, column, _),) = faults_of(csv_text(GOOD, press(**cells)))
        assert (line, column) == (3, next(iter(cells)))


class TestAgainstTheCatalogue:
    @pytest.mark.parametrize(
        "cells",
        [{"stars": "5"}, {"valid_until": "2028-06-20"}, {"issued_on": "2025-06-18", "valid_until": "2028-06-19"}],
    )
    def test_it_refuses_other_facts_of_a_known_decision(self, cells):
        take(GOOD)
        with pytest.raises(ImportRefused) as refusal:
            take(row(name="Mới"), row(**cells))
        (fault,) = refusal.value.faults
        assert (fault.line, fault.column) == (3, next(iter(cells)))
        assert "catalogue" in fault.message
        assert Product.objects.count() == 1
