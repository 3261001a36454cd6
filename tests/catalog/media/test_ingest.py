import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import translation
from PIL import Image, ImageCms

from catalog.media.ingest import MAX_BYTES, MAX_SIDE, reencode
from catalog.models import ShopImage

from .files import bomb_png, bomb_webp, phone_photo, picture_bytes, two_coloured


def ingest(data: bytes, name: str = "ảnh.jpg") -> Image.Image:
    return Image.open(BytesIO(reencode(ContentFile(data, name=name)).read()))


def test_it_turns_a_phone_photo_upright_and_forgets_where_it_was_taken():
    photo = phone_photo()
    assert Image.open(BytesIO(photo)).size == (80, 40)
    assert b"secret place" in photo

    picture = ingest(photo)

    assert picture.size == (40, 80)
    top, bottom = picture.getpixel((20, 20)), picture.getpixel((20, 60))
    assert top[0] > 150 > top[2]
    assert bottom[2] > 150 > bottom[0]
    assert not picture.getexif()
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    written = reencode(ContentFile(photo, name="a.jpg")).read()
    for secret in (b"secret place", b"taken at home", b"Camera of", b"GPS", b"Exif"):
        assert secret not in written


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_it_takes_every_kind_it_names(kind):
    picture = ingest(two_coloured(kind))
    assert (picture.format, picture.size, picture.mode) == ("JPEG", (80, 40), "RGB")


@pytest.mark.parametrize(
    ("kind", "mode", "colour"),
    [
        ("PNG", "L", 100),
        ("PNG", "1", 1),
        ("PNG", "P", 3),
        ("PNG", "I;16", 40_000),
        ("JPEG", "CMYK", (10, 20, 30, 40)),
        ("JPEG", "L", 100),
        ("PNG", "RGBA", (1, 2, 3, 255)),
    ],
)
def test_it_takes_every_mode(kind, mode, colour):
    picture = ingest(picture_bytes(kind, mode=mode, colour=colour))
    assert (picture.format, picture.mode) == ("JPEG", "RGB")


def test_it_keeps_sixteen_bit_grey_as_bright_as_it_was():
    picture = ingest(picture_bytes("PNG", mode="I;16", colour=128 * 256))
    assert picture.getpixel((5, 5))[0] == pytest.approx(128, abs=2)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_it_keeps_transparency(kind):
    picture = ingest(picture_bytes(kind, mode="RGBA", colour=(10, 200, 10, 100)), "ảnh trong.png")
    assert (picture.format, picture.mode) == ("PNG", "RGBA")
    assert picture.getpixel((3, 3))[3] == pytest.approx(100, abs=3)


def test_it_brings_colours_to_srgb_and_drops_the_profile():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = ingest(two_coloured("PNG", icc_profile=lab))
    assert "icc_profile" not in picture.info
    assert picture.getpixel((10, 10))[0] > 200


def test_it_ignores_a_broken_colour_profile():
    picture = ingest(two_coloured("PNG", icc_profile=b"not a profile at all"))
    assert picture.getpixel((10, 10))[0] > 200


def test_it_takes_the_first_frame_of_an_animation():
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue")]
    output = BytesIO()
    frames[0].save(output, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    picture = ingest(output.getvalue(), "a.webp")
    assert picture.getpixel((5, 5))[0] > 200


def test_it_scales_down_and_never_up():
    assert max(ingest(picture_bytes(size=(MAX_SIDE * 2, 100))).size) == MAX_SIDE
    assert ingest(picture_bytes(size=(3, 2))).size == (3, 2)


def test_it_trusts_the_content_and_not_the_name():
    stored = reencode(ContentFile(picture_bytes("PNG", mode="RGBA", colour=(1, 2, 3, 0)), name="Ảnh Đẹp.JPG"))
    assert stored.name.startswith("anh-dep-")
    assert stored.name.endswith(".png")


def test_it_names_a_file_without_a_usable_name():
    assert reencode(BytesIO(picture_bytes())).name.startswith("picture-")
    assert reencode(ContentFile(picture_bytes(), name="★.png")).name.startswith("picture-")


def test_it_gives_the_same_bytes_and_name_for_the_same_picture():
    first, second = (reencode(ContentFile(phone_photo(), name="a.jpg")) for _ in range(2))
    assert (first.name, first.read()) == (second.name, second.read())


def test_it_leaves_its_own_work_alone():
    done = reencode(ContentFile(picture_bytes(), name="a.jpg"))
    assert reencode(done) is done


def zip_bytes() -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("index.php", "<?php system($_GET['x']); ?>")
    return output.getvalue()


def test_it_drops_what_is_glued_to_a_picture():
    polyglot = two_coloured() + b"<?php system($_GET['x']); ?>" + zip_bytes()
    written = reencode(ContentFile(polyglot, name="a.php.jpg"))
    assert b"<?php" not in written.read()
    assert written.name.startswith("aphp-")


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        pytest.param(b"", "empty", "empty", id="empty"),
        pytest.param(b"\xff", "not-a-picture", "JPEG, PNG, WebP, AVIF", id="one byte"),
        pytest.param(b"<!DOCTYPE html><script>alert(1)</script>", "not-a-picture", "HTML", id="html"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not-a-picture", "SVG", id="svg"),
        pytest.param(b"<?xml version='1.0'?>\n<svg/>", "not-a-picture", "SVG", id="xml svg"),
        pytest.param(b"<?php phpinfo();", "not-a-picture", "PHP", id="php"),
        pytest.param(b"GIF89a" + b"\0" * 40, "not-a-picture", "GIF", id="gif"),
        pytest.param(zip_bytes(), "not-a-picture", "ZIP", id="zip named jpg"),
        pytest.param(b"%PDF-1.7\n%", "not-a-picture", "PDF", id="pdf"),
        pytest.param(b"\0\0\0\x18ftypheic" + b"\0" * 40, "not-a-picture", "HEIC", id="heic"),
        pytest.param(picture_bytes("TIFF"), "not-a-picture", "TIFF", id="tiff"),
        pytest.param(two_coloured(size=(400, 400))[:900], "damaged", "damaged", id="truncated jpeg"),
        pytest.param(two_coloured("PNG", size=(400, 400))[:200], "damaged", "damaged", id="truncated png"),
        pytest.param(two_coloured("WEBP", size=(400, 400))[:60], "damaged", "damaged", id="truncated webp"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"\0" * 30, "damaged", "damaged", id="jpeg header only"),
        pytest.param(bomb_png(), "too-many-pixels", "40", id="bomb png"),
        pytest.param(bomb_png(10_000, 5_000), "too-many-pixels", "10000 × 5000", id="png just too large"),
        pytest.param(bomb_png(12_000, 9_000), "too-many-pixels", "40", id="png where pillow warns"),
        pytest.param(bomb_png(0, 5), "damaged", "damaged", id="no width"),
        pytest.param(bomb_webp(), "too-many-pixels", "16384 × 16384", id="bomb webp"),
        pytest.param(b"\0" * (MAX_BYTES + 1), "too-large", "15 MB", id="too many bytes"),
    ],
)
def test_it_refuses_with_a_clear_message(data, code, says):
    with pytest.raises(ValidationError) as refusal:
        reencode(ContentFile(data, name="ảnh.jpg"))
    assert refusal.value.code == code
    with translation.override("en"):
        assert says in refusal.value.messages[0]


@pytest.mark.django_db
class TestStoring:
    def test_it_stores_no_original_given_to_the_model(self):
        image = ShopImage(title="Ảnh", file=ContentFile(phone_photo(), name="DSC_0001.JPG"))
        image.save()
        self.check(image)

    def test_it_stores_no_original_given_to_the_file_field(self):
        image = ShopImage(title="Ảnh")
        image.file.save("DSC_0001.JPG", ContentFile(phone_photo()))
        self.check(image)

    def test_it_stores_no_original_created_in_bulk(self):
        ShopImage.objects.bulk_create([ShopImage(title="Ảnh", file=ContentFile(phone_photo(), name="DSC_0001.JPG"))])
        self.check(ShopImage.objects.get())

    def test_it_stores_no_original_in_place_of_another(self):
        image = ShopImage.objects.create(title="Ảnh", file=ContentFile(picture_bytes(), name="a.jpg"))
        image.file = ContentFile(phone_photo(), name="DSC_0001.JPG")
        image.save()
        self.check(image)

    def check(self, image: ShopImage) -> None:
        image.refresh_from_db()
        with image.file.storage.open(image.file.name) as stored:
            content = stored.read()
        assert content == reencode(ContentFile(phone_photo(), name="a.jpg")).read()
        assert (image.width, image.height) == (40, 80)
        assert image.file_size == len(content)
        assert image.file_hash == reencode(ContentFile(phone_photo(), name="a.jpg")).sha1
        assert image.file.name.startswith("original_images/dsc_0001-")

    @pytest.mark.parametrize("data", [b"<html>", bomb_png(), two_coloured(size=(400, 400))[:900]])
    def test_it_refuses_an_unfit_file_and_stores_nothing(self, data):
        with pytest.raises(ValidationError):
            ShopImage.objects.create(title="Ảnh", file=ContentFile(data, name="a.jpg"))
        assert not ShopImage.objects.exists()
