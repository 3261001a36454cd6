"""Query parameters of an API endpoint, declared once: parsed, refused and described from the same list.

    QUERY = QueryParams(
        Text("q", "Words to look for."),
        IntegerList("stars", "Stars shown today.", minimum=3, maximum=5),
        Integer("page_size", "Results a page.", minimum=1, maximum=100, default=24),
    )

    @extend_schema(operation_id="products_list", parameters=QUERY.openapi)
    def get(self, request): values = QUERY.parse(request); values["page_size"]

Every parameter may be given once; ``lang`` is always there. All that is wrong is told in one ``BadQuery``.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from .errors import Fault
from .links import base_url
from .problems import BadQuery

MAX_PARAMETERS = 100

Values = dict[str, Any]
Check = Callable[[Mapping[str, Any]], Iterable[Fault]]

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Refused(ValueError):
    """A value that a parameter cannot take; its text says what it can."""

    def __init__(self, detail: str, code: str = "invalid") -> None:
        super().__init__(detail)
        self.code = code


class Parameter:
    """One query parameter: ``parse`` turns its text into a value or raises ``Refused``. This one takes any text."""

    is_list = False

    def __init__(self, name: str, description: str, *, default: Any = None) -> None:
        self.name = name
        self.description = description
        self.default = default

    def parse(self, text: str) -> Any:
        return text

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of the value."""
        return {"type": "string"}

    @property
    def openapi(self) -> OpenApiParameter:
        schema = self.schema
        if self.default is not None:
            schema["default"] = self.default
        # A list is one parameter, its values separated by commas.
        style: dict[str, Any] = {"style": "form", "explode": False} if self.is_list else {}
        return OpenApiParameter(self.name, schema, description=self.description, **style)


class Text(Parameter):
    """Any text, the empty one too."""


class Code(Parameter):
    """A code or slug. ``known`` answers which there are; without it every text but the empty one is taken."""

    def __init__(self, name: str, description: str, *, known: Callable[[], Collection[str]] | None = None) -> None:
        super().__init__(name, description)
        self.known = known

    def parse(self, text: str) -> str:
        if not text or (self.known is not None and text not in self.known()):
            raise Refused(f"{_shown(text)} is not known here.", "unknown-code")
        return text


class Choice(Parameter):
    """One of a few words."""

    def __init__(self, name: str, description: str, choices: Iterable[str], *, default: str | None = None) -> None:
        super().__init__(name, description, default=default)
        self.choices = tuple(choices)

    def parse(self, text: str) -> str:
        if text not in self.choices:
            raise Refused(f"{_shown(text)} is not one of: {', '.join(self.choices)}.", "unknown-choice")
        return text

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.choices)}


class Flag(Parameter):
    """``true`` or ``false``."""

    def parse(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise Refused(f"{_shown(text)} is neither true nor false.")
        return text == "true"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Integer(Parameter):
    """A whole number within bounds, both included."""

    def __init__(self, name: str, description: str, *, minimum: int, maximum: int, default: int | None = None) -> None:
        super().__init__(name, description, default=default)
        self.minimum, self.maximum = minimum, maximum

    def parse(self, text: str) -> Any:
        if not _INTEGER.fullmatch(text):
            raise Refused(f"{_shown(text)} is not a whole number.")
        if not self.minimum <= int(text) <= self.maximum:
            raise Refused(f"{text} is not between {self.minimum} and {self.maximum}.", "out-of-range")
        return int(text)

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


class IntegerList(Integer):
    """Whole numbers within bounds, separated by commas; the value is a sorted tuple without repetition."""

    is_list = True

    def parse(self, text: str) -> tuple[int, ...]:
        return tuple(sorted({super(IntegerList, self).parse(item) for item in text.split(",")}))

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": super().schema}


class Day(Parameter):
    """A calendar day, ``YYYY-MM-DD``."""

    def parse(self, text: str) -> date:
        try:
            if not _DAY.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError:
            raise Refused(f"{_shown(text)} is not a day written YYYY-MM-DD.") from None

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


LANG = Choice("lang", "Language of the texts; missing English falls back to Vietnamese.", ("vi", "en"), default="vi")


class QueryParams:
    """The parameters an endpoint takes, ``lang`` with them.

    ``check`` judges values that are each well-formed (``price_min`` above ``price_max``) and yields faults.
    """

    def __init__(self, *parameters: Parameter, check: Check | None = None) -> None:
        self.parameters = {parameter.name: parameter for parameter in (*parameters, LANG)}
        self.defaults: Values = {name: parameter.default for name, parameter in self.parameters.items()}
        self.check = check

    @property
    def openapi(self) -> list[OpenApiParameter | type]:
        """For ``extend_schema(parameters=…)``."""
        return [parameter.openapi for parameter in self.parameters.values()]

    def parse(self, request: HttpRequest | Request) -> Values:
        """The value of every declared parameter, its default where absent. Raises ``BadQuery`` with all faults."""
        values = self.defaults.copy()
        faults: list[Fault] = []
        given: set[str] = set()
        for name, text in _pairs(request):
            parameter = self.parameters.get(name)
            if parameter is None:
                known = ", ".join(self.parameters)
                faults.append(Fault(f"There is no such parameter here; there are: {known}.", "unknown-parameter", name))
            elif name in given:
                faults.append(Fault("This parameter is given more than once.", "duplicate", name))
            else:
                given.add(name)
                try:
                    values[name] = parameter.parse(text)
                except Refused as refused:
                    faults.append(Fault(str(refused), refused.code, name))
        if not faults and self.check is not None:
            faults.extend(self.check(values))
        if faults:
            raise BadQuery(faults)
        return values


def url_with(request: HttpRequest | Request, **changes: str) -> str:
    """The absolute address of this request with some query parameters set: how a list names its next page."""
    pairs = [(name, text) for name, text in _pairs(request) if name not in changes]
    return f"{base_url(_plain(request))}{request.path}?{urlencode([*pairs, *changes.items()])}"


def _pairs(request: HttpRequest | Request) -> list[tuple[str, str]]:
    raw: str = request.META.get("QUERY_STRING", "")
    if not raw:
        return []
    if not raw.isascii():  # WSGI hands over bytes as Latin-1
        raw = raw.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        return parse_qsl(raw, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        raise BadQuery([Fault(f"There are more than {MAX_PARAMETERS} parameters.", "too-many-parameters")]) from None


def _plain(request: HttpRequest | Request) -> HttpRequest:
    return request._request if isinstance(request, Request) else request


def _shown(text: str) -> str:
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"
