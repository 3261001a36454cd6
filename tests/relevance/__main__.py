"""Prints every judged query's score: ``python -m tests.relevance``, on the database of ``DATABASE_URL``."""

import sys

import pytest

sys.exit(pytest.main(["--quiet", "--capture=no", "tests/relevance/test_relevance.py", *sys.argv[1:]]))
