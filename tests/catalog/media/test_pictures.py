import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.base import ContentFile
from django.template import Context, Template, TemplateSyntaxError
from PIL import Image

from catalog.media import pictures
from catalog.media.pictures import load_pictures, load_sources
from catalog.media.renditions import _render, _store
from catalog.models import ShopImage, ShopRendition

from .files import picture_bytes, store_image

pytestmark = pytest.mark.django_db


def test_it_offers_every_format_and_width():
    image = store_image(title="Mắc ca rang")

    picture = load_pictures([image.pk])[image.pk]

    assert [source.type for source in picture.sources] == ["image/avif", "image/webp", "image/jpeg"]
    for source in picture.sources:
        assert [entry.split()[1] for entry in source.srcset.split(", ")] == ["320w", "640w", "1024w"]
    assert (picture.width, picture.height) == (1024, 768)
    assert picture.src.endswith(".jpg")
    assert picture.alt == "Mắc ca rang"


def test_it_reads_existing_renditions_with_one_query(django_assert_num_queries):
    ids = [store_image(title=title, size=(500, 300)).pk for title in ("A", "B", "C")]
    load_pictures(ids)
    load_sources(ids)

    with django_assert_num_queries(1):
        assert list(load_pictures(ids)) == ids
    with django_assert_num_queries(1):
        assert list(load_sources(ids)) == ids


def test_it_asks_nothing_for_no_image(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert load_pictures([]) == {}
        assert load_sources([None]) == {}


def test_it_never_shows_a_picture_larger_than_it_is():
    image = store_image(size=(500, 250))

    picture = load_pictures([image.pk])[image.pk]

    assert (picture.width, picture.height) == (500, 250)
    for source in picture.sources:
        assert [entry.split()[1] for entry in source.srcset.split(", ")] == ["320w", "500w"]
    assert not ShopRendition.objects.filter(filter_spec__startswith="width-1024").exists()


def test_it_leaves_out_unknown_images_and_lost_files(caplog):
    kept, lost = store_image(), store_image()
    lost.file.storage.delete(lost.file.name)

    with caplog.at_level(logging.ERROR):
        loaded = load_pictures([lost.pk, kept.pk, 999_999])

    assert list(loaded) == [kept.pk]
    assert f"image {lost.pk}" in caplog.text


def test_it_makes_only_what_is_missing():
    image = store_image()
    load_pictures([image.pk])
    ShopRendition.objects.filter(filter_spec="width-640|format-avif").delete()
    others = set(ShopRendition.objects.values_list("pk", flat=True))

    load_pictures([image.pk])

    now = set(ShopRendition.objects.values_list("pk", flat=True))
    assert others < now
    assert len(now - others) == 1


def render_one(image, spec):
    with ThreadPoolExecutor(max_workers=1) as workers:
        return _render(image, [spec], workers)


def test_it_keeps_what_another_process_stored_first():
    image = store_image()
    spec = "width-320|format-webp"
    (first,) = _store(render_one(image, spec))
    (double,) = render_one(image, spec)

    (kept,) = _store([double])

    assert kept.pk == first.pk
    assert kept.file.name == first.file.name
    assert kept.file.storage.exists(kept.file.name)
    assert not kept.file.storage.exists(double.file.name)


@pytest.mark.parametrize("kind", ["avif", "webp", "jpeg"])
def test_each_rendition_is_what_it_says(kind):
    image = store_image(size=(900, 600))
    load_pictures([image.pk], widths=(320,))

    rendition = ShopRendition.objects.get(filter_spec=f"width-320|format-{kind}")

    with rendition.file.storage.open(rendition.file.name) as file, Image.open(file) as picture:
        assert (picture.format, picture.size) == (kind.upper(), (320, 213))
    assert (rendition.width, rendition.height) == (320, 213)


def test_transparency_lies_on_white_in_jpeg():
    image = ShopImage(title="x")
    image.file.save("x.png", ContentFile(picture_bytes("PNG", mode="RGBA", size=(640, 640), colour=(0, 0, 0, 0))))
    load_pictures([image.pk], widths=(320,))

    rendition = ShopRendition.objects.get(filter_spec="width-320|format-jpeg")

    with rendition.file.storage.open(rendition.file.name) as file, Image.open(file) as picture:
        assert min(picture.getpixel((100, 100))) > 250


@pytest.mark.parametrize("spec", ["fill-100x100|format-webp", "width-640", "width-640|format-gif", ""])
def test_it_makes_nothing_but_widths_and_formats(spec):
    with pytest.raises(ValueError):
        load_sources([store_image().pk], spec=spec)


def test_its_api_source_is_one_webp():
    image = store_image()

    source = load_sources([image.pk])[image.pk]

    assert source.startswith("/media/images/")
    assert source.endswith(".webp")
    assert ShopRendition.objects.get().width == 640


def render(source: str, **context: object) -> str:
    return Template("{% load pictures %}" + source).render(Context(context))


def test_its_tag_writes_the_markup():
    image = store_image(title='Hạt "mắc ca" <1>')
    picture = load_pictures([image.pk])[image.pk]

    html = render('{% picture_of picture sizes="50vw" class="card" %}', picture=picture)

    assert html.startswith('<picture><source type="image/avif" srcset="/media/')
    assert html.count("<source") == 2
    assert html.count('sizes="50vw"') == 3
    assert 'width="1024" height="768"' in html
    assert 'alt="Hạt &quot;mắc ca&quot; &lt;1&gt;"' in html
    assert 'loading="lazy"' in html
    assert 'class="card"' in html
    assert "fetchpriority" not in html


def test_its_tag_hurries_the_first_picture_and_takes_another_text():
    image = store_image()
    picture = load_pictures([image.pk])[image.pk]

    html = render('{% picture_of picture loading="eager" alt="" %}', picture=picture)

    assert 'loading="eager"' in html
    assert 'fetchpriority="high"' in html
    assert 'alt=""' in html


def test_its_tag_writes_nothing_for_no_picture():
    assert render("{% picture_of picture %}", picture=None) == ""


def test_its_tag_refuses_an_unknown_loading():
    picture = pictures.Picture(src="/a.jpg", width=1, height=1, alt="", sources=[])
    with pytest.raises(TemplateSyntaxError):
        render('{% picture_of picture loading="soon" %}', picture=picture)
