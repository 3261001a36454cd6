"""Whatever a view raises becomes one shape of problem, in English."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import translation
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from ocop_badges.errors import DomainError, Fault, InvalidFact
from ocop_badges.problems import BadQuery


def answer(error: Exception, method: str = "get") -> tuple[Any, dict[str, Any]]:
    class View(APIView):
        def get(self, request: Request) -> None:
            raise error

    request = getattr(APIRequestFactory(), method)("/api/v1/things/")
    with translation.override("vi"):
        response = View.as_view()(request).render()
    return response, json.loads(response.content)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not-found"),
        (PermissionDenied(), 403, "forbidden"),
        (exceptions.NotAuthenticated(), 403, "not-authenticated"),
        (exceptions.Throttled(wait=7), 429, "throttled"),
        (exceptions.ParseError(), 400, "parse-error"),
        (DomainError("Sold out.", code="out-of-stock"), 409, "out-of-stock"),
        (InvalidFact("Too long.", field="days", code="too-long"), 400, "too-long"),
        (BadQuery([Fault("No such thing.", "unknown", "q")]), 400, "bad-query"),
        (exceptions.ValidationError({"lines": [{"quantity": ["Too many."]}]}), 400, "invalid"),
    ],
)
def test_it_is_a_problem(error: Exception, status: int, code: str) -> None:
    response, body = answer(error)
    assert response.status_code == body["status"] == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert body["type"] == f"urn:cho-ocop:problem:{code}"
    assert body["detail"].isascii()
    assert set(body) >= {"type", "title", "status", "detail", "request_id"}


def test_it_points_at_each_field() -> None:
    _, body = answer(exceptions.ValidationError({"lines": [{"quantity": ["Too many."]}], "email": ["Wrong."]}))
    assert {error["pointer"] for error in body["errors"]} == {"/lines/0/quantity", "/email"}
    _, body = answer(InvalidFact("Too long.", field="days", code="too-long"))
    assert body["errors"] == [{"pointer": "/days", "detail": "Too long.", "code": "too-long"}]


def test_it_names_each_parameter() -> None:
    _, body = answer(BadQuery([Fault("No such thing.", "unknown", "q"), Fault("Not a day.", "invalid", "on")]))
    assert [error["parameter"] for error in body["errors"]] == ["q", "on"]


def test_it_says_what_is_possible() -> None:
    response, body = answer(Http404(), method="post")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert body["detail"] == "POST is not possible here; GET, HEAD, OPTIONS are."


def test_it_says_how_long_to_wait() -> None:
    assert answer(exceptions.Throttled(wait=7))[0].headers["Retry-After"] == "7"


def test_what_nobody_foresaw_stays_an_error() -> None:
    with pytest.raises(ZeroDivisionError):
        answer(ZeroDivisionError())
