"""People who act on one file at once, with real threads on a real PostgreSQL."""

import pytest

from ocop_badges import audit
from ocop_badges.dossiers import services
from ocop_badges.dossiers.models import Dossier
from ocop_badges.dossiers.rules import Kind, State
from ocop_badges.models import Certificate
from tests.factories import DAY
from tests.racing import outcomes_of

from .files import brought_to, made_in, make_commune, noon, people_of, score

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_a_file_is_decided_once():
    commune = make_commune()
    people = people_of(commune)
    dossier = brought_to(State.COUNCIL, made_in(commune), people)
    score(dossier, people.member, 75)
    seen = audit.version_of(dossier.product_id)

    def decide(number: str) -> object:
        return services.decide_dossier(
            dossier=Dossier.objects.get(pk=dossier.pk),
            decision_number=number,
            issued_on=DAY,
            at=noon(DAY),
            on=DAY,
            by=people.provincial,
            seen=seen,
        )

    assert outcomes_of([lambda: decide("1/QĐ"), lambda: decide("2/QĐ")]) == {"changed-meanwhile": 1, "done": 1}
    assert Certificate.objects.count() == 1
    assert audit.flaws_of([dossier.product_id]) == []


def test_a_file_is_opened_once_for_a_product():
    product = made_in(make_commune())

    def begin() -> object:
        return services.open_dossier(product=product, kind=Kind.FIRST, at=noon(DAY), on=DAY)

    assert outcomes_of([begin] * 3) == {"file-in-progress": 2, "done": 1}
    assert Dossier.objects.count() == 1
