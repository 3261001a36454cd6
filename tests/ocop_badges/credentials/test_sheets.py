"""The printable sheet: read back from the PDF, and its code from the picture."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import segno
from PIL import Image
from pypdf import PdfReader

from ocop_badges import services
from ocop_badges.credentials import sheets
from ocop_badges.typeset import typeset
from ocop_badges.verification import verify
from tests.factories import AT, DAY, certify, certify_expired, make_product, revoke, suspend

from .conftest import SITE

pytestmark = pytest.mark.django_db


def sheet(client, certificate, query: str = "") -> str:
    """The words of a sheet, in one line."""
    response = client.get(f"/certificates/{certificate.public_id}/sheet.pdf{query}")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/pdf")
    document = PdfReader(BytesIO(response.content))
    assert len(document.pages) == 1
    return " ".join(document.pages[0].extract_text().split())


@pytest.fixture
def certificate():
    product = make_product(name="Trà sen Tây Hồ ướp xổi", name_en="Lotus tea")
    return certify(product, issued_on=date(2025, 6, 19), decision_number="12/QĐ-UBND", covers="Hộp thiếc 100 g")


def test_it_says_what_holds_on_the_day_and_that_it_is_no_certificate(client, certificate):
    text = sheet(client, certificate, "?lang=en")
    for said in (
        "Lotus tea",
        "Valid 4 OCOP stars",
        "The certificate's last day is 19 June 2028.",
        "As of 22 November 2026, Vietnam time.",
        "This sheet is no certificate: check the QR code.",
        "Decision 12/QĐ-UBND",
        "UBND tỉnh Lâm Đồng",
        "Hộp thiếc 100 g",
        certificate.public_id,
        f"shop.example.vn/en/verify/{certificate.public_id}/",
    ):
        assert said in text


def test_its_vietnamese_is_whole(client, certificate):
    text = sheet(client, certificate)
    for said in ("Trà sen Tây Hồ ướp xổi", "Quyết định 12/QĐ-UBND", "19/06/2028", "Hộp thiếc 100 g", "Lâm Đồng"):
        assert said in text


def test_it_is_tagged_and_names_its_language(client, certificate):
    response = client.get(f"/certificates/{certificate.public_id}/sheet.pdf")
    root = PdfReader(BytesIO(response.content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "vi"
    assert "12/QĐ-UBND" in PdfReader(BytesIO(response.content)).metadata.title


def test_one_that_has_ended_says_so_and_shows_no_stars(client):
    product = make_product()
    superseded = certify(product, issued_on=date(2024, 1, 1))
    certify(product, issued_on=date(2026, 1, 1))
    revoked = certify(make_product())
    revoke(revoked)
    for certificate, why in (
        (certify_expired(make_product()), "its last day was 1 June 2026"),
        (superseded, "Replaced by a later certificate since 1 January 2026."),
        (revoked, "Revoked by decision 9/QĐ-UBND from 22 November 2026 on."),
    ):
        text = sheet(client, certificate, "?lang=en")
        assert "ENDED" in text
        assert why in text
        assert "stars" not in text
    assert "Last day 31 December 2025" in sheet(client, superseded, "?lang=en")
    assert "Last day 21 November 2026" in sheet(client, revoked, "?lang=en")


def test_one_that_is_suspended_or_begins_later_shows_no_stars(client):
    suspended, upcoming = certify(make_product()), certify(make_product(), valid_from=DAY + timedelta(days=9))
    suspend(suspended)
    assert "Suspended by this marketplace since 22 November 2026" in sheet(client, suspended, "?lang=en")
    assert "Not yet valid Not yet: the certificate begins on 1 December 2026." in sheet(client, upcoming, "?lang=en")
    for certificate in (suspended, upcoming):
        assert "stars" not in sheet(client, certificate, "?lang=en")
        assert "ENDED" not in sheet(client, certificate, "?lang=en")


def test_a_revocation_to_come_is_told_as_the_last_day(client, certificate):
    revoke(certificate, effective_on=DAY + timedelta(days=2))
    assert "The certificate's last day is 23 November 2026." in sheet(client, certificate, "?lang=en")


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x")',
        "$x$ *đậm* _nghiêng_ `mã` <b>&</b> @a // b /* c */",
        '"; #read("/etc/passwd") \\u{41} #sys.inputs',
        "= Tiêu đề - mục + số / từ: nghĩa",
    ],
)
def test_what_people_wrote_is_text_and_nothing_else(client, name):
    certificate = certify(make_product(name=name), decision_number="#1/[QĐ]")
    text = sheet(client, certificate)
    assert name in text
    assert "#1/[QĐ]" in text


def test_long_words_are_drawn_in_bounded_time(client):
    certificate = certify(make_product(name="Ơ" * 200), decision_number="9" * 80, covers="Ữ " * 127)
    services.suspend_certificate(certificate=certificate, suspended_from=DAY, reason="ự" * 500, at=AT)
    assert client.get(f"/certificates/{certificate.public_id}/sheet.pdf").status_code == 200


def test_the_same_sheet_is_the_same_file(client, certificate):
    drawing = sheets.sheet_of(verify(certificate.public_id, day=DAY), day=DAY, lang="vi", base=SITE)
    first = sheets.draw(drawing)
    typeset.cache_clear()
    assert sheets.draw(drawing) == first


def test_its_code_leads_to_the_verify_page(certificate):
    drawing = sheets.sheet_of(verify(certificate.public_id, day=DAY), day=DAY, lang="vi", base=SITE)
    picture = Image.open(BytesIO(sheets.draw(drawing, form="png"))).convert("L")
    expected = segno.make_qr(f"{SITE}/verify/{certificate.public_id}/", error="q", boost_error=False).matrix
    assert modules(picture, len(expected)) == [[bool(module) for module in row] for row in expected]


def modules(picture: Image.Image, size: int) -> list[list[bool]]:
    """The code in the lower left of a sheet, read module by module."""
    corner = picture.crop((0, int(picture.height * 0.75), int(picture.width * 0.29), int(picture.height * 0.935)))
    left, top, right, bottom = corner.point(lambda grey: 255 if grey < 60 else 0).getbbox()
    step = (right - left) / size
    assert abs((bottom - top) / size - step) < 0.1
    return [
        [corner.getpixel((int(left + (x + 0.5) * step), int(top + (y + 0.5) * step))) < 128 for x in range(size)]
        for y in range(size)
    ]


def test_a_name_in_letters_that_the_fonts_lack_is_still_a_sheet(client):
    certificate = certify(make_product(name="Trà 🍵 茶 ngon"))
    answer = client.get(f"/certificates/{certificate.public_id}/sheet.pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
