"""``python bench/run.py``: see ``--help``."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # the project, not this folder

from bench.main import main  # noqa: E402 - only now it can be found

if __name__ == "__main__":
    sys.exit(main())
