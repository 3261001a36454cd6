from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client

SITE = "https://shop.example.vn"


@pytest.fixture(autouse=True)
def site(settings) -> str:
    settings.SITE_URL = SITE
    return SITE


@pytest.fixture
def fetch(client: Client) -> Callable[[str], tuple[str, bytes]]:
    """An address of the site to what a stranger gets there."""

    def get(address: str) -> tuple[str, bytes]:
        assert address.startswith(SITE)
        response = client.get(urlsplit(address).path, headers={"Origin": "https://elsewhere.example"})
        assert response.status_code == 200, response.content
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        return response.headers["Content-Type"], response.content

    return get


@pytest.fixture
def credential_of(fetch):
    """A certificate to its credential, as it is handed out."""

    def get(certificate) -> str:
        media_type, body = fetch(f"{SITE}/api/v1/certificates/{certificate.public_id}/credential/")
        assert media_type == "application/vc+jwt"
        return body.decode()

    return get
