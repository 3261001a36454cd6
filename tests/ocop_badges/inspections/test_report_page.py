"""The public page for "this logo looks wrong": who may send what, how often, and what is kept."""

import re
import threading
from datetime import datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from ocop_badges.days import ZONE, start_of
from ocop_badges.inspections.limits import TooManyReports, count_report, forget_senders, sender_of
from ocop_badges.inspections.models import MarkReport, ReportSender
from ocop_badges.models import EvidenceFile
from tests.factories import AT, DAY, certify, make_product
from tests.pages import Page

WORDS = {"text": "Sao in trên hộp khác trang này", "place": "Chợ Bến Thành, quầy 4"}


def photo(kind: str = "JPEG") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(out, kind)
    return SimpleUploadedFile("anh.jpg", out.getvalue())


@pytest.mark.django_db
def test_a_report_from_the_verify_page_is_about_that_certificate(client):
    certificate = certify(make_product())
    page = client.get(f"/verify/{certificate.public_id}/").content.decode()
    (address,) = re.findall(r'href="(/report-logo/[^"]*)"', page)
    response = client.post(address, {**WORDS, "place": "", "contact": "lan@example.vn", "photo": photo()})
    report = MarkReport.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, f"/report-logo/thanks/{report.public_id}/")
    assert (report.product, report.certificate, report.state) == (certificate.product, certificate, "new")
    assert report.photo.kind == "jpg"
    assert report.public_id in client.get(response.headers["Location"]).content.decode()


@pytest.mark.django_db
def test_a_report_from_the_product_page_is_about_that_product(client):
    product = make_product()
    page = client.get(f"/en/products/{product.slug}/").content.decode()
    assert f'href="/en/report-logo/?product={product.slug}"' in page
    client.post(f"/en/report-logo/?product={product.slug}", WORDS)
    assert MarkReport.objects.get().product == product


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?product=unheard-of", "?certificate=000000000000", "?product=%00&utm_source=x"])
def test_without_a_known_product_the_place_is_needed_and_no_photo_taken(client, query):
    page = client.get(f"/report-logo/{query}")
    assert page.status_code == 200
    assert 'type="file"' not in page.content.decode()
    refused = client.post(f"/report-logo/{query}", {**WORDS, "place": ""})
    assert refused.status_code == 422
    assert not MarkReport.objects.exists()
    client.post(f"/report-logo/{query}", {**WORDS, "photo": photo()})
    assert MarkReport.objects.get().photo is None
    assert not EvidenceFile.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "/en"])
def test_the_page_is_sound_html_and_kept_by_no_cache(client, language):
    for query in ("", f"?product={make_product().slug}"):
        response = client.get(f"{language}/report-logo/{query}")
        assert Page(response.content.decode()).flaws == []
        assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_what_a_machine_fills_in_is_thanked_for_and_dropped(client):
    response = client.post("/report-logo/", {**WORDS, "website": "http://spam.example"})
    assert response.headers["Location"].startswith("/report-logo/thanks/")
    assert not MarkReport.objects.exists()


@pytest.mark.django_db
def test_a_photo_that_is_none_is_refused_and_nothing_is_kept(client):
    product = make_product()
    for upload in (SimpleUploadedFile("a.jpg", b"no picture"), SimpleUploadedFile("a.jpg", b"%PDF-1.4 x")):
        response = client.post(f"/report-logo/?product={product.slug}", {**WORDS, "photo": upload})
        assert response.status_code == 422
    assert not MarkReport.objects.exists()
    assert not EvidenceFile.objects.exists()


@pytest.mark.django_db
def test_the_thanks_page_repeats_nothing_but_a_number(client):
    assert client.get("/report-logo/thanks/%3Cscript%3E/").status_code == 302
    assert client.get("/report-logo/thanks/0123456789ab/").status_code == 200


# --- how often ---------------------------------------------------------------


@pytest.mark.django_db
def test_the_sixth_report_within_an_hour_is_refused_with_the_wait(client, clock):
    at = datetime.combine(DAY, time(9), tzinfo=ZONE)
    for minute in range(5):
        clock(at + timedelta(minutes=minute))
        assert client.post("/report-logo/", WORDS).status_code == 302
    clock(at + timedelta(minutes=30))
    refused = client.post("/report-logo/", WORDS)
    assert refused.status_code == 429
    assert 1790 <= int(refused.headers["Retry-After"]) <= 1810
    assert client.post("/report-logo/", WORDS, REMOTE_ADDR="192.0.2.9").status_code == 302
    clock(at + timedelta(minutes=30, seconds=int(refused.headers["Retry-After"])))
    assert client.post("/report-logo/", WORDS).status_code == 302
    assert MarkReport.objects.count() == 7


@pytest.mark.django_db
def test_twenty_a_day_and_the_hour_reaches_over_midnight():
    begin = start_of(DAY)
    for number in range(20):
        count_report("192.0.2.1", at=begin + timedelta(minutes=15 * number), on=DAY)
    with pytest.raises(TooManyReports) as caught:
        count_report("192.0.2.1", at=begin + timedelta(hours=12), on=DAY)
    assert caught.value.wait == 12 * 3600
    late = begin + timedelta(hours=23, minutes=50)
    for _ in range(5):
        count_report("192.0.2.2", at=late, on=DAY)
    tomorrow = DAY + timedelta(days=1)
    with pytest.raises(TooManyReports):
        count_report("192.0.2.2", at=late + timedelta(minutes=20), on=tomorrow)
    count_report("192.0.2.2", at=late + timedelta(minutes=61), on=tomorrow)


@pytest.mark.django_db
def test_no_address_is_kept_and_the_counts_go(client):
    client.post("/report-logo/", WORDS, REMOTE_ADDR="192.0.2.77")
    row = ReportSender.objects.get()
    assert "192.0.2.77" not in f"{row.key} {row.at}"
    count_report("192.0.2.77", at=AT + timedelta(days=1), on=DAY + timedelta(days=1))
    assert ReportSender.objects.count() == 2  # another day, another key: nobody is followed
    midnight = start_of(DAY + timedelta(days=1))
    assert forget_senders(at=midnight + timedelta(minutes=59)) == 0  # still counts towards the hour
    assert forget_senders(at=midnight + timedelta(minutes=60)) == 1


@pytest.mark.parametrize(
    ("forwarded", "count", "expected"),
    [
        ("", 0, "192.0.2.1"),
        ("203.0.113.5", 0, "192.0.2.1"),  # nobody of ours wrote that
        ("10.9.9.9, 203.0.113.5", 1, "203.0.113.5"),
        ("203.0.113.5, 198.51.100.2", 2, "203.0.113.5"),
        ("rubbish", 1, "unknown"),
        ("2001:db8:1:2:3:4:5:6", 1, "2001:0db8:0001:0002"),
        ("::ffff:203.0.113.5", 1, "203.0.113.5"),
    ],
)
def test_the_sender_is_who_our_own_proxy_saw(rf, settings, forwarded, count, expected):
    settings.PROXY_COUNT = count
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert sender_of(rf.get("/", REMOTE_ADDR="192.0.2.1", headers=headers)) == expected


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_twenty_reports_at_once_five_pass():
    barrier, outcomes = threading.Barrier(20), []

    def send() -> None:
        barrier.wait(20)
        try:
            count_report("192.0.2.1", at=AT, on=DAY)
            outcomes.append("sent")
        except TooManyReports:
            outcomes.append("refused")
        except Exception as error:  # noqa: BLE001 - told below
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["refused"] * 15 + ["sent"] * 5


def test_photos_lie_where_no_address_leads():
    assert not Path(settings.EVIDENCE_ROOT).is_relative_to(settings.MEDIA_ROOT)
