"""``manage.py load_holidays``: announced days replace what stood there, all of them or none."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ocop_badges.dossiers import holiday_files
from ocop_badges.dossiers.models import Dossier, Holiday
from ocop_badges.dossiers.rules import State

from .files import brought_to, made_in

pytestmark = pytest.mark.django_db

HEADER = "day,kind,name,name_en,source\n"


def write(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "holidays.csv"
    path.write_text(HEADER + "\n".join(lines), encoding="utf-8-sig")
    return str(path)


def test_every_holiday_names_its_source_and_weekend_days_worked_are_weekend_days():
    for holiday in Holiday.objects.all():
        assert holiday.source
        assert holiday.kind == "off" or holiday.day.weekday() >= 5
    for year in (2025, 2026, 2027):
        assert Holiday.objects.filter(day__year=year, kind="off").count() >= 11
    assert "not yet announced" in Holiday.objects.get(day=date(2027, 2, 8)).source


def test_it_records_announced_days_and_states_deadlines_anew(tmp_path, commune, people, capsys):
    dossier = brought_to(State.COMMUNE_CHECK, made_in(commune), people)
    assert dossier.due_on == date(2026, 12, 14)
    path = write(
        tmp_path,
        "2026-11-24,ordinary,,,",
        "2027-02-05,off,Tết Nguyên đán,Lunar New Year,Thông báo 1/TB-BNV",
        "2026-12-05,working,Làm bù,Worked in exchange,Thông báo 1/TB-BNV",
    )
    call_command("load_holidays", path)
    assert "3 days recorded, 1 files" in capsys.readouterr().out
    assert not Holiday.objects.filter(day=date(2026, 11, 24)).exists()
    assert Holiday.objects.get(day=date(2027, 2, 5)).source == "Thông báo 1/TB-BNV"
    assert Dossier.objects.get().due_on == date(2026, 12, 10)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("2027-13-01,off,a,b,c", "line 3"),
        ("2027-02-05,holiday,a,b,c", "the kind is"),
        ("2027-02-05,off,a,b,", "required"),
        ("2027-02-08,working,a,b,c", "worked anyway"),
        ("2027-03-01,off,a,b,c", "line 3: .* stands twice"),
        ("20270205,off,a,b,c", "line 3: the day is written like"),
        ("2300-02-05,off,a,b,c", "line 3: .* too far"),
        (f"2027-02-05,off,{'a' * 121},b,c", "line 3: name has more than 120"),
        (f"2027-02-05,off,a,b,{'c' * 256}", "line 3: source has more than 255"),
        ("2027-02-05,off,a\x00,b,c", "line 3: name has a character"),
        ("2027-02-05,off,a,b", "line 3: 4 cells"),
        ("2027-02-05,off,a,b,c,d", "line 3: 6 cells"),
        ('2027-02-05,off,"a,b,c', "line 3: unexpected end"),
        ("2027-02-05,off,a,b," + "c" * 140_000, "line 3: field larger"),
        ("\n2027-13-01,off,a,b,c", "line 4"),
    ],
)
def test_one_wrong_line_and_nothing_is_recorded(tmp_path, line, complaint):
    path = write(tmp_path, "2027-03-01,off,Nghỉ,Off,Thông báo", line)
    with pytest.raises(CommandError, match=complaint):
        call_command("load_holidays", path)
    assert not Holiday.objects.filter(day=date(2027, 3, 1)).exists()


def test_it_takes_a_bounded_number_of_days(tmp_path, monkeypatch):
    monkeypatch.setattr(holiday_files, "MAX_DAYS", 2)
    path = write(tmp_path, *(f"2027-03-0{day},off,Nghỉ,Off,Thông báo" for day in (1, 2, 3)))
    with pytest.raises(CommandError, match="line 4: more than 2 days"):
        call_command("load_holidays", path)
    assert not Holiday.objects.filter(day=date(2027, 3, 1)).exists()


def test_it_refuses_what_is_no_such_file(tmp_path):
    with pytest.raises(CommandError, match="No day"):
        call_command("load_holidays", write(tmp_path))
    (tmp_path / "latin.csv").write_bytes(HEADER.encode() + b"2027-03-01,off,Ngh\xe9,Off,x")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_holidays", str(tmp_path / "latin.csv"))
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="first line"):
        call_command("load_holidays", str(tmp_path / "other.csv"))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_holidays", str(tmp_path / "none.csv"))
