"""What the shop asks of a carrier. Every carrier passes one suite (tests/marketplace/shipping/contract.py)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from marketplace.shipping.rules import WaybillStep


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or gets a parcel, with the commune's official code where it is known."""

    name: str
    phone: str
    street: str
    commune: str
    province: str
    commune_code: str = ""
    province_code: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel to be carried. ``key`` is our name for it; ``collect`` is to be asked for at the door, in đồng.

    ``number`` is the tracking number where a person has it from the carrier already.
    """

    key: str
    sender: Party
    recipient: Party
    weight_g: int
    collect: int = 0
    number: str = ""


@dataclass(frozen=True, slots=True)
class Tracking:
    """A state that a parcel came to."""

    state: WaybillStep
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Remitted:
    """What a carrier says it handed over for one parcel: collected at the door, and kept as its fee, in đồng."""

    reference: str
    number: str
    collected: int
    fee: int
    on: date


class Carrier(Protocol):
    """``code`` is stored and stays; ``name`` is shown."""

    code: str

    @property
    def name(self) -> str: ...

    def create_waybill(self, parcel: Parcel, *, at: datetime) -> str:
        """Announce a parcel; its tracking number. The same key again gives the same number, and no second parcel.

        Raises ``DomainError`` where it is refused.
        """
        ...

    def track(self, number: str) -> list[Tracking]:
        """The states of a parcel in the order of time. Raises ``DomainError`` ``unknown-waybill`` (404)."""
        ...

    def cancel(self, number: str, *, at: datetime) -> None:
        """Take back a parcel that was not handed over yet; again changes nothing.

        Raises ``DomainError``: ``wrong-state`` (409), ``unknown-waybill`` (404).
        """
        ...

    def remittances(self, *, since: date, until: date) -> list[Remitted]:
        """What was handed over on these days, both included; none where the carrier cannot be asked."""
        ...
