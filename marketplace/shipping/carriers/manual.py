"""A carrier that people deal with: they type its tracking number and say where the parcel is."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.shipping.carriers.ports import Parcel, Remitted, Tracking
from marketplace.shipping.models import Waybill, WaybillEvent
from marketplace.shipping.rules import WAYBILL_STEPS, WaybillStep
from ocop_badges.errors import DomainError, InvalidFact

LONGEST_NUMBER = 60


class ManualCarrier:
    """Asks nobody. What it handed over of collected money, people enter where payments are reconciled.

    ``carried_by`` is whom people typed: its numbers are its own, another may have the same.
    """

    code = "manual"

    def __init__(self, carried_by: str = "") -> None:
        self._carried_by = " ".join(carried_by.split())

    @property
    def name(self) -> str:
        return _("by hand")

    @transaction.atomic
    def create_waybill(self, parcel: Parcel, *, at: datetime) -> str:
        """The number that was typed, or where none was (somebody drives there) one of our own."""
        number = " ".join(parcel.number.split())
        if len(number) > LONGEST_NUMBER:
            raise InvalidFact(_("At most {count} signs.").format(count=LONGEST_NUMBER), field="number", code="too-long")
        stored = Waybill.objects.filter(carrier=self.code, key=parcel.key).first()
        if stored is None:
            try:
                with transaction.atomic():
                    stored = Waybill.objects.create(
                        carrier=self.code,
                        carried_by=self._carried_by,
                        key=parcel.key,
                        number=number or parcel.key,
                        weight_g=parcel.weight_g,
                        collect=parcel.collect,
                        created_at=at,
                    )
                    WaybillEvent.objects.create(waybill=stored, state=WaybillStep.CREATED, at=at)
            except IntegrityError:
                stored = Waybill.objects.filter(carrier=self.code, key=parcel.key).first()
                if stored is None:
                    text = _("{number} is the tracking number of another parcel.").format(number=number)
                    raise InvalidFact(text, field="number", code="taken") from None
        if number and number != stored.number:
            text = _("This parcel has the tracking number {number} already.").format(number=stored.number)
            raise DomainError(text, code="waybill-exists")
        return stored.number

    def track(self, number: str) -> list[Tracking]:
        events = self._find(number).events.order_by("at", "pk")
        return [Tracking(WaybillStep(event.state), event.at, event.note) for event in events]

    @transaction.atomic
    def cancel(self, number: str, *, at: datetime) -> None:
        self.record(number, WaybillStep.CANCELLED, at=at)

    def remittances(self, *, since: date, until: date) -> list[Remitted]:
        return []

    @transaction.atomic
    def record(self, number: str, state: WaybillStep, *, at: datetime, by: Any = None, note: str = "") -> Waybill:
        """Say where a parcel is. The same again changes nothing. Raises as ``cancel``."""
        waybill = self._find(number, lock=True)
        now = WaybillStep(waybill.state)
        if state == now:
            return waybill
        if state not in WAYBILL_STEPS[now]:
            text = _("A parcel that is “{now}” cannot become “{wanted}”.")
            wanted = Waybill(state=state).get_state_display()
            raise DomainError(text.format(now=waybill.get_state_display(), wanted=wanted), code="wrong-state")
        waybill.state = state
        waybill.save(update_fields=["state"])
        WaybillEvent.objects.create(waybill=waybill, state=state, at=at, by=by, note=note[:255])
        return waybill

    def number_of(self, key: str) -> str:
        """The tracking number of a parcel by our own name for it. Raises ``DomainError`` ``unknown-waybill`` (404)."""
        number = Waybill.objects.filter(carrier=self.code, key=key).values_list("number", flat=True).first()
        if number is None:
            raise DomainError(_("This parcel was not announced."), code="unknown-waybill", status=404)
        return number

    def _find(self, number: str, *, lock: bool = False) -> Waybill:
        waybills = Waybill.objects.locked() if lock else Waybill.objects.all()
        found = waybills.filter(carrier=self.code, carried_by=self._carried_by, number=number).first()
        if found is None:
            text = _("There is no parcel with the number {number}.").format(number=number)
            raise DomainError(text, code="unknown-waybill", status=404)
        return found
