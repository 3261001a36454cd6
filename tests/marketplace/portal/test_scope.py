"""Every address of the portal, as everybody: strangers sign in first, others' pages are not there."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from catalog.models import Stock
from marketplace.accounts.models import Membership, User
from marketplace.orders.models import Return
from marketplace.portal.urls import urlpatterns
from ocop_badges.dossiers import services
from ocop_badges.dossiers.contents import checklist_of, criteria_of
from ocop_badges.dossiers.models import Dossier, DossierEvidence
from ocop_badges.dossiers.rules import Kind
from ocop_badges.models import Certificate
from tests.factories import AT, DAY, certify, make_member, make_officer, make_pack, make_producer, make_product
from tests.trade import make_order, open_shop

from .papers import photo

pytestmark = pytest.mark.django_db
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
OPEN = {"sign-in", "sign-out", "ask-for-password", "password-sent", "password-set", "set-password"}


@pytest.fixture
def certificate() -> Certificate:
    """Of a product with an open file and a document in it, and an order with a return."""
    certificate = certify(make_product())
    dossier = services.open_dossier(product=certificate.product, kind=Kind.RENEWAL, at=AT, on=DAY)
    item = next(each for each in checklist_of(dossier) if each.proof == "file")
    services.attach_evidence(dossier=dossier, item=item, upload=photo(), name="nhan.png", at=AT)
    open_shop()
    order = make_order((make_pack(certificate.product, on_hand=1), 1))
    Return.objects.create(order=order, fulfilment=order.fulfilments.get(), reason="damaged", requested_at=AT)
    return certificate


def addresses(certificate: Certificate) -> Iterator[tuple[str, str]]:
    """Name and address of each page of the producer of a certificate; every one there is."""
    producer = certificate.product.producer
    staff = make_member(producer, role="staff", name="staff")
    request = Return.objects.get(fulfilment__producer=producer)
    dossier = Dossier.objects.get(product=certificate.product)
    link = dossier.evidence.get()
    lot = Stock.objects.get(pack__product=certificate.product)
    known = {
        "product_id": certificate.product.public_id,
        "file_id": dossier.public_id,
        "code": link.item.code,
        "criterion_id": criteria_of(dossier)[0].pk,
        "evidence_id": link.evidence_file.public_id,
        "producer_id": producer.public_id,
        "certificate_id": certificate.public_id,
        "part_id": request.fulfilment_id,
        "return_id": request.pk,
        "pack_id": lot.pack_id,
        "stock_id": lot.pk,
        "period": "2026-11",
        "membership_id": Membership.objects.get(user=staff).pk,
    }
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        if pattern.name not in OPEN | {"home"}:
            wanted = {name: known[name] for name in pattern.pattern.converters}
            yield pattern.name, reverse(f"portal:{pattern.name}", kwargs=wanted)


def ask(client: Client, method: str, path: str):
    return getattr(client, method)(path)


def test_a_stranger_signs_in_first_whatever_the_address_and_method(certificate: Certificate) -> None:
    seen = 0
    for name, path in [*addresses(certificate), ("home", reverse("portal:home"))]:
        for method in METHODS:
            answer = ask(Client(), method, path)
            assert answer.status_code == 302, (name, method)
            assert answer["Location"].startswith("/portal/sign-in/?next=/portal/"), (name, method)
            assert "no-store" in answer["Cache-Control"]
            seen += 1
    assert seen >= 70


def test_what_is_anothers_is_not_there(certificate: Certificate) -> None:
    other = make_member(make_producer())
    waiting = make_member(certificate.product.producer, role="helper", name="helper")
    officers = [make_officer(), make_officer(certificate.product.province)]
    operator = User.objects.create_superuser("operator@example.vn", "secret")
    pages = list(addresses(certificate))
    for user in (other, waiting, *officers, operator):
        client = Client()
        client.force_login(user)
        for name, path in pages:
            for method in METHODS:
                answer = ask(client, method, path)
                assert answer.status_code == 404, (user, name, method)
                if method == "get":
                    assert certificate.product.producer.name not in answer.content.decode()
    assert Membership.objects.filter(producer=certificate.product.producer).count() == 2  # nobody was taken off
    assert Dossier.objects.get().state == "draft"
    assert Stock.objects.get().on_hand == 1
    assert DossierEvidence.objects.exists()


def test_ones_own_pages_are_there_and_kept_by_no_cache(certificate: Certificate) -> None:
    pages = list(addresses(certificate))
    helper = make_member(certificate.product.producer, role="helper", name="helper")
    Membership.objects.filter(user=helper).update(consented_at=AT)
    owner = make_member(certificate.product.producer)
    for user in (owner, helper):
        client = Client()
        client.force_login(user)
        for name, path in pages:
            answer = client.get(path)
            owners_only = name.startswith(("team-", "money")) and user == helper
            usual = {302} if name == "file-begin" else {200, 405}  # this product has a file already
            assert answer.status_code in ({404} if owners_only else usual), (user, name)
            assert owners_only or ("no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]), name


def test_another_producers_certificate_is_not_among_ones_own(client: Client, certificate: Certificate) -> None:
    mine = make_product()
    client.force_login(make_member(mine.producer))
    address = reverse("portal:certificate", args=[mine.producer.public_id, certificate.public_id])
    assert client.get(address).status_code == 404


def test_a_withdrawn_consent_closes_the_door_at_once(client: Client, certificate: Certificate) -> None:
    helper = make_member(certificate.product.producer, role="helper", name="helper")
    client.force_login(helper)
    address = reverse("portal:producer", args=[certificate.product.producer.public_id])
    for consented_at, status in ((None, 404), (AT, 200), (None, 404)):
        Membership.objects.filter(user=helper).update(consented_at=consented_at)
        assert client.get(address).status_code == status
