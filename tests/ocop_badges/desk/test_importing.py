"""Certificates from a table: what each line would do, and all of them or none."""

import io
import zlib
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from ocop_badges import services
from ocop_badges.desk.certificates import sheets
from ocop_badges.desk.models import UploadedTable
from ocop_badges.models import Certificate
from tests.factories import AT, DAY, certify, certify_expired, make_officer
from tests.ocop_badges.desk.desk import address, product_of, province

pytestmark = pytest.mark.django_db
HEADING = "product,stars,score,decision_number,issued_on,authority,valid_until,end_reason"


@pytest.fixture(autouse=True)
def officer(client):
    user = make_officer(province("68"))
    client.force_login(user)
    return user


def table(*lines: str, heading: str = HEADING, encoding: str = "utf-8") -> SimpleUploadedFile:
    return SimpleUploadedFile("table.csv", "\n".join([heading, *lines]).encode(encoding))


def upload(client, file: SimpleUploadedFile):
    """The page that shows what an uploaded table would do."""
    response = client.post(address("import"), {"table": file})
    assert response.status_code == 302, response.context["form"].errors
    return client.get(response.headers["Location"])


def confirm(client, page):
    path = address("import-confirm", page.context["table"].public_id)
    return client.post(path, {"shown": page.context["shown"]})


def mistakes(page) -> dict[int, list[tuple[str, str]]]:
    """Line number → columns and reasons."""
    return {
        row["line"].number: [(mistake.column, str(mistake.detail)) for mistake in row["mistakes"]]
        for row in page.context["rows"]
        if row["mistakes"]
    }


def line(product, stars: int = 4, number: str = "12/QĐ-UBND", issued_on: str = "2026-08-05", rest: str = ",,") -> str:
    return f"{product.slug},{stars},,{number},{issued_on},{rest}"


class TestDryRun:
    def test_it_writes_nothing_and_says_what_each_line_would_do(self, client):
        new, held, ended = product_of("68"), product_of("68"), product_of("68")
        certify(held, stars=3)
        certify_expired(ended)
        page = upload(client, table(line(new), line(held), line(ended, 3)))
        assert [row["judged"].action.value for row in page.context["rows"]] == ["issue", "upgrade", "issue"]
        assert mistakes(page) == {}
        assert Certificate.objects.count() == 2
        assert UploadedTable.objects.count() == 1

    def test_errors_name_line_and_column(self, client):
        product, foreign = product_of("68"), product_of("11")
        page = upload(
            client,
            table(
                line(product),
                line(product, 6, "13/QĐ"),
                line(foreign),
                f"{product.slug},4,abc,14/QĐ,31/02/2026,king,,",
                line(product, 4, "", "2026-08-05"),
                f"{product.slug},4,55,15/QĐ,2026-08-05,,,",
                f"{product.slug},4,,16/QĐ,2026-08-05,,2027-01-01,",
                line(product, 5, "17/QĐ"),
                line(product),
            ),
        )
        found = mistakes(page)
        assert {number: [column for column, _ in wrong] for number, wrong in found.items()} == {
            3: ["stars"],
            4: ["product"],
            5: ["issued_on", "score", "authority"],
            6: ["decision_number"],
            7: ["score"],
            8: ["end_reason"],
            9: ["", ""],
            10: [""],
        }
        assert "Điều 4.1, 8" in found[9][0][1]
        assert "2" in found[10][0][1]
        response = confirm(client, page)
        assert response.status_code == 409
        assert not Certificate.objects.exists()

    def test_its_queries_do_not_grow_with_the_lines(self, client, django_assert_max_num_queries):
        lines = [line(product_of("68")) for _ in range(15)]
        path = client.post(address("import"), {"table": table(*lines)}).headers["Location"]
        with django_assert_max_num_queries(20):
            page = client.get(path)
        assert len(page.context["rows"]) == 15


class TestConfirm:
    def test_it_records_every_line(self, client, officer):
        by_slug, by_id = product_of("68"), product_of("68")
        page = upload(
            client, table(line(by_slug), f'{by_id.public_id},3,"62,5",12/QĐ-UBND,05/08/2026,province,2029-08-05,')
        )
        assert confirm(client, page).status_code == 302
        first, second = Certificate.objects.order_by("id")
        assert {first.product, second.product} == {by_slug, by_id}
        certificate = by_id.ocop_certificates.get()
        assert (certificate.issued_on, certificate.valid_until) == (date(2026, 8, 5), date(2029, 8, 5))
        assert certificate.recorded_by == officer
        assert certificate.issuing_authority == "UBND tỉnh Lâm Đồng"
        assert not UploadedTable.objects.exists()

    def test_the_same_table_again_is_refused_line_by_line(self, client):
        products = [product_of("68"), product_of("68")]
        lines = [line(product) for product in products]
        confirm(client, upload(client, table(*lines)))
        page = upload(client, table(*lines))
        assert list(mistakes(page)) == [2, 3]
        assert confirm(client, page).status_code == 409
        assert Certificate.objects.count() == 2

    def test_what_changed_since_the_dry_run_stops_all_of_it(self, client):
        changed, other = product_of("68"), product_of("68")
        certificate = certify(changed)
        page = upload(client, table(line(changed), line(other)))
        services.suspend_certificate(certificate=certificate, suspended_from=DAY, reason="x", at=AT)
        response = confirm(client, page)
        assert response.status_code == 409
        assert Certificate.objects.count() == 1
        assert confirm(client, response).status_code == 302  # looked at anew
        assert Certificate.objects.count() == 3

    def test_what_is_confirmed_is_what_was_shown(self, client):
        mine, others = product_of("68"), product_of("68")
        first, second = upload(client, table(line(mine))), upload(client, table(line(others)))
        path = address("import-confirm", first.context["table"].public_id)
        for shown in ("", "x", second.context["shown"], first.context["shown"][:-1]):
            assert client.post(path, {"shown": shown}).status_code == 409
        UploadedTable.objects.filter(pk=first.context["table"].pk).update(content=second.context["table"].content)
        assert confirm(client, first).status_code == 409
        assert not Certificate.objects.exists()

    def test_it_ends_after_a_day(self, client, clock):
        page = upload(client, table(line(product_of("68"))))
        clock(DAY + timedelta(days=1, hours=1))
        assert confirm(client, page).status_code == 404


class TestTables:
    def test_a_workbook_with_real_days(self, client):
        product = product_of("68")
        book = Workbook()
        book.active.append(["Product", "stars", "decision_number", "issued_on", None])
        book.active.append([product.slug, 4, "12/QĐ", date(2026, 8, 5), None])
        book.active.append([None])
        file = io.BytesIO()
        book.save(file)
        page = upload(client, SimpleUploadedFile("table.xlsx", file.getvalue()))
        assert confirm(client, page).status_code == 302
        assert Certificate.objects.get().issued_on == date(2026, 8, 5)

    def test_semicolons_and_a_byte_order_mark(self, client):
        product = product_of("68")
        file = table(
            f"{product.slug};4;12/QĐ;2026-08-05",
            heading="product;stars;decision_number;issued_on",
            encoding="utf-8-sig",
        )
        assert mistakes(upload(client, file)) == {}

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"product,stars\n",
            b"product,stars,decision_number,issued_on\n",
            b"product,stars,decision_number,issued_on,password\na,4,1,2026-08-05,x\n",
            b"product,product,stars,decision_number,issued_on\na,a,4,1,2026-08-05\n",
            "product,stars,decision_number,issued_on\nchè,4,1,2026-08-05\n".encode("utf-16"),
            b"PK\x03\x04 this is no workbook",
            b"product,stars,decision_number,issued_on\n" + b"x" * 3000 + b",4,1,2026-08-05\n",
            b"product,stars,decision_number,issued_on\na,4,1,2026-08-05,surplus\n",
            b'product,stars,decision_number,issued_on\n"a,4,1,2026-08-05',
            b"product,stars,decision_number,issued_on\na,4,1\x07,2026-08-05\n",
            b"x" * (sheets.MAX_BYTES + 1),
            b"product,stars,decision_number,issued_on\n" + b"a,4,1,2026-08-05\n" * (sheets.MAX_LINES + 1),
        ],
        ids=[
            "empty",
            "columns",
            "lines",
            "unknown",
            "twice",
            "utf16",
            "zip",
            "cell",
            "surplus",
            "quote",
            "control",
            "size",
            "many",
        ],
    )
    def test_what_is_no_such_table_is_refused_beside_the_field(self, client, content):
        response = client.post(address("import"), {"table": SimpleUploadedFile("t.csv", content)})
        assert response.status_code == 400
        assert set(response.context["form"].errors) == {"table"}
        assert not UploadedTable.objects.exists()

    @pytest.mark.parametrize("error", [AttributeError, EOFError, zlib.error, RuntimeError])
    def test_whatever_a_broken_workbook_makes_its_reader_raise_is_told(self, client, monkeypatch, error):
        file = io.BytesIO()
        Workbook().save(file)

        def break_off(*_args, **_kwargs):
            raise error

        monkeypatch.setattr(sheets, "load_workbook", break_off)
        response = client.post(address("import"), {"table": SimpleUploadedFile("t.xlsx", file.getvalue())})
        assert response.status_code == 400
        assert set(response.context["form"].errors) == {"table"}

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_the_template_is_a_table_that_can_be_uploaded(self, client, kind):
        response = client.get(address("import-template", kind))
        content = b"".join(response)
        page = upload(client, SimpleUploadedFile(f"t.{kind}", content))
        assert [column for column, _ in mistakes(page)[2]] == ["product"]  # an invented product, all else is right

    def test_the_page_documents_each_column(self, client):
        text = client.get(address("import")).content.decode()
        for column in ("product", "decision_number", "end_reason"):
            assert f"<code>{column}</code>" in text
