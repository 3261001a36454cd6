"""Logins for looking around."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from catalog.models import Producer, Product
from marketplace.accounts.models import MemberRole, Membership, User
from ocop_badges.models import OfficerPost, PostRole

PASSWORD = "cho-ocop-demo"  # noqa: S105 - public by intent: only a development database ever has it
OPERATOR, CURATOR, CONTRIBUTOR = "operator@example.vn", "curator@example.vn", "contributor@example.vn"
OFFICER, NATIONAL_OFFICER = "officer.lamdong@example.vn", "officer.national@example.vn"
COMMUNE_OFFICER, COUNCIL = "officer.commune@example.vn", ("council1@example.vn", "council2@example.vn")
PRODUCER, STAFF, HELPER = "producer@example.vn", "staff@example.vn", "helper@example.vn"
PACKER = "packer@example.vn"
MARKED = "(minh hoạ)"
OFFICERS = "OCOP officers"


@dataclass(frozen=True, slots=True)
class Login:
    """A person of the demo: the name shown, and the group that opens the administration, if any."""

    email: str
    name: str
    group: str = ""


LOGINS = (
    Login(CURATOR, "Curators", "Curators"),
    Login(CONTRIBUTOR, "Contributors", "Contributors"),
    Login(OFFICER, "Cán bộ OCOP tỉnh", OFFICERS),
    Login(NATIONAL_OFFICER, "Cán bộ OCOP trung ương", OFFICERS),
    Login(COMMUNE_OFFICER, "Cán bộ OCOP xã", OFFICERS),
    Login(COUNCIL[0], "Thành viên hội đồng 1", OFFICERS),
    Login(COUNCIL[1], "Thành viên hội đồng 2", OFFICERS),
    Login(PRODUCER, "Chủ cơ sở"),
    Login(STAFF, "Nhân viên"),
    Login(HELPER, "Người giúp từ bên ngoài"),
    Login(PACKER, "Người gói quà"),
)
# The demo's products whose producers the owner may act for; staff and helper are of the first one.
OWNED = ("LEANH", "DEVUONG")


@transaction.atomic
def create_logins(products: Mapping[str, Product]) -> None:
    """Create the people who are not there yet, with their posts; of those who are, nothing changes.

    ``products`` are the demo's, by code: their producers get an owner, staff and somebody who asks to help.
    """
    users = get_user_model().objects
    if not users.filter(email=OPERATOR).exists():
        users.create_superuser(OPERATOR, PASSWORD, first_name="Vận hành", last_name=MARKED)
    for login in LOGINS:
        if not users.filter(email=login.email).exists():
            user = users.create_user(login.email, PASSWORD, first_name=login.name, last_name=MARKED)
            if login.group:
                user.groups.add(Group.objects.get(name=login.group))
            _give_posts(user, products)
            _tie_to_producers(user, products)


def _give_posts(user: User, products: Mapping[str, Product]) -> None:
    """Of the country, or of where the first owned product is made."""
    if user.email == NATIONAL_OFFICER:
        OfficerPost.objects.create(user=user, role=PostRole.NATIONAL)
    elif (product := products.get(OWNED[0])) is None:
        return
    elif user.email == OFFICER:
        OfficerPost.objects.create(user=user, role=PostRole.PROVINCE, province=product.province)
    elif user.email in COUNCIL:
        OfficerPost.objects.create(user=user, role=PostRole.COUNCIL, province=product.province)
    elif user.email == COMMUNE_OFFICER and product.commune is not None:
        OfficerPost.objects.create(user=user, role=PostRole.COMMUNE, commune=product.commune)


def _tie_to_producers(user: User, products: Mapping[str, Product]) -> None:
    producers: list[Producer] = [products[code].producer for code in OWNED if code in products]
    roles = {PRODUCER: MemberRole.OWNER, STAFF: MemberRole.STAFF, HELPER: MemberRole.HELPER}
    role = roles.get(user.email)
    if role is not None:
        for producer in producers if role == MemberRole.OWNER else producers[:1]:
            Membership.objects.create(user=user, producer=producer, role=role)
