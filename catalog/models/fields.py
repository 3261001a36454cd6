from typing import Any

from django.db import models
from django.utils.translation import get_language

from catalog.search.folding import fold


class FoldedField(models.CharField):  # type: ignore[type-arg]
    """Keeps ``fold()`` of another field, spaces squeezed: the key by which a thing is known despite its spelling."""

    def __init__(self, *args: Any, source: str = "name", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 255)
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        if self.source != "name":
            kwargs["source"] = self.source
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = name_key(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value


def name_key(name: str) -> str:
    """A name without case, accents or extra spaces."""
    return " ".join(fold(name).split())


def in_language(vietnamese: str, english: str, lang: str | None = None) -> str:
    """The English text where English is asked and there is one, else the Vietnamese."""
    return english if (lang or get_language()) == "en" and english else vietnamese
