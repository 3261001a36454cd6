from io import BytesIO

import pytest
from django.http import Http404
from PIL import Image

from ocop_badges.evidence_downloads import download_of
from ocop_badges.models import EvidenceFile
from ocop_badges.services import keep_evidence
from tests.factories import AT, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def file() -> EvidenceFile:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "brown").save(picture, "JPEG")
    picture.seek(0)
    return keep_evidence(product_id=make_product().pk, upload=picture, name="nhan.jpg", at=AT)


def test_a_document_is_saved_and_neither_opened_as_a_page_nor_kept_on_the_way(file: EvidenceFile) -> None:
    response = download_of(file)
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == 'attachment; filename="nhan.jpg"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"
    assert response.getvalue().startswith(b"\xff\xd8")
    response.close()


def test_a_document_whose_bytes_are_lost_is_not_there(file: EvidenceFile) -> None:
    file.file.storage.delete(str(file.file.name))
    with pytest.raises(Http404):
        download_of(file)
