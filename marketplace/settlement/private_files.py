"""Files that only their owner may read."""

import os
from pathlib import Path
from tempfile import mkstemp


def write_private(path: Path, content: bytes) -> None:
    """Put a file in its place in one step, whole or not at all. Raises ``OSError``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, rough = mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made for its owner only
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(rough).replace(path)
    except BaseException:
        Path(rough).unlink(missing_ok=True)
        raise
