from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Product
from ocop_badges.badges import load_badges
from ocop_badges.models import Certificate
from tests.factories import DAY

from .files import GOOD, csv_text, row

pytestmark = pytest.mark.django_db

REAL = Path(__file__).parents[3] / "catalog" / "data" / "ocop_products.csv"


def run(path, *options) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("import_ocop", str(path), *options, stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
    return out.getvalue(), err.getvalue()


class TestRealFile:
    @pytest.fixture(autouse=True)
    def imported(self):
        self.out, self.err = run(REAL)
        assert self.err == ""

    def test_it_makes_forty_one_products_and_twenty_four_with_stars(self):
        ids = list(Product.objects.values_list("pk", flat=True))
        assert len(ids) == 41
        assert len(load_badges(ids, day=DAY)) == 24
        assert Certificate.objects.count() == 24
        assert not Certificate.objects.exclude(end_reason="").exists()

    def test_it_says_of_seventeen_why_they_have_none(self):
        lines = self.out.splitlines()
        assert lines[-1].endswith("24 with stars, 17 without.")
        without = [line for line in lines if "listed without stars: a press report" in line]
        assert len(without) == 17

    def test_search_finds_what_it_must(self, client):
        def names(query):
            return [result["name"] for result in client.get(f"/api/v1/products/?{query}").json()["results"]]

        assert {"Mắc ca Lê Anh Tuy Đức", "MACCA BECHAMP", "Macca Bonbubo"} <= set(names("q=mac ca"))
        assert all("Chẳm chéo M'Then" in names(f"q={q}") for q in ("chẳm chéo", "cham cheo", "CHAM CH"))
        assert len(names("stars=4")) == 5
        assert client.get("/api/v1/products/?certified=true").json()["count"] == 24
        first = names("q=dak nong&page_size=13")
        former = set(Product.objects.filter(former_province__name="Đắk Nông").values_list("name", flat=True))
        assert len(former) == 15
        assert set(first) <= former

    def test_it_shows_the_sources_claim_nowhere(self, client):
        product = client.get("/api/v1/products/gao-nep-nuong-tam-thien/").json()
        assert product["badge"] is None
        assert "claims" not in str(product)

    def test_taking_it_again_changes_nothing(self):
        out, _ = run(REAL)
        assert "41 unchanged; 0 certificates issued, 24 known before" in out


def test_it_ends_with_one_and_every_error_on_its_line(tmp_path):
    path = tmp_path / "xấu.csv"
    path.write_text(csv_text(row(stars="7"), row(name="", province="X", former_province="")))

    out, err = run(path)

    assert out == ""
    lines = err.splitlines()
    assert [line.split(": ")[0] for line in lines[:3]] == [f"{path}:2:stars", f"{path}:3:name", f"{path}:3:province"]
    assert lines[-1] == "3 errors; nothing was written."
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("name", "says"), [("nothing.csv", "no such file"), ("", "directory"), ("a\0b", "cannot be read")]
)
def test_it_says_plainly_when_there_is_no_file(tmp_path, name, says):
    _, err = run(f"{tmp_path}/{name}")
    assert says in err
    assert err.splitlines()[0].startswith(f"{tmp_path}/{name}:1:1: ")


def test_a_dry_run_says_that_it_was_one(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(csv_text(GOOD))
    out, _ = run(path, "--dry-run")
    assert out.splitlines()[-1] == "Dry run: nothing was written."
    assert not Product.objects.exists()


def test_it_shows_no_progress_bar_where_nobody_watches(tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text(csv_text(GOOD))
    run(path)
    assert capsys.readouterr().err == ""
