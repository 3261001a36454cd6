"""The example of docs/api.md buys what it says."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import make_pack, make_product
from tests.trade import make_cart, make_commune

from .ordering import send, total_of

pytestmark = pytest.mark.django_db


def test_the_documented_checkout_places_an_order(client: Client) -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    body = json.loads(example)
    commune = make_commune("phường Hoàn Kiếm", province=body["recipients"][0]["address"]["province"])
    cart = make_cart((make_pack(make_product(), on_hand=5), 2))
    body["cart"] = str(cart.pk)
    body["recipients"][0]["lines"] = [line.pk for line in cart.lines.all()]
    body["expected_total"] = total_of(cart, commune=commune)
    answer = send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"})
    assert answer.status_code == 201, answer.content
    path = f"/orders/{answer.json()['number']}/"
    shown = send(client, "get", path, Authorization=f"Bearer {answer.json()['access_token']}")
    assert shown.json()["recipients"][0]["card"] == body["recipients"][0]["card"]


def test_whatever_takes_a_body_tells_that_it_may_refuse_its_size_or_type(client: Client) -> None:
    schema = json.loads(client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).content)
    taking = [each for path in schema["paths"].values() for each in path.values() if "requestBody" in each]
    assert {each["operationId"] for each in taking} >= {"checkout", "carts_lines_create", "carts_lines_partial_update"}
    for operation in taking:
        assert {"400", "413", "415"} <= set(operation["responses"]), operation["operationId"]


def test_nobody_has_to_sign_in_to_buy(client: Client) -> None:
    schema = json.loads(client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).content)
    operations = {each["operationId"]: each for path in schema["paths"].values() for each in path.values()}
    for name in ("carts_create", "carts_retrieve", "carts_lines_create", "checkout", "orders_retrieve"):
        assert {} in operations[name]["security"], name
