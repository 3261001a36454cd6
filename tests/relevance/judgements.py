"""What shoppers mean by what they type, judged by people: ``tests/data/judgements.toml``, read and applied."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .corpus import DATA, Described

JUDGEMENTS = DATA / "judgements.toml"
GRADES = (3, 2, 1)

Grades = Mapping[int, int]  # product id → 1, 2 or 3; whatever is not named is irrelevant

_WORDS = re.compile(r"[^\W_]+")


@cache
def _phrase(text: str) -> str:
    """The words of a text, accents kept, between spaces: one phrase is part of another as whole words only."""
    return f" {' '.join(_WORDS.findall(unicodedata.normalize('NFC', text).lower()))} "


def _contains(whole: str, part: str) -> bool:
    return _phrase(part) in _phrase(whole)


# What a condition may say of a product, each of one value; of several values one must hold.
_CONDITIONS: Mapping[str, Callable[[Described, str], bool]] = {
    "is": lambda product, text: product.name == text,
    "starts": lambda product, text: _phrase(product.name).startswith(_phrase(text)),
    "name": lambda product, text: _contains(product.name, text),
    "name_en": lambda product, text: _contains(product.name_en, text),
    "producer": lambda product, text: _contains(product.producer, text),
    "set": lambda product, text: product.product_set == text,
    "industry": lambda product, text: product.industry == text,
    "province": lambda product, text: product.province == text,
    "former_province": lambda product, text: product.former_province == text,
    "district": lambda product, text: product.district == text,
    "commune": lambda product, text: _contains(product.commune, text),
}
_NOT = "not_"


@dataclass(frozen=True, slots=True)
class Rule:
    """Products that all of some conditions hold for; ``not_name`` and the like turn one round."""

    conditions: Mapping[str, tuple[str, ...]]

    def covers(self, product: Described) -> bool:
        return all(_holds(product, name, values) for name, values in self.conditions.items())


@dataclass(frozen=True, slots=True)
class Query:
    """A text typed by a shopper, what is meant by it, and by grade which products that is."""

    text: str
    kind: str
    means: str
    rules: Mapping[int, Sequence[Rule]]

    def grades(self, products: Iterable[Described]) -> Grades:
        """The grade of every relevant product, the highest that a rule gives it. Empty: nothing should be found."""
        graded: dict[int, int] = {}
        for product in products:
            for grade in GRADES:
                if any(rule.covers(product) for rule in self.rules.get(grade, ())):
                    graded[product.pk] = grade
                    break
        return graded


def read_judgements(path: Path = JUDGEMENTS) -> list[Query]:
    """Every judged query. Raises ``ValueError`` or ``KeyError`` for a file that says something unknown."""
    with path.open("rb") as file:
        needs = tomllib.load(file)["need"]
    return [query for need in needs for query in _queries(**need)]


def _queries(*, means: str, texts: Mapping[str, str], **graded: Sequence[Mapping[str, Any]]) -> Iterator[Query]:
    rules = {int(grade): [_rule(conditions) for conditions in rules] for grade, rules in graded.items()}
    if not set(rules) <= set(GRADES):
        raise ValueError(f"{means}: grades are {GRADES}, not {sorted(rules)}")
    for text, kind in texts.items():
        yield Query(text=text, kind=kind, means=means, rules=rules)


def _rule(conditions: Mapping[str, str | list[str]]) -> Rule:
    unknown = {name for name in conditions if name.removeprefix(_NOT) not in _CONDITIONS}
    if unknown or not conditions:
        raise ValueError(f"{conditions}: a rule has conditions, each one of {sorted(_CONDITIONS)}")
    return Rule({name: (values,) if isinstance(values, str) else tuple(values) for name, values in conditions.items()})


def _holds(product: Described, name: str, values: Iterable[str]) -> bool:
    condition = _CONDITIONS[name.removeprefix(_NOT)]
    return any(condition(product, value) for value in values) != name.startswith(_NOT)
