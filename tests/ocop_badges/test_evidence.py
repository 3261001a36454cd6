from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from ocop_badges.errors import InvalidFact
from ocop_badges.models import EvidenceFile
from ocop_badges.services import keep_evidence, transaction_with_evidence
from ocop_badges.services.evidence import MAX_BYTES
from tests.factories import AT, make_product

pytestmark = pytest.mark.django_db


def pdf(*, password: str = "", script: bool = False) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if script:
        act = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")})
        writer.root_object[NameObject("/OpenAction")] = act
    if password:
        writer.encrypt(password)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def photo(kind: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Camera of the household"
    out = BytesIO()
    Image.new("RGB", (40, 30), "brown").save(out, kind, exif=exif)
    return out.getvalue()


def keep(content: bytes, name: str = "quyet-dinh.pdf") -> EvidenceFile:
    return keep_evidence(product_id=make_product().pk, upload=BytesIO(content), name=name, at=AT)


def refusal(content: bytes) -> str:
    with pytest.raises(InvalidFact) as caught:
        keep(content)
    assert not EvidenceFile.objects.exists()
    assert caught.value.faults[0].field == "evidence_file"
    return caught.value.code


def test_it_keeps_a_pdf_as_it_was_handed_in():
    content = pdf()
    file = keep(content)
    assert (file.kind, file.name, file.size) == ("pdf", "quyet-dinh.pdf", len(content))
    with file.file.open("rb") as kept:
        assert kept.read() == content


def test_it_lies_outside_of_what_the_shop_serves():
    path = Path(keep(pdf()).file.path)
    assert path.is_relative_to(settings.EVIDENCE_ROOT)
    assert not path.is_relative_to(settings.MEDIA_ROOT)


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png")])
def test_a_picture_loses_what_the_camera_wrote_beside(kind, ending):
    file = keep(photo(kind), name="ảnh xưởng.HEIC")
    assert (file.kind, file.name) == (ending, f"ảnh xưởng.{ending}")
    with Image.open(file.file) as kept:
        assert kept.size == (40, 30)
        assert not kept.getexif()


def test_a_photo_stands_upright_without_what_told_which_side_is_up():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    out = BytesIO()
    Image.new("RGB", (40, 30), "brown").save(out, "JPEG", exif=exif)
    with Image.open(keep(out.getvalue()).file) as kept:
        assert kept.size == (30, 40)


def test_a_scan_that_happens_to_hold_such_letters_is_taken():
    out = BytesIO()
    Image.new("RGB", (40, 30), "brown").save(out, "PDF", title="On /JavaScript, /JS and /Launch")
    assert keep(out.getvalue()).kind == "pdf"


def test_a_name_leads_nowhere():
    assert keep(pdf(), name="../../etc/passwd").name == "passwd.pdf"
    assert keep(pdf(), name="C:\\tmp\\a\x00b.exe").name == "ab.pdf"
    assert keep(pdf(), name="").name == "evidence.pdf"


def test_it_refuses_what_is_not_such_a_file():
    assert refusal(b"") == "empty"
    assert refusal(b"<html><script>alert(1)</script>") == "unreadable"
    assert refusal(b"GIF89a" + bytes(100)) == "unreadable"
    assert refusal(photo()[:200]) == "unreadable"
    assert refusal(b"%PDF-1.7\nnothing of the kind") == "unreadable"
    assert refusal(pdf() + bytes(MAX_BYTES)) == "too-large"


def test_it_refuses_a_pdf_that_is_locked_or_acts_by_itself():
    assert refusal(pdf(password="x")) == "encrypted"
    assert refusal(pdf(script=True)) == "active"


def stored_files() -> set[Path]:
    return {path for path in Path(settings.EVIDENCE_ROOT).rglob("*") if path.is_file()}


@pytest.mark.parametrize("failure", [InvalidFact("no", field="", code="no"), RuntimeError(), KeyboardInterrupt()])
def test_a_failed_act_leaves_neither_file_nor_row(failure):
    product, before = make_product(), stored_files()

    def act() -> None:
        with transaction_with_evidence() as keep:
            for name in ("a.pdf", "b.pdf"):
                keep(product_id=product.pk, upload=BytesIO(pdf()), name=name, at=AT)
            assert len(stored_files() - before) == 2
            raise failure

    with pytest.raises(type(failure)):
        act()
    assert stored_files() == before
    assert not EvidenceFile.objects.exists()


def test_a_row_that_cannot_be_written_leaves_no_file(monkeypatch):
    before, written = stored_files(), set[Path]()

    def fail(*_args, **_kwargs):
        written.update(stored_files() - before)
        raise IntegrityError

    monkeypatch.setattr(EvidenceFile, "save", fail)
    with pytest.raises(IntegrityError):
        keep(pdf())
    assert len(written) == 1
    assert stored_files() == before


def test_an_act_that_is_recorded_keeps_its_file():
    before = stored_files()
    with transaction_with_evidence() as keep:
        file = keep(product_id=make_product().pk, upload=BytesIO(pdf()), name="a.pdf", at=AT)
    assert stored_files() - before == {Path(file.file.path)}
