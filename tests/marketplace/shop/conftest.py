import pytest

from tests.trade import open_shop


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    open_shop()
