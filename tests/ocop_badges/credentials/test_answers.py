"""The addresses that verifiers load: types, caching, CORS, refusals."""

import base64
import json
from datetime import date, datetime, timedelta

import pytest

from ocop_badges.credentials import keys
from ocop_badges.credentials.models import SigningKey
from ocop_badges.days import ZONE
from tests.factories import AT, DAY, certify, certify_expired, make_product, revoke, suspend

from .conftest import SITE

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate():
    return certify(make_product(), issued_on=date(2025, 6, 19))


def credential_path(certificate) -> str:
    return f"/api/v1/certificates/{certificate.public_id}/credential/"


ADDRESSES = [
    "/.well-known/jwks.json",
    "/.well-known/did.json",
    "/credentials/context/v1/",
    "/credentials/status/revocation-1/",
]


def test_the_did_document_and_the_key_set_hold_the_same_public_keys(fetch):
    media_type, body = fetch(f"{SITE}/.well-known/did.json")
    assert media_type == "application/did+json"
    document = json.loads(body)
    media_type, body = fetch(f"{SITE}/.well-known/jwks.json")
    assert media_type == "application/jwk-set+json"
    (key,) = json.loads(body)["keys"]
    method = key["kid"]
    thumbprint = method.removeprefix("did:web:shop.example.vn#")
    assert len(thumbprint) == 43
    assert "d" not in key
    assert document["id"] == "did:web:shop.example.vn"
    assert document["assertionMethod"] == [method]
    assert document["verificationMethod"] == [
        {
            "id": method,
            "type": "JsonWebKey",
            "controller": "did:web:shop.example.vn",
            "publicKeyJwk": {**key, "kid": thumbprint},
        }
    ]


@pytest.mark.parametrize(
    ("base", "did"),
    [
        ("https://shop.example.vn", "did:web:shop.example.vn"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
        ("https://chợ.vn", "did:web:xn--ch-3bt.vn"),
    ],
)
def test_it_is_named_by_its_address(client, settings, base, did):
    settings.SITE_URL = base
    assert client.get("/.well-known/did.json").json()["id"] == did


def test_every_word_of_a_credential_is_defined(credential_of, certificate, fetch):
    token = credential_of(certificate)
    said = _payload(token)
    address = said["@context"][1]
    media_type, body = fetch(address)
    assert media_type == "application/ld+json"
    terms = json.loads(body)["@context"]
    assert terms["decision_number"] == f"{address}#decision_number"

    def words(value) -> set[str]:
        if not isinstance(value, dict):
            return set()
        return value.keys() | {value["type"]} | {word for part in value.values() for word in words(part)}

    assert words({**said["credentialSubject"]}) | {said["type"][1]} <= terms.keys()


def test_the_status_list_is_of_the_day_and_big_enough(fetch):
    media_type, body = fetch(f"{SITE}/credentials/status/suspension-1/")
    assert media_type == "application/vc+jwt"
    said = _payload(body.decode())
    assert said["id"] == f"{SITE}/credentials/status/suspension-1/"
    assert said["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert (said["validFrom"], said["validUntil"]) == ("2026-11-22T00:00:00+07:00", "2026-11-22T23:59:59+07:00")
    subject = said["credentialSubject"]
    assert (subject["type"], subject["statusPurpose"], subject["ttl"]) == ("BitstringStatusList", "suspension", 60_000)


def test_no_answer_is_kept_past_midnight(client, clock, certificate):
    clock(datetime(2026, 11, 22, 23, 59, 40, tzinfo=ZONE))
    for path in [*ADDRESSES, credential_path(certificate), f"/certificates/{certificate.public_id}/sheet.pdf"]:
        response = client.get(path)
        assert response.headers["Cache-Control"] == "public, max-age=20, must-revalidate", path
    listed = _payload(client.get("/credentials/status/revocation-1/").content.decode())
    assert listed["credentialSubject"]["ttl"] == 20_000


def test_what_shows_no_stars_is_kept_nowhere(client):
    suspended, expired, revoked = certify(make_product()), certify_expired(make_product()), certify(make_product())
    suspend(suspended)
    revoke(revoked)
    for certificate in (suspended, expired, revoked):
        for path in (credential_path(certificate), f"/certificates/{certificate.public_id}/sheet.pdf"):
            assert client.get(path).headers["Cache-Control"] == "no-store"


def test_who_has_it_is_not_sent_it_again_until_something_changes(client, certificate, clock):
    paths = [credential_path(certificate), "/credentials/status/revocation-1/", "/.well-known/did.json"]
    etags = {path: client.get(path).headers["ETag"] for path in paths}
    for path, etag in etags.items():
        response = client.get(path, headers={"If-None-Match": etag})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    clock(datetime(2026, 11, 22, 23, 59, 50, tzinfo=ZONE))
    assert {path: client.get(path).headers["ETag"] for path in paths} == etags  # of the day, not of the instant
    revoke(certificate)
    for path in paths[:2]:
        assert client.get(path, headers={"If-None-Match": etags[path]}).status_code == 200
    keys.rotate_key(at=AT)
    assert client.get(paths[2], headers={"If-None-Match": etags[paths[2]]}).status_code == 200


def test_the_certificate_in_the_api_leads_to_its_credential_and_its_sheet(client, certificate):
    said = client.get(f"/api/v1/certificates/{certificate.public_id}/").json()
    assert said["credential"] == f"{SITE}{credential_path(certificate)}"
    assert said["sheet"] == f"{SITE}/certificates/{certificate.public_id}/sheet.pdf"
    never = certify(make_product(), valid_from=DAY + timedelta(days=9))
    revoke(never, effective_on=DAY)
    assert client.get(f"/api/v1/certificates/{never.public_id}/").json()["credential"] is None


def test_the_same_credential_is_the_same_text(client, certificate):
    texts = {client.get(credential_path(certificate)).content for _ in range(3)}
    assert len(texts) == 1


@pytest.mark.parametrize("accept", ["application/vc+jwt", "application/json", "text/html", "*/*"])
def test_there_is_one_form_of_a_credential(client, certificate, accept):
    response = client.get(credential_path(certificate), headers={"Accept": accept})
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/vc+jwt")


def test_an_unknown_certificate_is_a_404_problem_for_scripts_of_others_too(client):
    for path in ("/api/v1/certificates/000000000000/credential/", "/certificates/000000000000/sheet.pdf"):
        response = client.get(path, headers={"Accept": "application/vc+jwt"})
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["type"] == "urn:cho-ocop:problem:not-found"
        assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_an_unknown_parameter_is_refused(client, certificate):
    assert client.get(f"{credential_path(certificate)}?format=json").status_code == 400


@pytest.mark.parametrize(
    "name", ["revocation-2", "revocation-0", "revocation-01", "refresh-1", "revocation", "revocation--1"]
)
def test_an_unknown_list_is_a_404_problem(client, name):
    response = client.get(f"/credentials/status/{name}/")
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ADDRESSES)
def test_they_are_read_only(client, path):
    assert client.post(path).status_code == 405
    assert client.options(path).headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")


def test_it_costs_a_bounded_number_of_queries(client, certificate, django_assert_max_num_queries):
    client.get(credential_path(certificate))
    with django_assert_max_num_queries(9):
        client.get(credential_path(certificate))
    with django_assert_max_num_queries(3):
        client.get("/credentials/status/revocation-1/")


def test_a_key_that_cannot_be_read_is_a_503_problem_and_the_public_ones_are_still_there(client, certificate, settings):
    client.get(credential_path(certificate))
    settings.CREDENTIALS_SECRET = "another"
    for path in (credential_path(certificate), "/credentials/status/revocation-1/"):
        response = client.get(path)
        assert response.status_code == 503
        assert response.json()["type"] == "urn:cho-ocop:problem:unreadable-key"
    assert len(client.get("/.well-known/jwks.json").json()["keys"]) == 1
    assert client.get(f"/verify/{certificate.public_id}/").status_code == 200
    keys.rotate_key(at=AT)
    assert client.get(credential_path(certificate)).status_code == 200


def test_a_private_key_is_nowhere_in_the_open(certificate, credential_of):
    credential_of(certificate)
    key = SigningKey.objects.get()
    secret = keys.load_signer(at=AT).private_key.private_numbers().private_value.to_bytes(32, "big")
    assert "PRIVATE" not in key.private_key
    assert secret not in _bytes(key.private_key)
    assert "d" not in key.public_jwk


def test_an_encrypted_key_cannot_take_anothers_place(certificate, credential_of):
    credential_of(certificate)
    keys.rotate_key(at=AT)
    old, new = SigningKey.objects.order_by("id")
    SigningKey.objects.filter(pk=new.pk).update(private_key=old.private_key)
    with pytest.raises(keys.UnreadableKey):
        keys.load_signer(at=AT)


def _payload(token: str) -> dict:
    return json.loads(_bytes(token.split(".")[1]))


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_") + "==")
