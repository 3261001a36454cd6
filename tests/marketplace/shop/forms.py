"""Fills in a page's form as a browser without scripts would."""

from typing import Any

from django.test import Client

from tests.pages import Element, Page


class Form:
    """The values of a form on a page, as they stand; ``press`` sends it by a button."""

    def __init__(self, html: str, *, action: str) -> None:
        self.action = action
        self.page = Page(html)
        assert self.page.flaws == []
        self.values: dict[str, str] = {}
        self._read(_Inside(html, action))

    def _read(self, inside: "_Inside") -> None:
        for element in inside.found:
            name, kind = element.attributes.get("name"), element.attributes.get("type", "text")
            if not name or element.tag == "button" or kind == "file":
                continue
            if element.tag == "textarea":
                self.values[name] = element.text
            elif element.tag == "select":
                self.values[name] = inside.chosen.get(name, "")
            elif kind not in {"checkbox", "radio"} or "checked" in element.attributes:
                self.values[name] = element.attributes.get("value", "")

    def fill(self, **values: Any) -> "Form":
        """By name; ``r0_street`` is the field ``r0-street``."""
        for name, value in values.items():
            known = name.replace("_", "-", 1) if name[:1] == "r" and name[1:2].isdigit() else name
            self.values[known] = str(value)
        return self

    def press(self, client: Client, button: str) -> Any:
        return client.post(self.action, {**self.values, "do": button})

    @property
    def notes(self) -> str:
        return " ".join(" ".join(e.text.split()) for e in self.page.all("div", id="note"))

    @property
    def faults(self) -> dict[str, str]:
        """What is wrong, by the name of the field."""
        found = [e for e in self.page.all("p", class_="shop-field__error") if "id" in e.attributes]
        return {e.attributes["id"].removeprefix("id-").removesuffix("-error"): e.text for e in found}

    @property
    def total(self) -> int:
        (shown,) = [e.attributes["data-total"] for e in self.page.elements if "data-total" in e.attributes]
        return int(shown)

    def buttons(self) -> list[str]:
        return [e.attributes.get("value", "") for e in self.page.all("button", name="do")]


class _Inside(Page):
    """The controls of one form, and what its selects have chosen."""

    def __init__(self, html: str, action: str) -> None:
        self.action = action
        self.found: list[Element] = []
        self.chosen: dict[str, str] = {}
        self._select = ""
        self._in_form = False
        super().__init__(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        element = self.elements[-1]
        if tag == "form":
            self._in_form = element.attributes.get("action") == self.action
        if not self._in_form:
            return
        if tag == "select":
            self._select = element.attributes.get("name", "")
        if tag == "option" and (self._select not in self.chosen or "selected" in element.attributes):
            self.chosen[self._select] = element.attributes.get("value", "")
        if tag in {"input", "select", "textarea", "button"}:
            self.found.append(element)

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        if tag == "form":
            self._in_form = False


def checkout_form(client: Client, prefix: str = "") -> Form:
    answer = client.get(f"{prefix}/checkout/")
    assert answer.status_code == 200
    return Form(answer.content.decode(), action=f"{prefix}/checkout/")


def again(answer: Any, prefix: str = "") -> Form:
    """The form as it came back."""
    return Form(answer.content.decode(), action=f"{prefix}/checkout/")


BUYER = {"name": "Nguyễn Thị Hoa", "phone": "0912 345 678", "email": "b@example.vn"}
TO = {"r0_province": "68", "r0_commune": "31024", "r0_street": "12 Trần Phú"}
