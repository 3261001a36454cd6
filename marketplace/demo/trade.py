"""What the demo sells by: prices of parcels, a commission, a packing hub, vouchers, papers for the rice spirit."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction

from catalog import services
from catalog.models import DocumentKind, LegalForm, Producer, Product, Province, SellerDocument
from marketplace.hub.models import HubPost, HubTariffRow, PackingHub, Supply, SupplyKind
from marketplace.orders.models import Voucher, VoucherKind
from marketplace.settlement.models import CommissionRate, PayoutAccount
from marketplace.settlement.payout_accounts import bank_account
from marketplace.shipping.models import ShippingStep, ShippingTable, ZoneName

from .content import MARK
from .people import PACKER

SINCE = date(2026, 1, 1)
COMMISSION_BP = 800
# Days on the way, then đồng up to so many grams, then for each kilogram more.
TABLES = {
    ZoneName.LOCAL: (1, ((500, 16_000), (2_000, 20_000), (5_000, 32_000)), 4_000),
    ZoneName.NEAR: (2, ((500, 22_000), (2_000, 28_000), (5_000, 45_000)), 6_000),
    ZoneName.FAR: (4, ((500, 30_000), (2_000, 38_000), (5_000, 65_000)), 9_000),
}
HUB_NAME = f"Kho gói quà ({MARK})"
HUB_PROVINCE = "68"
# Kind, name, pieces for each box, in stock, low from so many on.
SUPPLIES = (
    (SupplyKind.BOX, "Hộp gỗ nắp trượt", 1, 60, 15),
    (SupplyKind.FILLER, "Rơm giấy, gói", 2, 150, 40),
    (SupplyKind.OTHER, "Ruy băng và thiệp", 1, 80, 20),
)
WELCOME, OF_PRODUCER = "CHAOMUNG10", "MACCA20"
VOUCHER_OWNER = "LEANH"  # the demo product whose producer gives a voucher
SPIRIT = "RUOUGAO"
DEMO_BANKS = ("970405", "970436", "970446")  # where the sellers are paid to, in turn; the account numbers are nobody's
FORMS = {"công ty": LegalForm.COMPANY, "hợp tác xã": LegalForm.COOPERATIVE, "hộ": LegalForm.HOUSEHOLD_BUSINESS}
LICENCE_LEFT, SALE_LEFT = timedelta(days=400), timedelta(days=60)


def fill_trade(products: Mapping[str, Product], *, at: datetime, day: date) -> None:
    """Add what is missing; ``products`` are the demo's, by code. What somebody has written since stays."""
    _set_prices()
    _tell_legal_forms(products)
    _open_accounts(products, at=at)
    _open_hub()
    _give_vouchers(products, day=day)
    if SPIRIT in products:
        _license_spirit(products[SPIRIT], day=day)


@transaction.atomic
def _set_prices() -> None:
    if not ShippingTable.objects.filter(producer=None).exists():
        for zone, (transit_days, steps, more_per_kg) in TABLES.items():
            table = ShippingTable.objects.create(
                zone=zone, transit_days=transit_days, more_per_kg=more_per_kg, valid_from=SINCE
            )
            ShippingStep.objects.bulk_create(
                ShippingStep(table=table, up_to_g=up_to_g, price=price) for up_to_g, price in steps
            )
    if not CommissionRate.objects.filter(producer=None).exists():
        CommissionRate.objects.create(basis_points=COMMISSION_BP, valid_from=SINCE)


@transaction.atomic
def _tell_legal_forms(products: Mapping[str, Product]) -> None:
    """What a seller's name says of its legal form, by which tax is withheld; what is on record stays."""
    sellers = Producer.objects.filter(pk__in={product.producer_id for product in products.values()}, legal_form="")
    for producer in sellers.order_by("pk"):
        form = next((form for word, form in FORMS.items() if word in producer.name.lower()), None)
        if form is not None:
            Producer.objects.filter(pk=producer.pk).update(legal_form=form)


@transaction.atomic
def _open_accounts(products: Mapping[str, Product], *, at: datetime) -> None:
    """A bank account for each seller that has none."""
    sellers = {product.producer_id: product.producer for product in products.values()}
    named = PayoutAccount.objects.current(sellers)
    for number, (pk, producer) in enumerate(sorted(sellers.items())):
        if pk not in named:
            place = bank_account(
                bank_bin=DEMO_BANKS[number % len(DEMO_BANKS)],
                number=f"0000{number + 1:06}",
                holder=f"{producer.name[:100]} ({MARK})",
            )
            PayoutAccount.objects.create(producer=producer, recorded_at=at, **place)


@transaction.atomic
def _open_hub() -> None:
    if PackingHub.objects.exists():
        return
    hub = PackingHub.objects.create(
        name=HUB_NAME,
        province=Province.objects.get(code=HUB_PROVINCE),
        address=f"1 đường Minh Hoạ ({MARK})",
        phone="0900 000 000",
    )
    HubTariffRow.objects.create(
        hub=hub, assembly_fee=15_000, box_fee=25_000, box_weight_g=600, handling_days=1, valid_from=SINCE
    )
    Supply.objects.bulk_create(
        Supply(hub=hub, kind=kind, name=name, per_box=per_box, on_hand=on_hand, low_at=low_at)
        for kind, name, per_box, on_hand, low_at in SUPPLIES
    )
    HubPost.objects.create(hub=hub, user=get_user_model().objects.get(email=PACKER))


@transaction.atomic
def _give_vouchers(products: Mapping[str, Product], *, day: date) -> None:
    if not Voucher.objects.filter(code=WELCOME).exists():
        Voucher.objects.create(
            code=WELCOME,
            kind=VoucherKind.PERCENT,
            value=10,
            minimum_goods=200_000,
            maximum_discount=100_000,
            limit_per_buyer=1,
            valid_from=day,
        )
    giver = products.get(VOUCHER_OWNER)
    if giver is not None and not Voucher.objects.filter(code=OF_PRODUCER).exists():
        Voucher.objects.create(
            code=OF_PRODUCER,
            kind=VoucherKind.FIXED,
            value=20_000,
            producer=giver.producer,
            minimum_goods=150_000,
            limit=100,
            valid_from=day,
        )


@transaction.atomic
def _license_spirit(spirit: Product, *, day: date) -> None:
    """Two licences nobody can take for real; the one to sell ends first, and with it the sale."""
    if SellerDocument.objects.filter(producer=spirit.producer).exists():
        return
    papers = (
        (DocumentKind.ALCOHOL_PRODUCTION, "MH-01", LICENCE_LEFT),
        (DocumentKind.ALCOHOL_RETAIL, "MH-02", SALE_LEFT),
    )
    for kind, number, left in papers:
        services.record_document(
            producer=spirit.producer,
            product=spirit,
            kind=kind,
            number=f"{number} ({MARK})",
            issued_by=f"Cơ quan cấp phép ({MARK})",
            valid_from=SINCE,
            valid_until=day + left,
        )
