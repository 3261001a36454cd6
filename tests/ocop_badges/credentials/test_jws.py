"""Signed texts: those of the W3C's own test suite, and what we refuse."""

import json

import pytest
from jwcrypto.jwk import JWK

from ocop_badges.credentials import jws

# tests/input/cid-p256.json and credential-jose-minimal.txt of github.com/w3c/vc-jose-cose-test-suite.
W3C_KEY = {
    "alg": "ES256",
    "crv": "P-256",
    "kid": "73voMXFNmNlOEpuYCSJlh8eN0dscykoO6gBukgRS1uU",
    "kty": "EC",
    "x": "WfTi93YuhsQxKbD0ftnjOXJndqhnJ5kgDV-ZDGyrhBQ",
    "y": "qUd_55EjX0mjKZ6W6mF4UXVYTQ41K6jfdnYFwN5uPyk",
}
W3C_CREDENTIAL = (
    "eyJhbGciOiJFUzI1NiIsImN0eSI6InZjIiwia2lkIjoiNzN2b01YRk5tTmxPRXB1WUNTSmxoOGVOMGRzY3lrb082Z0J1a2dSUzF1VSIsInR5cCI6"
    "InZjK2p3dCJ9.eyJAY29udGV4dCI6WyJodHRwczovL3d3dy53My5vcmcvbnMvY3JlZGVudGlhbHMvdjIiLCJodHRwczovL3d3dy53My5vcmcvbnM"
    "vY3JlZGVudGlhbHMvZXhhbXBsZXMvdjIiXSwiY3JlZGVudGlhbFNjaGVtYSI6eyJpZCI6Imh0dHBzOi8vZXhhbXBsZS5vcmcvZXhhbXBsZXMvZGV"
    "ncmVlLmpzb24iLCJ0eXBlIjoiSnNvblNjaGVtYSJ9LCJjcmVkZW50aWFsU3ViamVjdCI6eyJkZWdyZWUiOnsibmFtZSI6IkJhY2hlbG9yIG9mIFN"
    "jaWVuY2UgYW5kIEFydHMiLCJ0eXBlIjoiQmFjaGVsb3JEZWdyZWUifSwiaWQiOiJkaWQ6ZXhhbXBsZToxMjMifSwiaWF0IjoiMjAxMC0wMS0wMVQ"
    "xOToyMzoyNFoiLCJpZCI6Imh0dHA6Ly91bml2ZXJzaXR5LmV4YW1wbGUvY3JlZGVudGlhbHMvMTg3MiIsImlzcyI6Imh0dHBzOi8vZXhhbXBsZS5"
    "pc3N1ZXIvdmMtam9zZS1jb3NlIiwiaXNzdWVyIjoiaHR0cHM6Ly9leGFtcGxlLmlzc3Vlci92Yy1qb3NlLWNvc2UiLCJqdGkiOiJodHRwOi8vdW5"
    "pdmVyc2l0eS5leGFtcGxlL2NyZWRlbnRpYWxzLzE4NzIiLCJ0eXBlIjpbIlZlcmlmaWFibGVDcmVkZW50aWFsIiwiRXhhbXBsZUFsdW1uaUNyZWR"
    "lbnRpYWwiXSwidmFsaWRGcm9tIjoiMjAxMC0wMS0wMVQxOToyMzoyNFoifQ.-X6A--TnCgeepna-dXn7j6_q2DfQzjiYdEc-pbaHR38JUIv5ubhj"
    "Yp2Tb_LJuJInzI7qKfP-JcMlHdd6bDnOLw"
)


def read(token: str, jwk) -> None:
    jws.method_of(token)
    jws.read(token, jwk=jwk)


def code_of(token: str, jwk=W3C_KEY) -> str:
    with pytest.raises(jws.BadToken) as caught:
        read(token, jwk)
    return caught.value.code


def test_it_reads_the_credential_of_the_w3cs_test_suite():
    assert jws.method_of(W3C_CREDENTIAL) == W3C_KEY["kid"]
    assert jws.read(W3C_CREDENTIAL, jwk=W3C_KEY)["id"] == "http://university.example/credentials/1872"


def test_it_names_a_key_by_its_thumbprint():
    assert jws.thumbprint(W3C_KEY) == W3C_KEY["kid"]
    ours = jws.public_jwk(jws.new_private_key())
    assert ours["kid"] == JWK(**ours).thumbprint()
    assert ours.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_the_same_document_is_the_same_text():
    key = jws.new_private_key()
    texts = {jws.sign({"a": "ơ"}, key=key, method="did:web:a#b") for _ in range(3)}
    assert len(texts) == 1
    assert jws.read(texts.pop(), jwk=jws.public_jwk(key)) == {"a": "ơ"}


def test_it_refuses_another_signature_and_another_key():
    head, payload, signature = W3C_CREDENTIAL.split(".")
    assert code_of(f"{head}.{payload}.{'A' + signature[1:]}") == "bad-signature"
    assert code_of(f"{head}.{payload[:-4]}AAAA.{signature}") == "bad-signature"
    assert code_of(W3C_CREDENTIAL, jws.public_jwk(jws.new_private_key())) == "bad-signature"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none", "typ": "vc+jwt", "kid": "a"}, "other-algorithm"),
        ({"alg": "HS256", "typ": "vc+jwt", "kid": "a"}, "other-algorithm"),
        ({"alg": "ES256", "typ": "JWT", "kid": "a"}, "not-a-credential"),
        ({"alg": "ES256", "typ": "vc+jwt"}, "unknown-key"),
        ({"alg": "ES256", "typ": "vc+jwt", "kid": 3}, "not-a-credential"),
    ],
)
def test_it_refuses_a_header_that_is_not_ours(header, code):
    encoded = jws._base64url(json.dumps(header).encode())
    assert code_of(f"{encoded}.e30.AAAA") == code


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "xin chào", "{}", "e30.e30.e30", "e30.e30", "\x00.\x00.\x00"])
def test_it_refuses_what_is_no_signed_text(text):
    assert code_of(text) in {"not-a-credential", "other-algorithm"}


def test_it_refuses_what_is_too_long_before_it_looks():
    assert code_of("A" * 16_385) == "too-long"


@pytest.mark.parametrize("document", [{"vc": {}}, {"vp": {}}, [], 1])
def test_it_refuses_documents_that_the_specification_forbids(document):
    key = jws.new_private_key()
    assert code_of(jws.sign(document, key=key, method="a"), jws.public_jwk(key)) == "not-a-credential"
