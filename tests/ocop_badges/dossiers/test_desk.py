"""The desk's pages of files: who reaches what, what is offered, walked with the test client."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from catalog.models import Commune, Product, Province
from marketplace.accounts.models import User
from ocop_badges import audit
from ocop_badges.desk.dossiers import steps
from ocop_badges.desk.dossiers.scope import dossier_or_404
from ocop_badges.dossiers import services
from ocop_badges.dossiers.models import DepartmentTask, Dossier, ScoreSheet
from ocop_badges.dossiers.rules import State
from ocop_badges.models import Certificate, OfficerPost, PostRole
from tests.factories import DAY, make_member, make_officer

from .files import brought_to, complete, made_in, noon, open_file, people_of, picture, points_worth, score

pytestmark = pytest.mark.django_db

ACTS = ("check", "score", "decide", "send-to-ministry", "return", "give-task", "submit", "withdraw")


@pytest.fixture
def product(commune) -> Product:
    return made_in(commune)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(name: str, dossier: Dossier, *args: object) -> str:
    return reverse(f"ocop_desk:dossier{name}", args=[dossier.public_id, *args])


def version(dossier: Dossier) -> int:
    return audit.version_of(dossier.product_id)


def places_of(dossier: Dossier) -> list[str]:
    """Every address about one file."""
    link = dossier.evidence.first()
    assert link is not None
    task = DepartmentTask.objects.filter(dossier=dossier).first()
    return [
        at("", dossier),
        at("-attach", dossier),
        at("-evidence", dossier, link.evidence_file.public_id),
        at("-remove", dossier, link.pk),
        at("-finish-task", dossier, task.pk if task else 1),
        *(at(f"-{act}", dossier) for act in ACTS),
    ]


@pytest.fixture
def others() -> list[User]:
    """Everybody of another province, and of another commune of this one."""
    far = people_of(Commune.objects.create(province=Province.objects.get(code="04"), name="Xã xa"))
    neighbour = Commune.objects.create(province=Province.objects.get(code="68"), name="Xã bên")
    return [far.commune_officer, far.provincial, far.member, make_officer(neighbour)]


@pytest.mark.parametrize("state", [State.COMMUNE_CHECK, State.COUNCIL, State.MINISTRY, State.DECIDED])
def test_a_file_of_another_place_is_not_there(product, people, others, state):
    dossier = brought_to(state, product, people)
    before = version(dossier)
    for person in others:
        client = as_(person)
        assert dossier.public_id not in client.get(reverse("ocop_desk:dossiers"), {"state": "any"}).content.decode()
        for address in places_of(dossier):
            answers = {client.post(address, {"seen": before}).status_code, client.get(address).status_code}
            assert 404 in answers
            assert answers <= {404, 405}
    assert version(dossier) == before
    assert Dossier.objects.get().state == state


def test_who_has_no_post_stays_outside(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    for client in (Client(), as_(make_member(product.producer)), as_(User.objects.create_user("a@example.vn", "x"))):
        for address in (reverse("ocop_desk:dossiers"), *places_of(dossier)):
            response = client.get(address)
            assert response.status_code in (302, 405)
            if response.status_code == 302:
                assert "/files/" not in response["Location"].split("?")[0]


def test_a_council_member_reaches_what_lies_with_the_council(product, people):
    dossier = brought_to(State.COMMUNE_CHECK, product, people)
    assert as_(people.member).get(at("", dossier)).status_code == 404
    assert as_(people.central).get(at("", dossier)).status_code == 404
    services.check_by_commune(dossier=dossier, is_complete=True, at=noon(DAY), on=DAY, by=people.commune_officer)
    assert as_(people.member).get(at("", dossier)).status_code == 200
    assert as_(people.central).get(at("", dossier)).status_code == 404
    score(dossier, people.colleague, 95)
    services.send_to_ministry(dossier=dossier, at=noon(DAY), on=DAY, by=people.provincial)
    assert as_(people.central).get(at("", dossier)).status_code == 200


def test_a_member_sees_no_other_members_sheet(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    score(dossier, people.colleague, 61)
    for person, sees in ((people.member, False), (people.commune_officer, False), (people.provincial, True)):
        page = as_(person).get(at("", dossier)).content.decode()
        assert (people.colleague.email in page) is sees
        assert ("61.00" in page or "61,00" in page) is sees


def test_the_list_shows_deadlines_in_words_the_most_urgent_first(commune, people, clock):
    late = brought_to(State.COMMUNE_CHECK, made_in(commune, name="Trà"), people)
    brought_to(State.COMMUNE_CHECK, made_in(commune, name="Mật ong"), people, on=DAY + timedelta(days=3))
    clock(late.due_on + timedelta(days=2))
    client = as_(people.provincial)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("ocop_desk:dossiers"), headers={"accept-language": "en"}).content.decode()
    assert page.index("Trà") < page.index("Mật ong")
    only_late = client.get(reverse("ocop_desk:dossiers"), {"due": "overdue"}).context
    assert [row["dossier"] for row in only_late["rows"]] == [late]
    assert only_late["rows"][0]["is_overdue"]


def test_the_list_is_filtered(commune, people):
    first = open_file(made_in(commune, name="Cà phê Lạc Dương"))
    council = brought_to(State.COUNCIL, made_in(commune, name="Rượu cần"), people)
    closed = brought_to(State.WITHDRAWN, made_in(commune), people)
    scored = brought_to(State.COUNCIL, made_in(commune), people)
    score(scored, people.member, 60)

    def found(person: User, **query: str) -> set[Dossier]:
        context = as_(person).get(reverse("ocop_desk:dossiers"), query).context
        return {row["dossier"] for row in context["rows"]}

    assert found(people.provincial) == {first, council, scored}
    assert found(people.provincial, state="any") == {first, council, scored, closed}
    assert found(people.provincial, state="withdrawn") == {closed}
    assert found(people.provincial, q="ca phe lac") == {first}
    assert found(people.provincial, product=closed.product.public_id) == {closed}
    assert found(people.provincial, kind="renewal") == set()
    assert found(people.member) == {council, scored}
    assert found(people.member, mine="on") == {council}
    assert found(people.provincial, state="nonsense") == set()


def test_the_list_costs_the_same_for_one_file_and_for_many(commune, people, django_assert_max_num_queries):
    client = as_(people.provincial)
    client.get(reverse("ocop_desk:dossiers"))
    for _each in range(8):
        open_file(made_in(commune))
    with django_assert_max_num_queries(14):
        assert len(client.get(reverse("ocop_desk:dossiers")).context["rows"]) == 8


def test_a_page_of_a_file_has_a_bounded_number_of_queries(product, people, django_assert_max_num_queries):
    dossier = brought_to(State.DECIDED, product, people)
    client = as_(people.provincial)
    client.get(at("", dossier))
    with django_assert_max_num_queries(32):
        client.get(at("", dossier))


def test_a_file_is_walked_from_the_commune_to_the_decision(product, people):
    dossier = brought_to(State.COMMUNE_CHECK, product, people)
    commune = as_(people.commune_officer)
    assert commune.get(at("-check", dossier)).status_code == 200
    response = commune.post(
        at("-check", dossier), {"seen": version(dossier), "is_complete": "yes", "evidence_file": picture("mau03.png")}
    )
    assert response.status_code == 302
    provincial = as_(people.provincial)
    response = provincial.post(
        at("-give-task", dossier),
        {"seen": version(dossier), "department": "Sở Y tế", "what": "Kiểm nghiệm", "due_on": "2026-12-01"},
    )
    assert response.status_code == 302
    task = DepartmentTask.objects.get()
    response = provincial.post(
        at("-finish-task", dossier, task.pk), {"seen": version(dossier), "done_on": "2026-11-22", "note": "Đạt"}
    )
    assert response.status_code == 302
    attempt = Dossier.objects.get().attempt
    for person, total in ((people.member, 74), (people.colleague, 71)):
        client = as_(person)
        assert client.get(at("-score", dossier)).status_code == 200
        points = {f"points-{pk}": str(each) for pk, each in points_worth(dossier, total).items()}
        response = client.post(at("-score", dossier), {"attempt": attempt, "form": "sheet", **points})
        assert response.status_code == 302
    page = provincial.get(at("-decide", dossier))
    assert page.context["average"] == 72.5
    response = provincial.post(
        at("-decide", dossier),
        {
            "seen": version(dossier),
            "decision_number": "12/QĐ-UBND",
            "issued_on": "2026-11-22",
            "evidence_file": picture("qd.png"),
        },
    )
    assert response.status_code == 302
    certificate = Certificate.objects.get()
    assert (certificate.stars, certificate.score) == (4, Decimal("72.5"))
    assert certificate.product == product
    for name in ("mau03.png", "qd.png"):
        assert name in provincial.get(at("", dossier)).content.decode() or certificate.evidence_file.name == name


def test_what_earns_five_stars_is_offered_to_the_ministry_and_nothing_else_is(product, people):
    dossier = brought_to(State.COUNCIL, product, people)

    def offered() -> set[str]:
        return {address for _name, address in as_(people.provincial).get(at("", dossier)).context["actions"]}

    assert at("-decide", dossier) in offered()
    assert at("-send-to-ministry", dossier) not in offered()
    score(dossier, people.member, 91)
    assert at("-decide", dossier) not in offered()
    assert at("-send-to-ministry", dossier) in offered()
    assert at("-score", dossier) not in offered()


def test_the_page_tells_what_is_missing_for_the_stars_aimed_at(commune, people):
    dossier = open_file(made_in(commune), target_stars=4)
    lacking = {point.code for point in as_(people.provincial).get(at("", dossier)).context["lacking"]}
    assert {"points", "label", "trademark", "quality"} <= lacking


def test_a_conflict_is_declared_on_the_page(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    response = as_(people.member).post(
        at("-score", dossier), {"attempt": 1, "form": "conflict", "reason": "Em ruột của chủ cơ sở"}
    )
    assert response.status_code == 302
    assert ScoreSheet.objects.get().has_conflict
    page = as_(people.member).get(at("-score", dossier))
    assert page.context["refusal"].code == "scored-already"


def test_members_score_side_by_side_but_not_a_file_handed_in_anew(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    points = {f"points-{pk}": str(each) for pk, each in points_worth(dossier, 60).items()}
    score(dossier, people.colleague, 70)
    response = as_(people.member).post(at("-score", dossier), {"attempt": 0, "form": "sheet", **points})
    assert response.status_code == 400
    response = as_(people.member).post(at("-score", dossier), {"attempt": 2, "form": "sheet", **points})
    assert response.status_code == 409
    response = as_(people.member).post(at("-score", dossier), {"attempt": 1, "form": "sheet", **points})
    assert response.status_code == 302


@pytest.mark.parametrize(
    ("name", "person", "article"),
    [
        ("score", "provincial", "3.3, 7"),
        ("decide", "commune_officer", "4.1"),
        ("return", "member", "4.1"),
        ("give-task", "commune_officer", "4.1"),
        ("send-to-ministry", "member", "4.1"),
    ],
)
def test_an_act_beyond_ones_post_is_refused_with_its_article(product, people, name, person, article):
    dossier = brought_to(State.COUNCIL, product, people)
    client = as_(getattr(people, person))
    page = client.get(at(f"-{name}", dossier))
    assert f"Điều {article})" in str(page.context["refusal"])
    points = {f"points-{pk}": str(each) for pk, each in points_worth(dossier, 60).items()}
    everything = {
        "seen": version(dossier), "attempt": 1, "reason": "x", "department": "y", "what": "z", "due_on": "2026-12-01",
        "decision_number": "1", "issued_on": "2026-11-22", "evidence_file": picture(), **points,
    }  # fmt: skip
    response = client.post(at(f"-{name}", dossier), everything)
    assert response.status_code == 403
    assert Dossier.objects.get().state == State.COUNCIL


def test_somebody_acted_meanwhile_is_told_and_nothing_is_written(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    seen = version(dossier)
    score(dossier, people.member, 60)
    response = as_(people.provincial).post(at("-return", dossier), {"seen": seen, "reason": "Bổ sung nhãn"})
    assert response.status_code == 409
    assert [told.number for told in response.context["meanwhile"]] == [seen + 1]
    assert "Bổ sung nhãn" in response.content.decode()
    assert Dossier.objects.get().state == State.COUNCIL


def test_what_is_typed_wrong_stands_beside_its_field(product, people):
    dossier = brought_to(State.COMMUNE_CHECK, product, people)
    response = as_(people.commune_officer).post(
        at("-check", dossier), {"seen": version(dossier), "is_complete": "no", "note": ""}
    )
    assert response.status_code == 400
    assert "note" in response.context["form"].errors
    assert Dossier.objects.get().state == State.COMMUNE_CHECK


def test_a_file_below_three_stars_is_closed_without_a_certificate(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    client = as_(people.provincial)
    assert client.get(at("-decide", dossier)).context["refusal"].code == "no-score-sheets"
    score(dossier, people.member, 44)
    assert "decision_number" not in client.get(at("-decide", dossier)).context["form"].fields
    assert client.post(at("-decide", dossier), {"seen": version(dossier)}).status_code == 302
    assert not Certificate.objects.exists()
    assert client.get(at("", dossier)).status_code == 200


def test_an_officer_attaches_and_takes_out_a_document(product, people):
    dossier = open_file(product)
    client = as_(people.provincial)
    assert client.get(at("-attach", dossier)).status_code == 200
    response = client.post(at("-attach", dossier), {"what_for": "item-label", "upload": picture("nhan.png")})
    assert response.status_code == 302
    link = dossier.evidence.get()
    download = client.get(at("-evidence", dossier, link.evidence_file.public_id))
    assert download.getvalue().startswith(b"\x89PNG")
    assert download["Content-Disposition"] == 'attachment; filename="nhan.png"'
    assert download["X-Content-Type-Options"] == "nosniff"
    assert client.post(at("-attach", dossier), {"what_for": "item-form-03", "upload": picture()}).status_code == 400
    assert as_(people.commune_officer).post(at("-remove", dossier, link.pk)).status_code == 404
    client.post(at("-remove", dossier, link.pk))
    assert not dossier.evidence.exists()
    assert client.get(at("-evidence", dossier, link.evidence_file.public_id)).status_code == 404


def test_an_officer_hands_in_and_withdraws_for_the_producer(product, people):
    dossier = complete(open_file(product))
    client = as_(people.provincial)
    assert as_(people.commune_officer).post(at("-submit", dossier), {"seen": version(dossier)}).status_code == 404
    assert client.post(at("-submit", dossier), {"seen": version(dossier)}).status_code == 302
    assert Dossier.objects.get().state == State.COMMUNE_CHECK
    assert client.post(at("-withdraw", dossier), {"seen": version(dossier)}).status_code == 302
    assert Dossier.objects.get().state == State.WITHDRAWN


def test_every_page_opens_in_every_state_for_everybody_who_reaches_it(product, people):
    for state in State:
        Dossier.objects.in_progress().update(state="withdrawn", closed_on=DAY)
        dossier = brought_to(state, made_in(product.commune), people)
        for person in (people.commune_officer, people.provincial, people.member, people.national, people.central):
            client = as_(person)
            if client.get(at("", dossier)).status_code == 404:
                continue
            for act in ACTS:
                assert client.get(at(f"-{act}", dossier)).status_code in (200, 404), (state, act)


def handed_in_again(dossier: Dossier, people) -> Dossier:
    services.return_dossier(dossier=dossier, reason="Bổ sung", at=noon(DAY), on=DAY, by=people.provincial)
    dossier = services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY)
    services.check_by_commune(dossier=dossier, is_complete=True, at=noon(DAY), on=DAY, by=people.commune_officer)
    return Dossier.objects.get(pk=dossier.pk)


@pytest.mark.parametrize("which", ["sheet", "conflict"])
def test_a_member_told_of_a_new_handing_in_may_send_again(product, people, which):
    dossier = handed_in_again(brought_to(State.COUNCIL, product, people), people)
    points = {f"points-{pk}": str(each) for pk, each in points_worth(dossier, 60).items()}
    client = as_(people.member)
    response = client.post(at("-score", dossier), {"attempt": 1, "form": which, "reason": "Họ hàng", **points})
    assert response.status_code == 409
    assert response.context["meanwhile"] == []
    again = response.context["bound"]["attempt"].value()
    response = client.post(at("-score", dossier), {"attempt": again, "form": which, "reason": "Họ hàng", **points})
    assert response.status_code == 302


def test_an_act_told_of_a_conflict_may_be_sent_again(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    client = as_(people.provincial)
    response = client.post(at("-return", dossier), {"seen": "1.0", "reason": "Bổ sung nhãn"})
    assert response.status_code == 409
    assert [told.number for told in response.context["meanwhile"]][-1] == 2
    again = response.context["bound"]["seen"].value()
    assert client.post(at("-return", dossier), {"seen": again, "reason": "Bổ sung nhãn"}).status_code == 302


def test_an_officer_of_another_province_is_not_told_what_other_members_did(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    seen = version(dossier)
    guest = make_officer(Province.objects.get(code="04"), name="guest")
    OfficerPost.objects.create(user=guest, role=PostRole.COUNCIL, province=product.province)
    score(dossier, people.colleague, 61)
    response = as_(guest).post(at("-return", dossier), {"seen": seen, "reason": "Bổ sung"})
    assert response.status_code == 409
    assert response.context["meanwhile"] == []


def test_what_was_done_while_a_page_was_read_counts_as_not_seen(product, people, monkeypatch):
    dossier = brought_to(State.COUNCIL, product, people)
    before = version(dossier)

    def read_slowly(*args: object) -> Dossier:
        found = dossier_or_404(*args)
        score(dossier, people.colleague, 61)
        return found

    monkeypatch.setattr(steps, "dossier_or_404", read_slowly)
    page = as_(people.provincial).get(at("-return", dossier))
    assert page.context["form"]["seen"].value() == before


def test_a_document_for_a_file_that_was_handed_in_is_refused_as_a_conflict(product, people):
    dossier = brought_to(State.COUNCIL, product, people)
    response = as_(people.provincial).post(at("-attach", dossier), {"what_for": "item-label", "upload": picture()})
    assert response.status_code == 409


def test_what_a_certificate_refuses_is_told_in_the_readers_language(product, people):
    UserProfile.objects.create(user=people.provincial, preferred_language="vi")
    dossier = brought_to(State.COUNCIL, product, people)
    score(dossier, people.member, 60)
    response = as_(people.provincial).post(
        at("-decide", dossier),
        {
            "seen": version(dossier),
            "decision_number": "1/QĐ-UBND",
            "issued_on": DAY.isoformat(),
            "valid_from": (DAY - timedelta(days=1)).isoformat(),
            "evidence_file": picture(),
        },
    )
    assert response.status_code == 400
    assert "cannot begin" not in str(response.context["bound"].errors["valid_from"])


def test_points_are_written_as_the_reader_does(product, people):
    UserProfile.objects.create(user=people.provincial, preferred_language="vi")
    dossier = brought_to(State.COUNCIL, product, people)
    score(dossier, people.member, Decimal("60.25"))
    page = as_(people.provincial).get(at("", dossier))
    assert "60,25" in page.content.decode()
    told = [each.after for entry in page.context["timeline"] for each in entry.differences]
    assert "60,25" in told
    assert not any(re.search(r"[0-9]\.[0-9]{2}(;|$)", after) for after in told)
