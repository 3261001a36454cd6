"""The words generated things are named with, read from ``vocabulary.toml`` and ``names.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal

_KINDS = Path(__file__).with_name("vocabulary.toml")
_NAMES = Path(__file__).with_name("names.toml")

Words = tuple[str, str]  # Vietnamese, English


@dataclass(frozen=True, slots=True)
class PackSize:
    name: str
    name_en: str
    value: int
    unit: str

    @property
    def in_base_units(self) -> float:
        """Kilograms, litres or pieces: what prices are given for."""
        return self.value / 1000 if self.unit in ("g", "ml") else self.value


@dataclass(frozen=True, slots=True)
class Kind:
    """What the products of one product set are like. ``prices`` in đồng for a kilogram, litre or piece."""

    code: str
    weight: int
    families: tuple[tuple[tuple[Words, ...], tuple[Words, ...]], ...]
    packs: tuple[PackSize, ...]
    prices: tuple[int, int]
    shelf: tuple[int, int] | None
    keep: Literal["cool", "chilled", "dry", "none"]
    seasonal: bool
    quality: tuple[str, ...]

    def name(self, rng: Random) -> Words:
        """A name such as "Cà phê bột Arabica", "Arabica ground coffee"."""
        heads, styles = rng.choices(self.families, [len(h) * len(s) for h, s in self.families])[0]
        (head, head_en), (style, style_en) = rng.choice(heads), rng.choice(styles)
        after = style_en.startswith(("with ", "from ", "in "))
        english = f"{head_en} {style_en}" if after else f"{style_en} {head_en}"
        return f"{head} {style}", english[0].upper() + english[1:]


@cache
def kinds() -> dict[str, Kind]:
    """Every product set's kind, by the set's code."""
    with _KINDS.open("rb") as file:
        return {code: _kind(code, entry) for code, entry in tomllib.load(file).items()}


@cache
def syllables(key: str) -> tuple[str, ...]:
    """One list of ``names.toml``."""
    with _NAMES.open("rb") as file:
        text: str = tomllib.load(file)[key]
    return tuple(text.split())


def _kind(code: str, entry: dict[str, Any]) -> Kind:
    return Kind(
        code=code,
        weight=entry["weight"],
        families=tuple(
            (tuple(map(tuple, family["heads"])), tuple(map(tuple, family["styles"]))) for family in entry["families"]
        ),
        packs=tuple(PackSize(*pack) for pack in entry["packs"]),
        prices=tuple(entry["prices"]),
        shelf=tuple(entry["shelf"]) if "shelf" in entry else None,
        keep=entry["keep"],
        seasonal=entry.get("seasonal", False),
        quality=tuple(entry["quality"]),
    )
