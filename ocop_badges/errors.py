"""Errors of the domain: raised by services and rules, shown as a problem by the API and as a message on a page."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. ``field`` names the argument it is about, empty for none."""

    detail: str
    code: str = "invalid"
    field: str = ""


@dataclass
class DomainError(Exception):
    """A request that the rules refuse. ``code`` is stable and becomes the problem's ``type``."""

    detail: str
    code: str = "refused"
    status: int = 409
    faults: list[Fault] = field(default_factory=list)

    def __str__(self) -> str:
        return self.detail


class InvalidFact(DomainError):
    """A fact that cannot be recorded as given."""

    def __init__(self, detail: str, *, field: str, code: str = "invalid") -> None:
        super().__init__(detail, code=code, status=400, faults=[Fault(detail, code, field)])
