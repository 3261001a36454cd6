"""What upper apps add to a product's answer, without being known here.

An upper app registers a loader in ``AppConfig.ready()``: ``register("story", load_stories)``. A loader takes product
ids and a day and answers, by product id, JSON-ready values; site-relative paths are made absolute by the view.
Loaders know no language: a text may come with its English under ``…_en``.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from .models.fields import in_language

PartName = Literal["story", "bundles", "rating"]
Loader = Callable[[Sequence[int], date], Mapping[int, Any]]

_loaders: dict[PartName, Loader] = {}
_defaults: dict[PartName, Any] = {"story": None, "bundles": [], "rating": None}


def register(name: PartName, load: Loader) -> None:
    """Fill one part of a product's answer; a second registration replaces the first."""
    _loaders[name] = load


def load(product_ids: Sequence[int], on: date) -> dict[int, dict[PartName, Any]]:
    """Every part of every product asked, with its default where nobody fills it."""
    parts: dict[int, dict[PartName, Any]] = {product_id: dict(_defaults) for product_id in product_ids}
    for name, loader in _loaders.items():
        for product_id, value in loader(product_ids, on).items():
            parts[product_id][name] = value
    return parts


def bundles_in(bundles: list[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    """The value of ``bundles`` with each title in one language."""
    return [
        {
            **{key: value for key, value in bundle.items() if key != "title_en"},
            "title": in_language(bundle["title"], bundle.get("title_en", ""), lang),
        }
        for bundle in bundles
    ]
