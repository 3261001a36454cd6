"""A gift box of two producers on its way through the hub."""

from dataclasses import dataclass

from catalog.models import Pack
from marketplace.hub import packing
from marketplace.hub.models import BoxJob, BoxPart, HubPost, PackingHub, Supply, SupplyKind
from marketplace.orders import services
from marketplace.orders.models import Fulfilment, Order, PaymentMethod
from tests.factories import AT, DAY, make_bundle, make_pack, make_producer, make_product
from tests.trade import make_order, open_hub, open_shop


@dataclass
class Work:
    hub: PackingHub
    order: Order
    job: BoxJob

    @property
    def box(self) -> Fulfilment:
        return Fulfilment.objects.get(pk=self.job.fulfilment_id)

    @property
    def parts(self) -> list[BoxPart]:
        return list(self.job.parts.select_related("item__fulfilment").order_by("pk"))

    def inbound(self, number: int = 0) -> Fulfilment:
        return Fulfilment.objects.get(pk=self.parts[number].item.fulfilment_id)


def two_packs() -> tuple[Pack, Pack]:
    tea = make_pack(make_product(name="Chè"), price=100_000, on_hand=50)
    honey = make_pack(make_product(name="Mật ong", producer=make_producer()), price=200_000, on_hand=50)
    return tea, honey


def open_work(
    *,
    method: PaymentMethod = PaymentMethod.VIETQR,
    boxes: int = 1,
    hub: PackingHub | None = None,
    with_shop: bool = True,
) -> Work:
    """A confirmed order of so many boxes, each of one tea and two honeys of another producer; nothing has come in."""
    if with_shop:
        open_shop()
        hub = hub or open_hub()
    assert hub is not None
    tea, honey = two_packs()
    order = make_order((make_bundle(tea, (honey, 2), goes_as_box=True), boxes), method=method)
    if method != PaymentMethod.COD:
        services.confirm_order(order_id=order.pk, at=AT)
    packing.open_jobs(at=AT)
    return Work(hub, order, BoxJob.objects.get(fulfilment__order=order))


def send(work: Work, *, until: str = "shipped") -> None:
    """Let both producers accept, pack and send their parts."""
    for inbound in Fulfilment.objects.filter(order=work.order, packing="inbound").order_by("pk"):
        services.accept_fulfilment(fulfilment_id=inbound.pk, at=AT)
        services.pack_fulfilment(fulfilment_id=inbound.pk, at=AT, on=DAY)
        if until == "shipped":
            services.ship_fulfilment(fulfilment_id=inbound.pk, carrier="GHN", at=AT)


def receive_all(work: Work) -> None:
    for part in work.parts:
        if part.missing:
            packing.receive_part(part_id=part.pk, count=part.missing, at=AT)


def stock_supplies(hub: PackingHub, *, on_hand: int = 10) -> Supply:
    return Supply.objects.create(hub=hub, kind=SupplyKind.BOX, name="Hộp tre", per_box=1, on_hand=on_hand, low_at=2)


def post(hub: PackingHub, user: object) -> HubPost:
    return HubPost.objects.create(hub=hub, user=user)
