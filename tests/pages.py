"""What a page's HTML says, for tests: found with the standard library's parser, no more than asked."""

import json
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""
    inside: list[str] = field(default_factory=list)  # the tags around it, outermost first


class Page(HTMLParser):
    """Every element of a page, in order; closing tags must match."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.faults: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{element.tag}> is never closed" for element in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.faults += [f"<{tag}> has {name} twice" for name, times in Counter(names).items() if times > 1]
        element = Element(tag, {name: value or "" for name, value in attrs}, inside=[e.tag for e in self.open])
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].tag != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1].tag if self.open else 'nothing'}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {name.replace("_", "-").strip("-"): value for name, value in attributes.items()}
        return [
            e
            for e in self.elements
            if e.tag == tag and all(e.attributes.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        (element,) = self.all(tag, **attributes)
        return element

    @property
    def linked_data(self) -> list[Any]:
        return [json.loads(e.text) for e in self.all("script", type="application/ld+json")]

    @property
    def flaws(self) -> list[str]:
        """What any page must not have: unmatched tags, missing labels or alternatives, doubled ids, not one h1."""
        flaws = list(self.faults)
        if len(self.all("h1")) != 1:
            flaws.append(f"{len(self.all('h1'))} h1 elements")
        ids = Counter(e.attributes["id"] for e in self.elements if "id" in e.attributes)
        flaws += [f"the id {name} is there {times} times" for name, times in ids.items() if times > 1]
        labelled = {e.attributes.get("for") for e in self.all("label")}
        for e in self.elements:
            if e.tag in {"input", "select", "textarea"} and e.attributes.get("type") != "hidden":
                by_label = e.attributes.get("id") in labelled or "label" in e.inside or "aria-label" in e.attributes
                if not by_label:
                    flaws.append(f"no label for {e.attributes}")
            if e.tag == "img":
                flaws += [f"img without {name}" for name in ("alt", "width", "height") if name not in e.attributes]
            for name in ("aria-labelledby", "aria-controls", "aria-describedby"):
                flaws += [
                    f"{name} names nothing: {each}" for each in e.attributes.get(name, "").split() if each not in ids
                ]
        levels = [int(e.tag[1]) for e in self.elements if e.tag in {"h1", "h2", "h3", "h4"}]
        flaws += [f"h{above} is followed by h{below}" for above, below in pairwise(levels) if below > above + 1]
        return flaws
