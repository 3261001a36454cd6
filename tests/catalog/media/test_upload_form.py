"""Uploads through Wagtail's own admin views."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images.forms import get_image_form
from wagtail.models import Collection, UploadedFile

from catalog.models import Listing, ProductImage, ShopImage
from catalog.search.indexing import refresh_listings
from tests.factories import make_product

from .files import bomb_png, phone_photo, picture_bytes, store_image, two_coloured

pytestmark = pytest.mark.django_db


def upload(data: bytes, name: str = "DSC_0001.JPG") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def root() -> int:
    return Collection.get_first_root_node().pk


def image_form(file=None, instance=None, **fields):
    data = {"title": "Ảnh", "collection": root(), "tags": "", **fields}
    return get_image_form(ShopImage)(data, {"file": file} if file else {}, instance=instance)


def test_it_stores_what_it_reencoded():
    form = image_form(upload(phone_photo()))
    assert form.is_valid(), form.errors

    image = form.save()

    image.refresh_from_db()
    stored = image.file.storage.open(image.file.name).read()
    assert b"Exif" not in stored
    assert (image.width, image.height) == (40, 80)
    assert image.file_size == len(stored)


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"<html></html>", "anh.jpg", "HTML"),
        (b"PK\x03\x04" + b"\0" * 60, "anh.jpg", "ZIP"),
        (b"", "anh.jpg", "trống|empty"),
        (bomb_png(), "anh.png", "40"),
        (two_coloured(size=(400, 400))[:900], "anh.jpg", "damaged|hỏng"),
    ],
)
def test_it_says_beside_the_file_what_is_wrong_with_it(data, name, says):
    form = image_form(upload(data, name))
    assert list(form.errors) == ["file"]
    assert any(word in str(form.errors["file"]) for word in says.split("|"))


def test_it_takes_a_png_named_jpg():
    form = image_form(upload(picture_bytes("PNG"), "anh.jpg"))
    assert form.is_valid(), form.errors


def test_it_wants_the_product_of_a_mark():
    form = image_form(upload(picture_bytes()), shows_ocop_mark="on")
    assert not form.is_valid()
    assert "marked_product" in form.errors


def test_it_wants_the_tick_where_a_product_is_named():
    form = image_form(upload(picture_bytes()), marked_product=make_product().pk)
    assert not form.is_valid()
    assert "shows_ocop_mark" in form.errors


def test_it_keeps_a_mark_with_its_product():
    product = make_product()
    form = image_form(upload(picture_bytes()), shows_ocop_mark="on", marked_product=product.pk)
    assert form.is_valid(), form.errors
    assert form.save().marked_product == product


def test_it_edits_an_image_without_a_new_file():
    image = store_image()
    form = image_form(instance=image, title="Tên mới")
    assert form.is_valid(), form.errors
    name = image.file.name
    assert form.save().file.name == name


def test_it_asks_for_the_file_again_when_something_else_is_wrong():
    form = image_form(upload(phone_photo()), title="")
    assert not form.is_valid()
    assert set(form.errors) == {"title", "file"}


def test_marking_an_image_reaches_the_listings_that_show_it():
    product = make_product()
    image = store_image()
    ProductImage.objects.create(product=product, image=image)
    refresh_listings([product.pk])
    assert Listing.objects.get().unmarked_image == image

    form = image_form(instance=image, shows_ocop_mark="on", marked_product=product.pk)
    assert form.is_valid(), form.errors
    form.save()

    listing = Listing.objects.get()
    assert (listing.image, listing.unmarked_image) == (image, None)


@pytest.mark.parametrize("field", ["title", "description"])
def test_it_refuses_a_typed_claim_beside_its_field(field):
    form = image_form(upload(picture_bytes()), **{field: "Hộp OCOP 4 sao"})
    assert not form.is_valid()
    assert field in form.errors


class TestThroughTheAdmin:
    def test_it_shows_the_refusal_on_the_page(self, admin_client):
        response = admin_client.post(
            "/admin/images/add/",
            {"title": "Ảnh", "file": upload(b"<html></html>"), "collection": root()},
        )
        assert response.status_code == 200
        assert "HTML" in response.content.decode()
        assert not ShopImage.objects.exists()

    def test_it_stores_several_at_once_without_their_originals(self, admin_client):
        response = admin_client.post(
            "/admin/images/multiple/add/",
            {"title": "Ảnh", "collection": root(), "files[]": upload(phone_photo())},
            headers={"X-Requested-With": "XMLHttpRequest"},
        )
        assert response.json()["success"], response.json()
        image = ShopImage.objects.get()
        assert b"Exif" not in image.file.storage.open(image.file.name).read()

    def test_it_sets_no_original_aside(self, admin_client):
        response = admin_client.post(
            "/admin/images/multiple/add/",
            {"title": "x" * 300, "collection": root(), "files[]": upload(phone_photo())},
            headers={"X-Requested-With": "XMLHttpRequest"},
        )
        assert not response.json()["success"]
        assert "Title" in response.json()["error_message"] or "Tiêu đề" in response.json()["error_message"]
        assert not UploadedFile.objects.exists()
        assert not ShopImage.objects.exists()
