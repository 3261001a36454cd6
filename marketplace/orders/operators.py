"""What operators do about an order, where nobody else does: one form for each act, which its service carries out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.orders.failures import FAILURES
from marketplace.orders.models import Fulfilment, FulfilmentState, Order, OrderState, Packing, Return, ReturnState
from marketplace.orders.return_rules import Failure
from marketplace.orders.services import Actor, cancel_fulfilment, cancel_order, deliver_fulfilment, fail_fulfilment
from marketplace.orders.services.cancelling import can_cancel
from marketplace.orders.services.operating import decide_return_for_producer, receive_return_for_producer
from ocop_badges.errors import DomainError

_NOTE_LENGTH = 200


class ActForm(forms.Form):
    """An act on the row whose id is ``pk``; ``record`` puts what its service refuses beside the field it is about."""

    title: str | Promise = ""
    explanation: str | Promise = ""

    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text=gettext_lazy("Written down with your name. The producer reads it too."),
    )

    def __init__(self, *args: Any, pk: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pk = pk
        self.order_fields([*(name for name in self.fields if name != "note"), "note"])

    def record(self, *, at: datetime, by: Any) -> bool:
        """Whether it is done; where not, nothing was written."""
        try:
            self.call(at=at, by=by, note=self.cleaned_data["note"])
        except DomainError as error:
            self.add_error(None, error.detail)
            return False
        return True

    def call(self, *, at: datetime, by: Any, note: str) -> None:
        raise NotImplementedError


class CameBackForm(ActForm):
    came_back = forms.BooleanField(
        label=gettext_lazy("The goods are there"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Of what was packed: it goes into the stock again. Otherwise it counts as lost."),
    )


class CancelOrderForm(CameBackForm):
    title = gettext_lazy("Cancel the order")
    explanation = gettext_lazy("All of it that has not left yet. What was paid for it goes back to the shopper.")

    def call(self, *, at: datetime, by: Any, note: str) -> None:
        came_back = self.cleaned_data["came_back"]
        cancel_order(order_id=self.pk, actor=Actor.OPERATOR, at=at, by=by, note=note, came_back=came_back)


class CancelPartForm(CameBackForm):
    title = gettext_lazy("Cancel this part")
    explanation = gettext_lazy("The rest of the order still goes. What was paid for this goes back to the shopper.")

    def call(self, *, at: datetime, by: Any, note: str) -> None:
        came_back = self.cleaned_data["came_back"]
        cancel_fulfilment(fulfilment_id=self.pk, actor=Actor.OPERATOR, at=at, by=by, note=note, came_back=came_back)


class DeliveredForm(ActForm):
    title = gettext_lazy("It was delivered")
    explanation = gettext_lazy("The sale is booked, and the time to send goods back begins.")

    def call(self, *, at: datetime, by: Any, note: str) -> None:
        deliver_fulfilment(fulfilment_id=self.pk, at=at, by=by, note=note)


class FailedForm(ActForm):
    title = gettext_lazy("The delivery failed")
    explanation = gettext_lazy("What was paid for the goods goes back to the shopper.")

    failure = forms.ChoiceField(label=gettext_lazy("What happened"), choices=FAILURES)
    came_back = forms.BooleanField(
        label=gettext_lazy("The goods are there"),
        required=False,
        help_text=gettext_lazy("They go into the stock again. Otherwise they count as lost."),
    )

    def call(self, *, at: datetime, by: Any, note: str) -> None:
        failure, came_back = Failure(self.cleaned_data["failure"]), self.cleaned_data["came_back"]
        fail_fulfilment(fulfilment_id=self.pk, failure=failure, at=at, by=by, note=note, came_back=came_back)


class DecideReturnForm(ActForm):
    title = gettext_lazy("Decide the return")
    explanation = gettext_lazy("The shopper is told what you decide, and why.")

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("accept", gettext_lazy("The goods are taken back")), ("refuse", gettext_lazy("They are not"))],
        widget=forms.RadioSelect,
    )

    def call(self, *, at: datetime, by: Any, note: str) -> None:
        accept = self.cleaned_data["decision"] == "accept"
        decide_return_for_producer(return_id=self.pk, accept=accept, note=note, at=at, by=by)


class ReceiveReturnForm(ActForm):
    title = gettext_lazy("The return has come in")
    explanation = gettext_lazy("What came back is paid back. Goods fit for sale go into the stock again.")

    def __init__(self, *args: Any, pk: int, **kwargs: Any) -> None:
        super().__init__(*args, pk=pk, **kwargs)
        self.rows = list(Return.objects.get(pk=pk).items.select_related("item").order_by("item_id"))
        for row in self.rows:
            name = f"{row.item.product_name} – {row.item.pack_name}"
            for key, label in (("came", _("{name}: came back")), ("fit", _("{name}: of which fit for sale"))):
                self.fields[f"{key}-{row.item_id}"] = forms.IntegerField(
                    label=label.format(name=name), min_value=0, max_value=row.quantity, initial=row.quantity
                )
        self.order_fields([*(name for name in self.fields if name != "note"), "note"])

    def call(self, *, at: datetime, by: Any, note: str) -> None:
        data = self.cleaned_data
        arrived = {row.item_id: (data[f"came-{row.item_id}"], data[f"fit-{row.item_id}"]) for row in self.rows}
        receive_return_for_producer(return_id=self.pk, arrived=arrived, note=note, at=at, by=by)


ACTS: Mapping[str, tuple[type[Order | Fulfilment | Return], type[ActForm]]] = {
    "cancel": (Order, CancelOrderForm),
    "cancel-part": (Fulfilment, CancelPartForm),
    "delivered": (Fulfilment, DeliveredForm),
    "failed": (Fulfilment, FailedForm),
    "decide-return": (Return, DecideReturnForm),
    "receive-return": (Return, ReceiveReturnForm),
}


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done now: by which of ``ACTS``, on the row of which id, and what it is about."""

    name: str
    pk: int
    about: str

    @property
    def title(self) -> str:
        title = str(ACTS[self.name][1].title)
        return f"{title}: {self.about}" if self.about else title


def acts_of(order: Order) -> Iterator[Act]:
    """What an operator can do about an order as it stands."""
    parts = list(order.fulfilments.order_by("position"))
    if order.state in (OrderState.AWAITING_PAYMENT, OrderState.CONFIRMED) and can_cancel(parts, actor=Actor.OPERATOR):
        yield Act("cancel", order.pk, "")
    for part in parts if order.state == OrderState.CONFIRMED else ():
        if len(parts) > 1 and can_cancel([part], actor=Actor.OPERATOR):
            yield Act("cancel-part", part.pk, part_name(part))
        if part.state == FulfilmentState.SHIPPED and part.packing != Packing.INBOUND:
            yield Act("delivered", part.pk, part_name(part))
            yield Act("failed", part.pk, part_name(part))
    for request in order.returns.open().select_related("fulfilment").order_by("pk"):
        name = "decide-return" if request.state == ReturnState.REQUESTED else "receive-return"
        yield Act(name, request.pk, part_name(request.fulfilment))


def part_name(part: Fulfilment) -> str:
    name = part.producer_name or _("gift box")
    return f"{part.position + 1} – {name}"
