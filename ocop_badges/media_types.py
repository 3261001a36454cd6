"""Which form of an answer a client prefers (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence


def preferred_type(accept: str, offered: Sequence[str]) -> str | None:
    """The offered media type that an ``Accept`` header likes best; None where it accepts none of them.

    Each type has the quality of the most specific range that holds it. Between equal qualities the more specific range
    decides, then the order of ``offered``. Parameters other than ``q`` do not tell our types apart and are ignored.
    """
    ranges = [_parsed(text) for text in accept.split(",") if text.strip()] or [("*/*", 1.0)]
    ranked = []
    for place, media_type in enumerate(offered):
        held = [(_specificity(name), quality) for name, quality in ranges if _holds(name, media_type)]
        if not held:
            continue
        specificity, quality = max(held)
        if quality > 0:
            ranked.append((-quality, -specificity, place, media_type))
    return min(ranked)[-1] if ranked else None


def _parsed(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip() for part in text.lower().split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            quality = _quality(value.strip())
    return name, quality


def _quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 0.0  # whatever was meant, it was not this
    return quality if 0 <= quality <= 1 else 0.0


def _holds(name: str, media_type: str) -> bool:
    return name in ("*/*", media_type) or (name.endswith("/*") and media_type.startswith(name[:-1]))


def _specificity(name: str) -> int:
    return 0 if name == "*/*" else 1 if name.endswith("/*") else 2
