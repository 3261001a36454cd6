"""What a request may bring as its body: JSON of a size that a checkout needs, and nothing else."""

import json
from typing import Any, NoReturn

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser

from ocop_badges.public_api import AlwaysJson

LARGEST_BODY = 2 * 1024 * 1024  # bytes: two hundred recipients with a card each


class TooLarge(APIException):
    status_code = 413
    default_code = "too-large"
    default_detail = format_lazy(_("A body has at most {most} bytes."), most=LARGEST_BODY)


class NotJson(APIException):
    status_code = 415
    default_code = "unsupported-media-type"
    default_detail = _("Send JSON, and say so: Content-Type: application/json.")


class JsonBody(BaseParser):
    """JSON in UTF-8, each text of it Unicode.

    No ``JSONParser``: of one of those the framework reads the whole body first, and refuses a large one its own way.
    """

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw: bytes = stream.read(LARGEST_BODY + 1)
        if len(raw) > LARGEST_BODY:
            raise TooLarge
        try:
            body = json.loads(raw.decode(), parse_constant=_no_number)
            # What cannot be written again was no text, half a surrogate pair in it, or is nested beyond all sense.
            json.dumps(body, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ParseError from error
        return body


class JsonOnly(AlwaysJson):
    """Answers JSON whatever is accepted; takes JSON alone."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        parser = DefaultContentNegotiation().select_parser(request, parsers)
        if parser is None:
            raise NotJson
        return parser


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")
