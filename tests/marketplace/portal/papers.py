"""Documents to hand in."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter


def photo(name: str = "nhan.jpg") -> SimpleUploadedFile:
    """As a phone's camera gives it."""
    file = BytesIO()
    Image.new("RGB", (32, 24), (90, 140, 60)).save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/jpeg")


def pdf(name: str = "ket-qua.pdf") -> SimpleUploadedFile:
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    file = BytesIO()
    writer.write(file)
    return SimpleUploadedFile(name, file.getvalue(), content_type="application/pdf")
