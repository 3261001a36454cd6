"""``badge_audit``: pages of others that go on showing stars whose certificate ended."""

import json
import re
import socket
import threading
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import FormerProductSlug
from ocop_badges.badge_mentions import Mention, find_mentions
from ocop_badges.claims import claimed_stars
from tests.factories import DAY, certify, certify_expired, make_product, revoke, suspend

SITE = "https://shop.example"


def audit(*sources: object, **options: object) -> tuple[int, dict]:
    """The exit code and what ``--json`` prints."""
    out = StringIO()
    code = 0
    try:
        call_command("badge_audit", *map(str, sources), "--json", stdout=out, **options)
    except SystemExit as end:
        code = int(end.code)
    return code, json.loads(out.getvalue())


@pytest.fixture
def page(tmp_path):
    def write(html: str, name: str = "page.html"):
        path = tmp_path / name
        path.write_text(html, encoding="utf-8")
        return path

    return write


# --- what is found -------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "kind", "key"),
    [
        (f'<img src="{SITE}/badges/tra-sen.svg?size=64&amp;lang=vi" alt="">', "badge", "tra-sen"),
        (f'<img data-src="{SITE}/badges/tra-sen.png">', "badge", "tra-sen"),
        ('<img srcset="/badges/tra-sen.png?size=64 1x, /badges/tra-sen.png?size=128 2x">', "badge", "tra-sen"),
        (f'<div style="background:url({SITE}/badges/tra-sen.svg)">', "badge", "tra-sen"),
        (f"<style>.a{{background: url('{SITE}/badges/tra-sen.svg')}}</style>", "badge", "tra-sen"),
        (f"![4]({SITE}/badges/tra-sen.svg)", "badge", "tra-sen"),
        (f"<script src='{SITE}/embed/tra-sen.js' async></script>", "script", "tra-sen"),
        (f'<a href="{SITE}/verify/0123456789ab/">', "link", "0123456789ab"),
        (f'<a href="{SITE}/en/verify/O123456789AB">', "link", "0123456789ab"),
        (f"<IMG SRC={SITE}/badges/tra-sen.svg", "badge", "tra-sen"),  # never ends
        (f'<p><b><img src="{SITE}/badges/tra-sen.svg"</p>', "badge", "tra-sen"),
        ('<img src="https://other.example/badges/tra-sen.svg">', None, None),
        ('<img src="http://a℀b/badges/tra-sen.svg">', None, None),
        ("<![if !IE]><p>", None, None),
    ],
)
def test_it_finds_what_is_ours(html, kind, key):
    found = [(m.kind, m.slug or m.certificate) for m in find_mentions(html, site="shop.example")]
    assert found == ([(kind, key)] if kind else [])


@pytest.mark.parametrize(
    ("html", "claim"),
    [
        ('<img src="data:image/png;base64,AAAA" alt="OCOP 4 sao">', "OCOP 4 sao"),
        ('<img src="images/ocop-4-sao.png" alt="">', "ocop-4-sao"),
        ('<svg aria-label="4-star OCOP product"></svg>', "4-star OCOP"),
        ('<img src="a.png" title="OCOP ★★★★">', "OCOP ★★★★"),
    ],
)
def test_it_finds_copies_of_the_logo(html, claim):
    assert find_mentions(html) == [Mention(1, "copy", claim=claim)]


def test_it_tells_the_line_of_each_and_reads_no_comment_or_script_as_words():
    html = "\n".join(
        [
            "<!-- OCOP 5 sao",
            "OCOP 5 sao --><script>var a = 'OCOP 5 sao';",
            "</script>",
            '<img src="/badges/a.svg">',
            "<p>Đạt OCOP <b>4",
            "sao</b></p>",
            "see /badges/b.svg.",
        ]
    )
    found = [(m.line, m.kind, m.slug or m.claim) for m in find_mentions(html)]
    assert found == [(4, "badge", "a"), (5, "text", "OCOP 4 sao"), (7, "badge", "b")]


@pytest.mark.parametrize(
    ("claim", "stars"),
    [
        ("OCOP 4 sao", 4),
        ("bốn sao OCOP", 4),
        ("OCOP ★★★", 3),
        ("OCOP ****", 4),
        ("4* OCOP", 4),
        ("OCOP 2024 hạng 5", 5),
        ("OCOP năm sao", 5),
        ("OCOP năm nay đạt bốn sao", 4),
        ("OCOP xếp hạng năm 2024: 3 sao", 3),
        ("five-star OCOP", 5),
        ("OCOP", None),
    ],
)
def test_it_counts_the_stars_claimed(claim, stars):
    assert claimed_stars(claim) == stars


@given(st.text(alphabet="<>/!-[]\"'= aimgsrcbdoverify.01&;#x\n\x00", max_size=200))
def test_it_survives_whatever_it_reads(html):
    find_mentions(html)


# --- what is wrong ---------------------------------------------------------------


def ended(how: str):
    product = make_product()
    if how == "expired":
        certify_expired(product)
    elif how != "none":
        certificate = certify(product, valid_from=DAY + timedelta(days=9), issued_on=DAY) if how == "upcoming" else None
        certificate = certificate or certify(product)
        if how == "revoked":
            revoke(certificate)
        elif how == "suspended":
            suspend(certificate)
    return product


@pytest.mark.django_db
def test_a_valid_badge_is_right(page):
    product = make_product()
    certificate = certify(product, stars=4)
    html = (
        f'<a href="/verify/{certificate.public_id}/"><img src="/badges/{product.slug}.svg" alt="OCOP 4 sao"></a>'
        f'<script src="/embed/{product.slug}.js"></script>'
    )
    code, body = audit(page(html))
    assert code == 0
    assert [(m["kind"], m["status"], m["stars"], m["wrong"]) for m in body["mentions"]] == [
        ("link", "valid", 4, False),
        ("badge", "valid", 4, False),
        ("script", "valid", 4, False),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["none", "expired", "suspended", "revoked", "upcoming"])
def test_a_badge_without_valid_stars_is_wrong(page, status):
    product = ended(status)
    code, body = audit(page(f'\n<img src="/badges/{product.slug}.svg" alt="Sản phẩm OCOP 4 sao">'))
    (mention,) = body["mentions"]
    assert code == 1
    assert (mention["line"], mention["status"], mention["stars"], mention["wrong"]) == (2, status, None, True)
    assert "OCOP 4 sao" in mention["remark"]


@pytest.mark.django_db
def test_it_judges_by_the_day_asked_for(page):
    product = make_product()
    certify(product, issued_on=date(2025, 6, 19))
    path = page(f'<img src="/badges/{product.slug}.svg">')
    assert audit(path, "--on", "2028-06-19")[0] == 0
    assert audit(path, "--on", "2028-06-20")[0] == 1
    with pytest.raises(CommandError, match="not a day"):
        audit(path, "--on", "tomorrow")


@pytest.mark.django_db
def test_a_copy_is_right_only_while_it_leads_to_a_valid_certificate_with_these_stars(page):
    product = make_product()
    certificate = certify(product, stars=4)
    link = f'<a href="https://x.example/verify/{certificate.public_id}/"><img src="data:," alt="OCOP %s sao"></a>'
    right = audit(page(link % 4))
    assert right[0] == 0
    assert "not turn off" in right[1]["mentions"][1]["remark"]
    assert audit(page(link % 5))[0] == 1
    assert audit(page('<img src="data:," alt="OCOP 4 sao">'))[0] == 1  # whose?
    revoke(certificate)
    assert audit(page(link % 4))[0] == 1


@pytest.mark.django_db
def test_words_are_judged_on_a_page_about_one_product(page):
    product = ended("expired")
    code, body = audit(page(f'<a href="/verify/{product.ocop_certificates.get().public_id}/">x</a><p>OCOP 4 sao</p>'))
    assert code == 1
    assert [m["kind"] for m in body["mentions"]] == ["link", "text"]
    assert audit(page("<p>OCOP 4 sao</p>"))[1]["mentions"] == []


@pytest.mark.django_db
def test_a_replaced_certificate_is_no_fault_while_the_product_has_stars(page):
    product = make_product()
    first = certify(product, stars=3)
    certify(product, stars=4, issued_on=DAY - timedelta(days=10))
    code, body = audit(page(f'<a href="/verify/{first.public_id}/">x</a>'))
    assert (code, body["mentions"][0]["status"]) == (0, "superseded")


@pytest.mark.django_db
def test_a_former_address_of_a_product_leads_to_it(page):
    product = make_product()
    certify(product)
    FormerProductSlug.objects.create(slug="ten-cu", product=product)
    code, body = audit(page('<img src="/badges/ten-cu.svg">'))
    assert (code, body["mentions"][0]["product"]) == (0, product.slug)


@pytest.mark.django_db
def test_unknown_products_and_certificates_are_wrong(page):
    for html in ('<img src="/badges/unheard-of.svg">', '<a href="/verify/000000000000/">x</a>'):
        code, body = audit(page(html))
        assert (code, body["mentions"][0]["status"]) == (1, "unknown")


# --- sources ---------------------------------------------------------------------


@pytest.mark.django_db
def test_a_folder_is_read_with_all_its_pages(page, tmp_path):
    product = ended("expired")
    (tmp_path / "deep").mkdir()
    for name in ("a.html", "deep/b.HTM", "deep/c.css", "d.md"):
        page(f"url(/badges/{product.slug}.svg)", name)
    page(f"/badges/{product.slug}.svg", "e.txt")
    code, body = audit(tmp_path)
    assert code == 1
    assert len(body["mentions"]) == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    "source",
    [
        "https://shopee.vn/p",
        "http://10.0.0.1/",
        "http://127.0.0.1.evil.example/",
        "ftp://127.0.0.1/",
        "http:///x",
        "/no",
    ],
)
def test_other_addresses_and_missing_files_are_refused(source):
    with pytest.raises(CommandError, match=r"only pages of this machine|no such file"):
        audit(source)


@pytest.mark.django_db
def test_a_page_that_is_too_large_is_named_and_fails(page, tmp_path):
    page("x" * (2 * 1024 * 1024 + 1), "large.html")
    page("<p>", "small.html")
    code, body = audit(tmp_path)
    assert code == 1
    assert "larger than 2 MB" in body["unreadable"][0]


@pytest.mark.django_db
def test_a_loopback_address_is_fetched_and_no_redirect_followed():
    product = ended("expired")

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/away":
                self.send_response(302)
                self.send_header("Location", "http://192.0.2.1/")
                self.end_headers()
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f'<img src="/badges/{product.slug}.svg">'.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        base = f"http://127.0.0.1:{server.server_port}"
        code, body = audit(f"{base}/page")
        assert (code, body["mentions"][0]["status"]) == (1, "expired")
        code, body = audit(f"{base}/away")
        assert code == 1
        assert "not followed" in body["unreadable"][0]
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.django_db
def test_what_answers_no_http_is_named_and_fails():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"SSH-2.0-none\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        code, body = audit(f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join(20)
    assert (code, len(body["unreadable"])) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("source", ["http://[::1", "http://127.0.0.1:99999/", "http://127.0.0.1:x/", "//[x://"])
def test_what_is_no_address_is_refused(source):
    with pytest.raises(CommandError, match=re.escape(source)):
        audit(source)


@pytest.mark.django_db
def test_a_site_that_is_no_address_is_refused(page):
    with pytest.raises(CommandError, match="is no address"):
        audit(page("x"), "--site", "http://[::1")


@pytest.mark.django_db
def test_a_file_may_have_any_name(page, tmp_path, monkeypatch):
    page("OCOP", "[x.html")
    monkeypatch.chdir(tmp_path)
    assert audit(".//[x.html")[0] == 0


@pytest.mark.django_db
def test_it_prints_lines_for_people(page):
    product = ended("expired")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("badge_audit", str(page(f'<img src="/badges/{product.slug}.svg">')), stdout=out)
    assert f"page.html:1: badge {product.slug}: expired (no stars are valid)" in out.getvalue()
    assert "1 pages, 1 mentions, 1 wrong" in out.getvalue()


@pytest.mark.parametrize("piece", ["x", "verify/", "/badges/", "★ ", "ocop "])
def test_a_long_page_takes_time_in_proportion(piece):
    """One that grew with the square would take minutes for these."""
    find_mentions((piece * 300_000)[:300_000])
