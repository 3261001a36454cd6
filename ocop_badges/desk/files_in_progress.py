"""What the overview tells of certification files, from whoever keeps them."""

from typing import Any

from ocop_badges.officers import Mandate


def files_in_progress(mandate: Mandate) -> dict[str, Any] | None:
    """``count`` and ``url`` of the files on their way within a mandate; None where no files are kept."""
    return None
