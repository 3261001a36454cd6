"""Files as the tests need them: complete drafts, people of the programme, and steps taken the shortest way."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from catalog.models import Commune, Product, Province
from marketplace.accounts.models import User
from ocop_badges.days import start_of
from ocop_badges.dossiers import contents, services
from ocop_badges.dossiers.models import Dossier, Proof
from ocop_badges.dossiers.rules import Act, Kind, State
from ocop_badges.models import Certificate, PostRole
from tests.factories import DAY, certify, make_officer, make_product

OPENED = date(2026, 11, 23)  # a Monday


def noon(day: date) -> Any:
    return start_of(day) + timedelta(hours=12)


def picture(name: str = "phieu.png") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (8, 8), (200, 60, 40)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


@dataclass
class People:
    """Who acts on the files of one province, and of the country."""

    commune_officer: User
    provincial: User
    member: User
    colleague: User
    national: User
    central: User


def make_commune(province: Province | None = None, name: str = "Xã Lạc Dương") -> Commune:
    return Commune.objects.create(province=province or Province.objects.get(code="68"), name=name)


def made_in(commune: Commune, **fields: Any) -> Product:
    return make_product(commune=commune, **fields)


def people_of(commune: Commune) -> People:
    return People(
        commune_officer=make_officer(commune, name="commune"),
        provincial=make_officer(commune.province, name="province"),
        member=make_officer(commune.province, role=PostRole.COUNCIL, name="member"),
        colleague=make_officer(commune.province, role=PostRole.COUNCIL, name="colleague"),
        national=make_officer(name="national"),
        central=make_officer(role=PostRole.COUNCIL, name="central"),
    )


def certified_to_renew(product: Product, *, stars: int = 3, days_left: int = 150, on: date = DAY) -> Certificate:
    """A certificate that ends so many days after ``on``."""
    ends_on = on + timedelta(days=days_left)
    issued_on = ends_on.replace(year=ends_on.year - 3)
    return certify(product, stars=stars, issued_on=issued_on)


def open_file(product: Product, *, kind: Kind = Kind.FIRST, on: date = DAY, **fields: Any) -> Dossier:
    return services.open_dossier(product=product, kind=kind, at=noon(on), on=on, **fields)


def give_points(dossier: Dossier, share: Decimal = Decimal("0.8")) -> None:
    services.set_self_assessment(
        dossier=dossier,
        points={c.pk: round(c.max_points * share, 2) for c in contents.criteria_of(dossier)},
    )


def complete(dossier: Dossier, *, on: date = DAY, without: str = "") -> Dossier:
    """All that the file needs, without one item of the checklist."""
    if without != "form-02":
        give_points(dossier)
    for item in contents.checklist_of(dossier):
        if item.code == without:
            continue
        if item.proof == Proof.FILE:
            services.attach_evidence(dossier=dossier, upload=picture(), name=f"{item.code}.png", at=noon(on), item=item)
        elif item.proof == Proof.TICK:
            services.tick_item(dossier=dossier, item=item, at=noon(on))
    return dossier


def points_worth(dossier: Dossier, total: Decimal | int) -> dict[int, Decimal]:
    """Points for every criterion that sum to a total of at most 100."""
    left = Decimal(total)
    points = {}
    for criterion in contents.criteria_of(dossier):
        points[criterion.pk] = min(left, Decimal(criterion.max_points))
        left -= points[criterion.pk]
    return points


def score(dossier: Dossier, by: User, total: Decimal | int, *, on: date = DAY) -> None:
    services.hand_in_score_sheet(dossier=dossier, points=points_worth(dossier, total), at=noon(on), by=by)


def brought_to(state: State, product: Product, people: People, *, on: date = DAY, **fields: Any) -> Dossier:
    """A file in a state, all on one day."""
    dossier = open_file(product, on=on, **fields)
    if state is State.DRAFT:
        return dossier
    if state is State.WITHDRAWN:
        return services.withdraw_dossier(dossier=dossier, at=noon(on), on=on)
    complete(dossier, on=on)
    dossier = services.submit_dossier(dossier=dossier, at=noon(on), on=on)
    if state is State.COMMUNE_CHECK:
        return dossier
    if state is State.RETURNED:
        services.check_by_commune(
            dossier=dossier, is_complete=False, note="Thiếu phiếu", at=noon(on), on=on, by=people.commune_officer
        )
        return Dossier.objects.get(pk=dossier.pk)
    services.check_by_commune(dossier=dossier, is_complete=True, at=noon(on), on=on, by=people.commune_officer)
    dossier = Dossier.objects.get(pk=dossier.pk)
    if state is State.COUNCIL:
        return dossier
    score(dossier, people.member, 95 if state is State.MINISTRY else 75, on=on)
    if state is State.MINISTRY:
        return services.send_to_ministry(dossier=dossier, at=noon(on), on=on, by=people.provincial)
    return services.decide_dossier(
        dossier=dossier, decision_number="77/QĐ-UBND", issued_on=on, at=noon(on), on=on, by=people.provincial
    )


def perform(act: Act, dossier: Dossier, by: User, *, on: date = DAY) -> object:
    """An act with the smallest input it takes."""
    common = {"dossier": dossier, "at": noon(on), "by": by}
    match act:
        case Act.EDIT:
            return services.set_self_assessment(dossier=dossier, points={})
        case Act.SUBMIT:
            return services.submit_dossier(**common, on=on)
        case Act.CHECK:
            return services.check_by_commune(**common, on=on, is_complete=True)
        case Act.RETURN:
            return services.return_dossier(**common, on=on, reason="Bổ sung nhãn")
        case Act.SCORE:
            return services.hand_in_score_sheet(**common, points=points_worth(dossier, 75))
        case Act.GIVE_TASK:
            return services.give_task(**common, on=on, department="Sở Y tế", what="Ý kiến", due_on=on)
        case Act.SEND_TO_MINISTRY:
            return services.send_to_ministry(**common, on=on)
        case Act.DECIDE:
            return services.decide_dossier(**common, on=on, decision_number="1/QĐ", issued_on=on)
        case Act.WITHDRAW:
            return services.withdraw_dossier(**common, on=on)
