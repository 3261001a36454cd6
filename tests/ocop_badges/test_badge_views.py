import json
from datetime import date, datetime, timedelta
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image

from catalog.models import FormerProductSlug
from ocop_badges.days import ZONE
from ocop_badges.pictures import DEFAULT_SIZE, size_from
from tests.factories import DAY, certify, certify_expired, make_product, revoke, suspend

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return make_product(name="Mắc ca Lê Anh Tuy Đức", name_en="Macadamia & <co>", slug="mac-ca")


@pytest.fixture
def certificate(product):
    return certify(product, stars=4, issued_on=date(2025, 6, 19))


def is_transparent_pixel(response) -> bool:
    image = Image.open(BytesIO(response.content)).convert("RGBA")
    return image.size == (1, 1) and image.getpixel((0, 0))[3] == 0


class TestJson:
    def test_it_tells_the_stars(self, client, certificate):
        response = client.get("/badges/mac-ca.json")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["X-OCOP-Badge"] == "4"
        assert response.json() == {
            "product": "mac-ca",
            "stars": 4,
            "valid_until": "2028-06-19",
            "certificate": certificate.public_id,
            "status": "valid",
            "checked_at": "2026-11-22T12:00:00+07:00",
        }

    def test_it_says_none_where_there_never_was_a_certificate(self, client, product):
        response = client.get("/badges/mac-ca.json")
        assert response.headers["X-OCOP-Badge"] == "none"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.json() | {"checked_at": ""} == {
            "product": "mac-ca",
            "stars": None,
            "valid_until": None,
            "certificate": None,
            "status": "none",
            "checked_at": "",
        }

    def test_it_says_why_there_are_no_stars(self, client, product):
        expired = certify_expired(product)
        assert client.get("/badges/mac-ca.json").json()["status"] == "expired"
        current = certify(product)
        suspend(current)
        answer = client.get("/badges/mac-ca.json").json()
        assert (answer["status"], answer["certificate"], answer["stars"]) == ("suspended", current.public_id, None)
        revoke(current)
        answer = client.get("/badges/mac-ca.json").json()
        assert (answer["status"], answer["certificate"]) == ("revoked", current.public_id)
        assert expired.public_id != current.public_id

    def test_it_says_upcoming_before_the_first_day(self, client, product):
        certify(
            product,
            issued_on=DAY,
            valid_from=DAY + timedelta(days=1),
            end_reason="printed",
            valid_until=DAY.replace(year=2029),
        )
        assert client.get("/badges/mac-ca.json").json()["status"] == "upcoming"

    def test_it_answers_for_an_unpublished_product(self, client, certificate, product):
        product.is_published = False
        product.save()
        assert client.get("/badges/mac-ca.json").json()["stars"] == 4

    def test_it_asks_few_questions(self, client, certificate, django_assert_num_queries):
        with django_assert_num_queries(2):
            client.get("/badges/mac-ca.json")
        suspend(certificate)
        with django_assert_num_queries(3):
            client.get("/badges/mac-ca.json")

    def test_it_ignores_what_it_does_not_know(self, client, certificate):
        assert client.get("/badges/mac-ca.json?v=2&utm_source=x&lang=fr&lang=de").status_code == 200


class TestPictures:
    def test_the_png_is_as_high_as_asked(self, client, certificate):
        for size in (32, 64, 512):
            response = client.get(f"/badges/mac-ca.png?size={size}")
            assert response.headers["Content-Type"] == "image/png"
            assert response.headers["X-OCOP-Badge"] == "4"
            assert Image.open(BytesIO(response.content)).height == size

    @pytest.mark.parametrize(
        ("text", "size"),
        [
            (None, DEFAULT_SIZE),
            ("", DEFAULT_SIZE),
            ("big", DEFAULT_SIZE),
            ("-5", DEFAULT_SIZE),
            ("1e3", DEFAULT_SIZE),
            ("٣٢", DEFAULT_SIZE),
            ("1", 32),
            ("512", 512),
            ("513", 512),
            ("9" * 5000, 512),
        ],
    )
    def test_a_size_falls_back_or_is_bounded(self, text, size):
        assert size_from(text) == size

    def test_the_svg_names_product_stars_and_end(self, client, certificate):
        response = client.get("/badges/mac-ca.svg?size=120")
        root = ElementTree.fromstring(response.content)
        assert root.get("height") == "120"
        texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
        assert texts == ["Mắc ca Lê Anh Tuy Đức", "OCOP 4 sao", "Có giá trị đến hết 19/06/2028"]
        assert all(text.get("textLength") for text in root.iter("{http://www.w3.org/2000/svg}text"))
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")

    def test_it_speaks_english_and_escapes_names(self, client, certificate):
        response = client.get("/badges/mac-ca.svg?lang=en")
        root = ElementTree.fromstring(response.content)
        texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
        assert texts == ["Macadamia & <co>", "OCOP 4 stars", "Valid until 19 June 2028"]
        assert response.headers["Content-Language"] == "en"
        assert client.get("/badges/mac-ca.png?lang=en").content != client.get("/badges/mac-ca.png").content

    def test_without_stars_the_picture_is_one_transparent_pixel(self, client, certificate):
        suspend(certificate)
        for lang in ("vi", "en"):
            png = client.get(f"/badges/mac-ca.png?size=512&lang={lang}")
            assert (png.status_code, png.headers["X-OCOP-Badge"]) == (200, "none")
            assert png.headers["Cache-Control"] == "no-store"
            assert is_transparent_pixel(png)
            svg = client.get(f"/badges/mac-ca.svg?size=512&lang={lang}")
            root = ElementTree.fromstring(svg.content)
            assert (svg.status_code, svg.headers["X-OCOP-Badge"]) == (200, "none")
            assert (root.get("width"), root.get("height"), len(root)) == ("1", "1", 0)

    def test_the_operators_artwork_takes_the_tiles_place(self, client, certificate, settings, tmp_path):
        drawn_png, drawn_svg = (client.get(f"/badges/mac-ca.{ext}") for ext in ("png", "svg"))
        Image.new("RGBA", (900, 300), (255, 0, 0, 255)).save(tmp_path / "4.png")
        settings.OCOP_BADGE_ARTWORK_DIR = str(tmp_path)
        png, svg = (client.get(f"/badges/mac-ca.{ext}") for ext in ("png", "svg"))
        assert png.headers["ETag"] != drawn_png.headers["ETag"]
        middle = (DEFAULT_SIZE // 2, DEFAULT_SIZE // 2)
        assert Image.open(BytesIO(png.content)).convert("RGB").getpixel(middle) == (255, 0, 0)
        assert Image.open(BytesIO(drawn_png.content)).convert("RGB").getpixel(middle) != (255, 0, 0)
        assert b"data:image/png" in svg.content
        assert b"data:image/png" not in drawn_svg.content

    def test_unreadable_artwork_leaves_our_design(self, client, certificate, settings, tmp_path):
        (tmp_path / "4.png").write_bytes(b"not a picture")
        settings.OCOP_BADGE_ARTWORK_DIR = str(tmp_path)
        assert b"<ellipse" in client.get("/badges/mac-ca.svg").content


class TestHttp:
    @pytest.mark.parametrize(
        "path", ["/badges/mac-ca.json", "/badges/mac-ca.svg", "/badges/mac-ca.png", "/embed/mac-ca.js"]
    )
    def test_any_site_may_read_it(self, client, certificate, path):
        for response in (client.get(path), client.head(path), client.options(path), client.post(path)):
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert "X-OCOP-Badge" in response.headers["Access-Control-Expose-Headers"]
            assert "Set-Cookie" not in response.headers
            assert "Cookie" not in response.headers.get("Vary", "")

    @pytest.mark.parametrize(
        "path", ["/badges/mac-ca.json", "/badges/mac-ca.svg", "/badges/mac-ca.png", "/embed/mac-ca.js"]
    )
    def test_it_answers_304_to_who_has_it(self, client, certificate, path):
        etag = client.get(path).headers["ETag"]
        for given in (etag, f'"other", {etag}', "*", etag.removeprefix("W/"), f"W/{etag.removeprefix('W/')}"):
            response = client.get(path, headers={"If-None-Match": given})
            assert (response.status_code, response.content) == (304, b"")
            assert response.headers["ETag"] == etag
            assert response.headers["Content-Type"] == client.get(path).headers["Content-Type"]
            assert response.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
        for given in ('"other"', "", etag.strip('W/"')):
            assert client.get(path, headers={"If-None-Match": given}).status_code == 200

    def test_head_is_a_get_without_a_body(self, client, certificate):
        for ext in ("json", "svg", "png"):
            got, head = client.get(f"/badges/mac-ca.{ext}"), client.head(f"/badges/mac-ca.{ext}")
            assert head.content == b""
            for header in ("ETag", "Content-Type", "Cache-Control", "X-OCOP-Badge", "Content-Length"):
                assert head.headers[header] == got.headers[header]

    def test_options_is_a_preflight_answer(self, client):
        response = client.options("/badges/anything.json")
        assert (response.status_code, response.content) == (204, b"")
        assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"

    def test_other_methods_are_refused(self, client, certificate):
        response = client.post("/badges/mac-ca.json")
        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
        assert response.json()["type"].endswith("method-not-allowed")

    def test_an_unknown_product_is_a_problem(self, client):
        for path in ("/badges/nothing.json", "/badges/nothing.png", "/badges/nothing.svg", "/embed/nothing.js"):
            response = client.get(path)
            assert response.status_code == 404
            assert response.headers["Content-Type"] == "application/problem+json"
            assert response.headers["Cache-Control"] == "no-store"

    def test_a_former_slug_leads_on_with_its_query(self, client, product, certificate):
        FormerProductSlug.objects.create(slug="mac-ca-cu", product=product)
        response = client.get("/badges/mac-ca-cu.svg?size=40&lang=en")
        assert (response.status_code, response.headers["Location"]) == (308, "/badges/mac-ca.svg?size=40&lang=en")
        assert client.get("/embed/mac-ca-cu.js").headers["Location"] == "/embed/mac-ca.js"

    def test_the_etag_knows_day_language_and_size_but_not_the_instant(self, client, certificate, clock):
        def etags() -> list[str]:
            return [
                client.get(path).headers["ETag"]
                for path in (
                    "/badges/mac-ca.json",
                    "/badges/mac-ca.svg",
                    "/badges/mac-ca.png",
                    "/badges/mac-ca.png?lang=en",
                    "/badges/mac-ca.png?size=40",
                )
            ]

        noon = etags()
        assert len(set(noon)) == 5
        assert noon[0].startswith('W/"')
        clock(datetime(2026, 11, 22, 18, 30, tzinfo=ZONE))
        assert etags() == noon
        clock(DAY + timedelta(days=1))
        assert not set(etags()) & set(noon)

    def test_a_new_name_is_a_new_picture(self, client, product, certificate):
        before = client.get("/badges/mac-ca.png").headers["ETag"]
        product.name = "Mắc ca Tuy Đức"
        product.save()
        assert client.get("/badges/mac-ca.png").headers["ETag"] != before

    def test_it_is_fresh_for_a_minute_but_never_past_midnight(self, client, certificate, clock):
        for moment, seconds in (
            (datetime(2026, 11, 22, 12, tzinfo=ZONE), 60),
            (datetime(2026, 11, 22, 23, 59, 30, tzinfo=ZONE), 30),
            (datetime(2026, 11, 22, 23, 59, 59, 900_000, tzinfo=ZONE), 0),
        ):
            clock(moment)
            for path in ("/badges/mac-ca.json", "/badges/mac-ca.png", "/embed/mac-ca.js"):
                cache = client.get(path).headers["Cache-Control"]
                assert cache == f"public, max-age={seconds}, must-revalidate"


class TestTheEnd:
    def test_the_stars_end_at_midnight_on_every_badge(self, client, certificate, clock):
        last_second = datetime(2028, 6, 19, 23, 59, 59, tzinfo=ZONE)
        clock(last_second)
        held = client.get("/badges/mac-ca.svg").headers["ETag"]
        assert {client.get(f"/badges/mac-ca.{ext}").headers["X-OCOP-Badge"] for ext in ("json", "svg", "png")} == {"4"}
        clock(last_second + timedelta(seconds=1))
        assert {client.get(f"/badges/mac-ca.{ext}").headers["X-OCOP-Badge"] for ext in ("json", "svg", "png")} == {
            "none"
        }
        answer = json.loads(client.get("/badges/mac-ca.json").content)
        assert (answer["stars"], answer["status"]) == (None, "expired")
        # Whoever kept the picture of yesterday is not told that it still holds.
        assert client.get("/badges/mac-ca.svg", headers={"If-None-Match": held}).status_code == 200
