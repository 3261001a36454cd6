"""What people see: the proof on the verify page, and the page where a credential is pasted."""

import base64
import json
from datetime import date, timedelta

import pytest

from ocop_badges.credentials import jws, keys, signing
from ocop_badges.verification import verify
from tests.factories import AT, DAY, certify, make_product, revoke, suspend
from tests.pages import Page

from .conftest import SITE

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate():
    return certify(make_product(name="Trà <sen>"), issued_on=date(2025, 6, 19))


def check(client, pasted: str, prefix: str = "/en") -> Page:
    response = client.post(f"{prefix}/verify/", {"credential": pasted})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    page = Page(response.content.decode())
    assert page.flaws == []
    return page


def test_the_verify_page_says_that_it_is_signed_and_leads_to_credential_and_sheet(client, certificate):
    page = Page(client.get(f"/en/verify/{certificate.public_id}/").content.decode())
    assert page.flaws == []
    proof = page.one("section", aria_labelledby="verify-proof")
    assert "The signature is that of this marketplace" in proof.text
    links = {a.attributes["href"] for a in page.all("a")}
    assert f"/api/v1/certificates/{certificate.public_id}/credential/" in links
    assert f"/certificates/{certificate.public_id}/sheet.pdf?lang=en" in links
    assert "/en/verify/" in links


def test_the_verify_page_offers_no_credential_that_cannot_be(client):
    never = certify(make_product(), valid_from=DAY + timedelta(days=9))
    revoke(never, effective_on=DAY)
    text = client.get(f"/en/verify/{never.public_id}/").content.decode()
    assert "this certificate never takes effect" in text
    assert "/credential/" not in text


def test_a_pasted_credential_is_found_valid(client, certificate, credential_of):
    token = credential_of(certificate)
    for pasted in (token, f"  {token[:80]}\r\n{token[80:]}\n", f"data:application/vc+jwt,{token}"):
        page = check(client, pasted)
        assert page.one("h1").text == "Valid"
        text = page.one("dl").text
        for said in (
            "The signature is that of this marketplace",
            "The certificate's last day is 19 June 2028.",
            "It is neither revoked nor suspended.",
            "Trà <sen>",
            "4 OCOP stars",
        ):
            assert said in text
        assert page.all("a", href=f"/en/verify/{certificate.public_id}/")


def test_it_speaks_vietnamese_without_a_prefix(client, certificate, credential_of):
    assert check(client, credential_of(certificate), prefix="").one("h1").text == "Còn hiệu lực"


def test_a_pasted_credential_that_has_ended_or_is_withheld_shows_no_stars(client, certificate, credential_of, clock):
    token = credential_of(certificate)
    suspend(certificate)
    assert "The certificate is suspended." in check(client, token).one("dl").text
    revoke(certificate)
    page = check(client, token)
    assert page.one("h1").text == "Not valid"
    assert "was revoked, replaced, or corrected" in page.one("dl").text
    assert "stars" not in page.one("dl").text
    clock(date(2028, 6, 20))
    assert "It has ended: its last day was 19 June 2028." in check(client, token).one("dl").text


def test_what_is_wrong_with_a_text_is_said_plainly_and_nothing_of_it_is_believed(client, certificate, credential_of):
    token = credential_of(certificate)
    head, payload, signature = token.split(".")
    status_list = client.get("/credentials/status/revocation-1/").content.decode()
    for pasted, sentence in (
        ("Xin chào", "This text is no signed credential."),
        (f"{head}.{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}", "The signature does not fit"),
        ("A" * 20_000, "longer than any credential"),
        (status_list, "it is no credential of a certificate"),
    ):
        page = check(client, pasted)
        assert page.one("h1").text == "Not valid"
        assert sentence in page.one("dl").text
        assert "Trà" not in page.one("dl").text


def test_a_credential_of_another_site_and_of_a_withdrawn_key_are_told_apart(
    client, certificate, credential_of, settings
):
    token = credential_of(certificate)
    keys.retire_key(kid=keys.load_signer(at=AT).kid, at=AT)
    assert "a key that is believed no longer" in check(client, token).one("dl").text
    settings.SITE_URL = "https://another.example"
    assert "no credential of this marketplace" in check(client, token).one("dl").text


def test_a_text_without_end_is_not_read(client):
    response = client.post("/en/verify/", {"credential": "A" * 70_000})
    assert response.status_code == 413
    page = Page(response.content.decode())
    assert page.flaws == []
    assert "longer than any credential" in page.one("p", id="credential-error").text


def test_the_page_asks_for_a_credential_and_sets_no_cookie(client):
    response = client.get("/verify/")
    page = Page(response.content.decode())
    assert page.flaws == []
    assert page.one("textarea").attributes["name"] == "credential"
    assert not response.cookies
    assert response.headers["Cache-Control"].startswith("private")
    assert client.post("/verify/", {"credential": "  "}).status_code == 200


def test_what_was_pasted_is_escaped(client):
    response = client.post("/verify/", {"credential": "</textarea><script>alert(1)</script>"})
    assert b"<script>alert(1)" not in response.content


@pytest.mark.parametrize("name", ["suspension-1", "refresh-1", "elsewhere"])
def test_a_credential_that_names_another_list_is_not_believed(client, certificate, name):
    verification = verify(certificate.public_id, day=DAY)
    document = signing.sign_certificate(verification, at=AT, base=SITE).document
    document["credentialStatus"][0]["statusListCredential"] = f"{SITE}/credentials/status/{name}/"
    signer = keys.load_signer(at=AT)
    token = jws.sign(document, key=signer.private_key, method=f"did:web:shop.example.vn#{signer.kid}")
    page = check(client, token)
    assert page.one("h1").text == "Not valid"
    assert "a status list that this marketplace does not keep" in page.one("dl").text


@pytest.mark.parametrize("kid", ["\ud800", "\x00", "../x", "a" * 44])
def test_a_key_of_any_name_is_an_unknown_one(client, certificate, credential_of, kid):
    header, payload, signature = credential_of(certificate).split(".")
    told = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    told["kid"] = f"{told['kid'].partition('#')[0]}#{kid}"
    forged = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    answer = client.post("/verify/", {"credential": f"{forged}.{payload}.{signature}"})
    assert answer.status_code == 200
