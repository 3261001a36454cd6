"""A little life around the demo's certificates: a file begun, a check planned, a shopper's word. No certificate.

What is written here says of itself that it is made up; nothing of it touches a star of a real product.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from django.db import transaction
from PIL import Image, ImageDraw, ImageFont

import ocop_badges
from catalog.models import Product
from marketplace.accounts.models import User
from ocop_badges.dossiers import services as dossiers
from ocop_badges.dossiers.contents import checklist_of, criteria_of
from ocop_badges.dossiers.models import Dossier, Proof
from ocop_badges.dossiers.rules import Kind
from ocop_badges.inspections import services as inspections
from ocop_badges.inspections.models import Inspection, InspectionKind, MarkReport
from ocop_badges.officers import mandate_of
from ocop_badges.rules import Status
from ocop_badges.verification import load_families

from .people import OFFICER, OWNED, PRODUCER

FONT = Path(ocop_badges.__file__).parent / "fonts" / "BeVietnamPro-SemiBold.ttf"
INSPECTED, REPORTED = "SEAGULL", "BONBUBO"
PART_OF_POINTS = Decimal("0.8")  # what the made-up producer gives its own product, of each criterion
DOCUMENTS = ("label", "story")  # items of the checklist that hold something already


def fill_programme(products: Mapping[str, Product], *, at: datetime, day: date) -> None:
    """Begin a renewal, plan an inspection and hand in a report, each where its product has none yet."""
    for code, begin in ((OWNED[0], _begin_renewal), (INSPECTED, _plan_inspection), (REPORTED, _send_report)):
        if code in products:
            begin(products[code], at=at, day=day)


@transaction.atomic
def _begin_renewal(product: Product, *, at: datetime, day: date) -> None:
    """A draft with points for two parts of three and two documents: something is missing still."""
    owner = User.objects.filter(email=PRODUCER).first()
    if owner is None or Dossier.objects.filter(product=product).exists() or not _may_renew(product, day):
        return
    dossier = dossiers.open_dossier(product=product, kind=Kind.RENEWAL, at=at, on=day, by=owner)
    points = {
        criterion.pk: (criterion.max_points * PART_OF_POINTS).quantize(Decimal("0.1"))
        for criterion in criteria_of(dossier)
        if criterion.part.code != "C"
    }
    dossiers.set_self_assessment(dossier=dossier, points=points)
    for item in checklist_of(dossier):
        if item.proof == Proof.FILE and item.code in DOCUMENTS:
            dossiers.attach_evidence(
                dossier=dossier,
                item=item,
                upload=BytesIO(_sheet(item.name)),
                name="minh-hoa.png",
                at=at,
                by=owner,
            )


def _may_renew(product: Product, day: date) -> bool:
    family = load_families({product.pk}).get(product.pk)
    return family is not None and any(family.status(each, day) is Status.VALID for each in family.certificates)


def _plan_inspection(product: Product, *, at: datetime, day: date) -> None:
    officer = User.objects.filter(email=OFFICER).first()
    if officer is not None and not Inspection.objects.filter(product=product).exists():
        inspections.plan_inspection(
            product_id=product.pk,
            kind=InspectionKind.PERIODIC,
            planned_on=day + timedelta(days=21),
            on=day,
            at=at,
            mandate=mandate_of(officer),
            by=officer,
            inspectors="Tổ kiểm tra (minh hoạ)",
            note="Dữ liệu minh hoạ: không có cuộc kiểm tra nào như vậy.",
        )


def _send_report(product: Product, *, at: datetime, day: date) -> None:
    if not MarkReport.objects.filter(product=product).exists():
        inspections.send_report(
            product_id=product.pk,
            place="Chợ minh hoạ, gian 12",
            text="Dữ liệu minh hoạ: người mua hỏi hình sao trên bao bì có đúng không. Không có phản ánh nào như vậy.",
            at=at,
        )


def _sheet(title: str) -> bytes:
    """A page that nobody takes for a document, as PNG."""
    page = Image.new("RGB", (620, 877), "#fffdf8")
    draw = ImageDraw.Draw(page)
    draw.text((40, 60), "TÀI LIỆU MINH HOẠ", font=ImageFont.truetype(FONT, 44), fill="#97391a")
    draw.multiline_text((40, 150), title, font=ImageFont.truetype(FONT, 24), fill="#23271f")
    out = BytesIO()
    page.save(out, "PNG")
    return out.getvalue()
