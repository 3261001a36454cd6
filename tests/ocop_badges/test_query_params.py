from datetime import date

import pytest
from django.test import RequestFactory

from ocop_badges.errors import Fault
from ocop_badges.problems import BadQuery
from ocop_badges.query_params import Choice, Code, Day, Flag, Integer, IntegerList, QueryParams, Text, url_with

QUERY = QueryParams(
    Text("q", "Words."),
    IntegerList("stars", "Stars.", minimum=3, maximum=5),
    Integer("page_size", "Results a page.", minimum=1, maximum=100, default=24),
    Flag("certified", "With stars today."),
    Choice("ordering", "Order.", ("newest", "price")),
    Code("province", "Province.", known=lambda: {"68"}),
    Day("ends_before", "End."),
    check=lambda values: (
        [Fault("Relevance wants words.", "needs-q", "ordering")] if values["ordering"] and values["q"] == "" else []
    ),
)


def parse(query: str):
    return QUERY.parse(RequestFactory().get(f"/api/v1/things/?{query}"))


def faults(query: str) -> list[tuple[str, str]]:
    with pytest.raises(BadQuery) as caught:
        parse(query)
    return [(fault.field, fault.code) for fault in caught.value.faults]


def test_it_answers_defaults_where_nothing_is_given():
    assert parse("") == {
        "q": None,
        "stars": None,
        "page_size": 24,
        "certified": None,
        "ordering": None,
        "province": None,
        "ends_before": None,
        "lang": "vi",
    }


def test_it_answers_typed_values():
    values = parse(
        "q=m%E1%BA%AFc+ca&stars=5,3,5&page_size=100&certified=false&province=68&ends_before=2027-02-28&lang=en"
    )
    assert values["q"] == "mắc ca"
    assert values["stars"] == (3, 5)
    assert values["page_size"] == 100
    assert values["certified"] is False
    assert values["ends_before"] == date(2027, 2, 28)
    assert values["lang"] == "en"


def test_it_reads_raw_utf8_in_the_address():
    assert parse("q=mắc")["q"] == "mắc"


def test_it_survives_broken_utf8_and_nul():
    assert parse("q=%FF%00")["q"] == "\ufffd\x00"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("page_size=0", "out-of-range"),
        ("page_size=101", "out-of-range"),
        ("page_size=", "invalid"),
        ("page_size=1_0", "invalid"),
        ("page_size=+5", "invalid"),
        ("page_size=٣", "invalid"),
        ("page_size=99999999999999999999999999", "invalid"),
        ("stars=2", "out-of-range"),
        ("stars=3,", "invalid"),
        ("certified=yes", "invalid"),
        ("certified=True", "invalid"),
        ("ordering=stars", "unknown-choice"),
        ("province=99", "unknown-code"),
        ("province=", "unknown-code"),
        ("ends_before=2027-02-29", "invalid"),
        ("ends_before=20270228", "invalid"),
        ("ends_before=2027-W08-7", "invalid"),
        ("lang=fr", "unknown-choice"),
    ],
)
def test_it_refuses_a_bad_value(query, code):
    assert faults(query) == [(query.partition("=")[0], code)]


def test_it_tells_every_fault_at_once():
    assert faults("colour=red&stars=9&q=a&q=b&lang=de") == [
        ("colour", "unknown-parameter"),
        ("stars", "out-of-range"),
        ("q", "duplicate"),
        ("lang", "unknown-choice"),
    ]


def test_it_judges_values_together_once_each_is_sound():
    assert faults("ordering=price&q=") == [("ordering", "needs-q")]
    assert faults("ordering=wrong&q=") == [("ordering", "unknown-choice")]


def test_it_refuses_a_flood_of_parameters():
    assert faults("&".join(f"a{n}=1" for n in range(101))) == [("", "too-many-parameters")]


def test_it_describes_what_it_takes():
    described = {parameter.name: parameter for parameter in QUERY.openapi}
    assert list(described)[-1] == "lang"
    assert described["page_size"].type == {"type": "integer", "minimum": 1, "maximum": 100, "default": 24}
    assert described["stars"].explode is False


def test_it_names_the_next_page_by_changing_one_parameter(settings):
    settings.SITE_URL = "https://shop.example.vn"
    request = RequestFactory().get("/api/v1/things/?q=m%E1%BA%AFc&cursor=old")
    assert url_with(request, cursor="new") == "https://shop.example.vn/api/v1/things/?q=m%E1%BA%AFc&cursor=new"
