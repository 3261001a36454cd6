from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong with one cell. ``line`` is the physical line of the file, ``column`` the name in the header.

    Where no name can be told (the file as a whole, a cell beyond the header), ``column`` is a number, counted from 1.
    """

    line: int
    column: str
    message: str

    def at(self, file_name: str) -> str:
        """``FILE:LINE:COLUMN: message``."""
        return f"{file_name}:{self.line}:{self.column}: {self.message}"


class ImportRefused(Exception):
    """A file that cannot be taken, with all that is wrong in it. Nothing was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = sorted(dict.fromkeys(faults), key=lambda fault: fault.line)
        super().__init__(f"{len(self.faults)} errors")
