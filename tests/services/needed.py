"""What a test needs of the machine: there, a skip with a reason, or a failure where services are required."""

import os
import shutil

import pytest


def program(*names: str) -> str:
    """The path of the first program found; else the test is skipped, or fails under ``REQUIRE_SERVICES=1``."""
    for name in names:
        if found := shutil.which(name):
            return found
    reason = f"needs {' or '.join(names)}"
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
