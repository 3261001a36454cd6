"""Fields of what comes in: JSON's own types with nothing guessed, and texts fit for a label or a letter."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from rest_framework import serializers

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LAID_OUT = "\n\r\t"  # control characters that a text of several lines may hold
# What the framework says of these fields and does not say in Vietnamese, or not well: kept among our own texts.
FRAMEWORKS_TEXTS = (
    gettext_noop("Malformed request."),
    gettext_noop("This field may not be null."),
    gettext_noop("Not a valid string."),
    gettext_noop("Ensure this field has no more than {max_length} characters."),
    gettext_noop("A valid integer is required."),
    gettext_noop("Ensure this value is less than or equal to {max_value}."),
    gettext_noop("Ensure this value is greater than or equal to {min_value}."),
    gettext_noop("Must be a valid boolean."),
    gettext_noop("Must be a valid UUID."),
    gettext_noop('"{input}" is not a valid choice.'),
    gettext_noop("Invalid data. Expected a dictionary, but got {datatype}."),
    gettext_noop('Expected a list of items but got type "{input_type}".'),
    gettext_noop("This list may not be empty."),
    gettext_noop("Ensure this field has no more than {max_length} elements."),
)


class Body(serializers.Serializer[Any]):
    """An object whose members are all known: a misspelt one is told, not passed over."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            known = self.fields
            text = _("There is no such member.")
            unknown = {name: [serializers.ErrorDetail(text, "unknown-member")] for name in data if name not in known}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """A text, of several lines if need be, without characters that nobody sees and no printer knows."""

    default_error_messages = {
        "max_length": gettext_lazy("At most {max_length} characters."),
        "characters": gettext_lazy("There are characters in it that cannot be printed."),
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text = unicodedata.normalize("NFC", super().to_internal_value(data))
        if any(_is_control(sign) for sign in text):
            self.fail("characters")
        return text


class Line(Text):
    """A name, a street: one line with something to read in it, spaces made single."""

    def to_internal_value(self, data: Any) -> str:
        text = " ".join(super().to_internal_value(data).split())
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")  # zero-width, direction marks
        if not any(sign.isalnum() for sign in text):
            self.fail("blank")
        return text


class Whole(serializers.IntegerField):
    """A whole number, and neither ``"2"`` nor ``2.0`` nor ``true``."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """``true`` or ``false``, and no word or number for it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Day(serializers.DateField):
    """``YYYY-MM-DD``, and no other way of ISO 8601."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or not _DAY.fullmatch(data):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(data)


class Identifier(serializers.UUIDField):
    """A UUID as text."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc" and sign not in _LAID_OUT
