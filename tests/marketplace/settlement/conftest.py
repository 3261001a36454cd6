import pytest

from marketplace.settlement import registry


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settlement by itself: orders here are numbers that no app above knows."""
    monkeypatch.setattr(registry, "_checks", {})
    monkeypatch.setattr(registry, "_order_names", [])
