from datetime import date
from io import BytesIO

import pytest

from catalog.media.pictures import load_pictures, load_sources
from catalog.models import ShopImage, ShopRendition
from tests.factories import DAY, certify, make_product, revoke

from .files import picture_bytes, store_image

pytestmark = pytest.mark.django_db

LAST_DAY = date(2027, 11, 22)  # of a certificate issued on 2024-11-22


@pytest.fixture
def product():
    return make_product()


@pytest.fixture
def marked(product):
    """A picture of a mark whose product has stars until LAST_DAY."""
    certify(product, issued_on=date(2024, 11, 22))
    return store_image(shows_ocop_mark=True, marked_product=product)


def test_it_serves_an_image(client, django_assert_num_queries):
    image = store_image()

    with django_assert_num_queries(1):
        response = client.get(f"/media/{image.file.name}")

    assert response.status_code == 200
    assert b"".join(response.streaming_content) == image.file.storage.open(image.file.name).read()
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=86400"
    assert int(response["Content-Length"]) == image.file_size


@pytest.mark.parametrize(("spec", "kind"), [("format-avif", "image/avif"), ("format-webp", "image/webp")])
def test_it_serves_a_rendition_with_its_type(client, django_assert_num_queries, spec, kind):
    image = store_image()
    load_pictures([image.pk])
    rendition = ShopRendition.objects.get(filter_spec=f"width-320|{spec}")

    with django_assert_num_queries(1):
        response = client.get(rendition.url)

    assert response.status_code == 200
    assert response["Content-Type"] == kind


def test_it_answers_304_to_what_is_still_the_same(client):
    image = store_image()
    url = f"/media/{image.file.name}"
    first = client.get(url)

    by_tag = client.get(url, headers={"If-None-Match": first["ETag"]})
    by_date = client.get(url, headers={"If-Modified-Since": first["Last-Modified"]})

    assert (by_tag.status_code, by_date.status_code) == (304, 304)
    assert by_tag["ETag"] == first["ETag"]
    assert by_tag["Cache-Control"] == "public, max-age=86400"
    assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


def test_it_answers_head_and_nothing_that_writes(client):
    url = f"/media/{store_image().file.name}"
    assert client.head(url).status_code == 200
    assert client.post(url).status_code == 405


def test_it_shows_a_mark_until_the_last_second_of_its_stars(client, clock, marked):
    url = f"/media/{marked.file.name}"
    source = load_sources([marked.pk])[marked.pk]

    clock(LAST_DAY)
    during = client.get(url)
    assert during.status_code == 200
    assert during["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert client.get(source).status_code == 200

    clock(date(2027, 11, 23))
    after = client.get(url, headers={"If-None-Match": during["ETag"]})
    assert after.status_code == 404
    assert after["Cache-Control"] == "no-store"
    assert client.get(source).status_code == 404


def test_it_shows_no_mark_of_a_revoked_certificate(client, product):
    certificate = certify(product)
    image = store_image(shows_ocop_mark=True, marked_product=product)
    assert client.get(f"/media/{image.file.name}").status_code == 200

    revoke(certificate)

    assert client.get(f"/media/{image.file.name}").status_code == 404


def test_stars_of_another_product_serve_no_mark(client, product):
    certify(make_product())
    image = store_image(shows_ocop_mark=True, marked_product=product)
    assert client.get(f"/media/{image.file.name}").status_code == 404


def test_its_queryset_agrees_with_the_view(marked, product):
    plain = store_image()
    without = store_image(shows_ocop_mark=True, marked_product=make_product())

    assert set(ShopImage.objects.servable_on(LAST_DAY)) == {plain, marked}
    assert set(ShopImage.objects.servable_on(date(2027, 11, 23))) == {plain}
    assert set(ShopImage.objects.servable_on(DAY)) == {plain, marked}
    assert without not in ShopImage.objects.servable_on(DAY)


@pytest.mark.parametrize(
    "path",
    [
        "../manage.py",
        "original_images/../../manage.py",
        "%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "original_images/",
        "nothing.jpg",
        "a\x00.jpg",
        "%00.jpg",
        "%ff%fe.jpg",
        "a" * 3000 + ".jpg",
    ],
)
def test_it_opens_nothing_the_catalogue_does_not_know(client, path):
    response = client.get(f"/media/{path}")
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store"


def test_it_serves_no_stray_file(client):
    storage = store_image().file.storage
    name = storage.save("original_images/stray.jpg", BytesIO(picture_bytes()))
    assert client.get(f"/media/{name}").status_code == 404


def test_a_lost_file_is_not_found(client):
    image = store_image()
    image.file.storage.delete(image.file.name)
    assert client.get(f"/media/{image.file.name}").status_code == 404
