"""Our credentials, checked from raw answers by a verifier that shares no code with us."""

import base64
import json
from datetime import date, datetime, timedelta

import pytest
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from ocop_badges import services
from ocop_badges.credentials import keys, status_lists
from ocop_badges.days import ZONE
from ocop_badges.models import CorrectedField
from tests.factories import AT, DAY, certify, make_product, revoke, suspend

from .conftest import SITE
from .verifier import Rejected, verify

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 12, tzinfo=ZONE)


@pytest.fixture
def certificate():
    product = make_product(name="Trà sen Tây Hồ")
    return certify(product, issued_on=date(2025, 6, 19), covers="Gói 100 g", decision_number="12/QĐ-UBND")


def refusal(token: str, fetch, at: datetime = NOON) -> str:
    with pytest.raises(Rejected) as caught:
        verify(token, fetch=fetch, at=at)
    return str(caught.value)


def parts(token: str) -> list[dict]:
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]


def pack(*documents: dict) -> str:
    return ".".join(base64.urlsafe_b64encode(json.dumps(d).encode()).decode().rstrip("=") for d in documents)


def resign(header: dict, payload: dict, key: JWK) -> str:
    jws = JWS(json.dumps(payload))
    jws.add_signature(key, protected=json.dumps(header))
    return jws.serialize(compact=True)


def our_key() -> JWK:
    """The platform's own key, as only the platform has it."""
    numbers = keys.load_signer(at=AT).private_key.private_numbers()
    octets = {"x": numbers.public_numbers.x, "y": numbers.public_numbers.y, "d": numbers.private_value}
    encoded = {name: base64.urlsafe_b64encode(n.to_bytes(32, "big")).decode().rstrip("=") for name, n in octets.items()}
    return JWK(kty="EC", crv="P-256", **encoded)


def test_it_says_what_was_decided_and_that_this_platform_recorded_it(certificate, credential_of, fetch):
    said = verify(credential_of(certificate), fetch=fetch, at=NOON)
    assert said["id"] == f"{SITE}/api/v1/certificates/{certificate.public_id}/credential/"
    assert said["type"] == ["VerifiableCredential", "OcopCertificateCredential"]
    assert said["issuer"] == {"id": "did:web:shop.example.vn", "name": "Chợ OCOP"}
    assert said["validFrom"] == "2025-06-19T00:00:00+07:00"
    assert said["validUntil"] == "2028-06-19T23:59:59+07:00"
    assert said["credentialSubject"] == {
        "id": f"{SITE}/verify/{certificate.public_id}/",
        "type": "OcopCertificate",
        "certificate_id": certificate.public_id,
        "stars": 4,
        "decision_number": "12/QĐ-UBND",
        "issuing_authority": "UBND tỉnh Lâm Đồng",
        "issued_on": "2025-06-19",
        "covers": "Gói 100 g",
        "product": {
            "type": "OcopProduct",
            "product_id": certificate.product.public_id,
            "product_name": "Trà sen Tây Hồ",
            "product_set": "ca-phe-ca-cao",
        },
        "producer": {"type": "OcopProducer", "producer_name": certificate.product.producer.name},
        "province": {"type": "Province", "province_code": "68", "province_name": "Lâm Đồng"},
    }


def test_its_header_names_the_key_by_an_address_as_the_specification_has_it(certificate, credential_of):
    header, payload = parts(credential_of(certificate))
    kid = keys.load_signer(at=AT).kid
    assert header == {"alg": "ES256", "kid": f"did:web:shop.example.vn#{kid}", "typ": "vc+jwt", "cty": "vc"}
    assert not {"vc", "vp", "iss", "exp"} & payload.keys()


def test_it_ends_with_the_second_in_which_the_stars_end(certificate, credential_of, fetch, clock):
    last = datetime(2028, 6, 19, 23, 59, 59, tzinfo=ZONE)
    clock(last)
    token = credential_of(certificate)
    assert verify(token, fetch=fetch, at=last)
    clock(last + timedelta(seconds=1))
    for ended in (token, credential_of(certificate)):  # the one that somebody keeps, and today's
        assert refusal(ended, fetch, last + timedelta(seconds=1)) == "no longer valid"


def test_it_begins_with_the_first_second(credential_of, fetch, clock):
    certificate = certify(make_product(), valid_from=date(2026, 12, 1))
    first = datetime(2026, 12, 1, tzinfo=ZONE)
    clock(first - timedelta(seconds=1))
    token = credential_of(certificate)
    assert refusal(token, fetch, first - timedelta(seconds=1)) == "not yet valid"
    clock(first)
    assert verify(token, fetch=fetch, at=first)


def test_a_revocation_reaches_the_credential_that_somebody_kept(certificate, credential_of, fetch, clock):
    kept = credential_of(certificate)
    revoke(certificate, effective_on=date(2026, 12, 1))
    last = datetime(2026, 11, 30, 23, 59, 59, tzinfo=ZONE)
    clock(last)
    assert verify(kept, fetch=fetch, at=last)
    clock(last + timedelta(seconds=1))
    assert refusal(kept, fetch, last + timedelta(seconds=1)) == "revocation"


def test_a_new_one_ends_with_the_revocation_a_successor_and_an_extension(credential_of, fetch):
    revoked, superseded, extended = (certify(make_product(), issued_on=date(2025, 6, 19)) for _ in range(3))
    revoke(revoked, effective_on=date(2026, 12, 1))
    certify(superseded.product, issued_on=DAY, valid_from=date(2026, 12, 5))
    services.extend_certificate(certificate=extended, days=30, granted_on=DAY, evidence="Biên nhận hồ sơ số 3", at=AT)
    assert [verify(credential_of(c), fetch=fetch, at=NOON)["validUntil"] for c in (revoked, superseded, extended)] == [
        "2026-11-30T23:59:59+07:00",
        "2026-12-04T23:59:59+07:00",
        "2028-07-19T23:59:59+07:00",
    ]


def test_a_successor_turns_the_kept_one_off_from_its_first_day(certificate, credential_of, fetch, clock):
    kept = credential_of(certificate)
    certify(certificate.product, issued_on=DAY, valid_from=date(2026, 12, 5))
    assert verify(kept, fetch=fetch, at=NOON)
    clock(date(2026, 12, 5))
    assert refusal(kept, fetch, NOON + timedelta(days=13)) == "revocation"


def test_a_suspension_holds_from_its_first_day_until_it_is_lifted(certificate, credential_of, fetch, clock):
    token = credential_of(certificate)
    suspend(certificate, since=DAY)
    assert refusal(token, fetch) == "suspension"
    services.lift_suspension(certificate=certificate, lifted_on=DAY + timedelta(days=2), at=AT)
    assert refusal(token, fetch) == "suspension"
    clock(DAY + timedelta(days=2))
    assert verify(token, fetch=fetch, at=NOON + timedelta(days=2))


def test_a_correction_of_what_it_says_turns_the_kept_one_off(certificate, credential_of, fetch):
    kept = credential_of(certificate)
    services.correct_certificate(
        certificate=certificate, changes={CorrectedField.EVIDENCE: "Trang 2"}, reason="Thiếu", at=AT
    )
    assert verify(kept, fetch=fetch, at=NOON)  # it says nothing of that
    services.correct_certificate(certificate=certificate, changes={CorrectedField.STARS: 3}, reason="Gõ nhầm", at=AT)
    assert refusal(kept, fetch) == "revocation"
    assert verify(credential_of(certificate), fetch=fetch, at=NOON)["credentialSubject"]["stars"] == 3


def test_a_certificate_that_never_takes_effect_has_none(client):
    certificate = certify(make_product(), valid_from=DAY + timedelta(days=9))
    revoke(certificate, effective_on=DAY)
    response = client.get(f"/api/v1/certificates/{certificate.public_id}/credential/")
    assert response.status_code == 404
    assert response.json()["type"] == "urn:cho-ocop:problem:no-credential"


def test_a_tampered_payload_is_refused(certificate, credential_of, fetch):
    token = credential_of(certificate)
    header, payload = parts(token)
    payload["credentialSubject"]["stars"] = 5
    assert refusal(f"{pack(header, payload)}.{token.rpartition('.')[2]}", fetch) == "bad signature"


def test_another_key_under_our_name_is_refused(certificate, credential_of, fetch):
    header, payload = parts(credential_of(certificate))
    stranger = JWK.generate(kty="EC", crv="P-256")
    assert refusal(resign(header, payload, stranger), fetch) == "bad signature"
    header["kid"] = f"did:web:shop.example.vn#{stranger.thumbprint()}"
    assert refusal(resign(header, payload, stranger), fetch) == "unknown key"


def test_no_algorithm_is_refused(certificate, credential_of, fetch):
    header, payload = parts(credential_of(certificate))
    header["alg"] = "none"
    assert refusal(f"{pack(header, payload)}.", fetch) in ("bad signature", "not a JWS")


def test_what_the_platform_itself_signs_is_believed(certificate, credential_of, fetch):
    """The counterpart of the refusals above: the same hands, with the right key."""
    header, payload = parts(credential_of(certificate))
    assert verify(resign(header, payload, our_key()), fetch=fetch, at=NOON)


def test_a_list_of_another_purpose_is_refused(certificate, credential_of, fetch):
    header, payload = parts(credential_of(certificate))
    payload["credentialStatus"][0]["statusListCredential"] = f"{SITE}/credentials/status/suspension-1/"
    with pytest.raises(AssertionError):
        verify(resign(header, payload, our_key()), fetch=fetch, at=NOON)


def test_keys_are_replaced_without_a_credential_being_lost(certificate, credential_of, fetch, clock):
    old = credential_of(certificate)
    keys.rotate_key(at=AT)
    new = credential_of(certificate)
    assert parts(old)[0]["kid"] != parts(new)[0]["kid"]
    for token in (old, new):
        assert verify(token, fetch=fetch, at=NOON)
    published = json.loads(fetch(f"{SITE}/.well-known/jwks.json")[1])["keys"]
    assert {key["kid"] for key in published} == {parts(old)[0]["kid"], parts(new)[0]["kid"]}


def test_a_withdrawn_key_is_believed_no_more(certificate, credential_of, fetch):
    old = credential_of(certificate)
    keys.retire_key(kid=parts(old)[0]["kid"].partition("#")[2], at=AT)
    assert refusal(old, fetch) == "unknown key"
    assert verify(credential_of(certificate), fetch=fetch, at=NOON)


def test_a_replaced_key_is_published_until_the_last_of_what_it_signed_has_ended(
    certificate, credential_of, fetch, clock
):
    old = parts(credential_of(certificate))[0]["kid"]
    keys.rotate_key(at=AT)

    def published() -> list[str]:
        return json.loads(fetch(f"{SITE}/.well-known/did.json")[1])["assertionMethod"]

    clock(date(2028, 6, 19))
    assert old in published()
    clock(date(2028, 6, 20))
    assert old not in published()
    assert len(published()) == 1


def test_places_are_drawn_and_lists_follow_on_each_other(credential_of, fetch, monkeypatch):
    monkeypatch.setattr(status_lists, "CAPACITY", 3)
    drawn = [94567, 94567, 8, 131071, 8, 0, 94567, 5]  # those that are taken in their list are drawn again
    monkeypatch.setattr(status_lists.secrets, "randbelow", lambda length: drawn.pop(0))
    certificates = [certify(make_product()) for _ in range(7)]
    places = []
    for certificate in certificates:
        entries = parts(credential_of(certificate))[1]["credentialStatus"]
        assert [entry["statusPurpose"] for entry in entries] == ["revocation", "suspension"]
        assert entries[0]["statusListIndex"] == entries[1]["statusListIndex"]
        places.append((entries[0]["statusListCredential"].rpartition("-")[2], entries[0]["statusListIndex"]))
    assert places == [
        ("1/", "94567"), ("1/", "8"), ("1/", "131071"), ("2/", "8"), ("2/", "0"), ("2/", "94567"), ("3/", "5"),
    ]  # fmt: skip
    revoke(certificates[4])
    suspend(certificates[0])
    for certificate in certificates:
        if certificate == certificates[4]:
            assert refusal(credential_of(certificate), fetch) == "no longer valid"
        elif certificate == certificates[0]:
            assert refusal(credential_of(certificate), fetch) == "suspension"
        else:
            assert verify(credential_of(certificate), fetch=fetch, at=NOON)
