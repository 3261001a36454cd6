"""How certificates stood on another day, and what was known then: for officers."""

from datetime import date, timedelta

import pytest

from catalog.models import Commune, Province
from marketplace.accounts.models import User
from ocop_badges import hindsight, register, services
from ocop_badges.days import start_of
from ocop_badges.models import PostRole
from tests.factories import DAY, certify, make_officer, make_producer, make_product

pytestmark = pytest.mark.django_db

URL = "/api/v1/certificates/"


def on(day: date, hour: int = 9):
    return start_of(day) + timedelta(hours=hour)


@pytest.fixture
def officer(client):
    """The officer of the province that products are made in, signed in."""
    user = make_officer(Province.objects.get(code="68"))
    client.force_login(user)
    return user


def ids(client, query: str) -> list[str]:
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200, response.content
    return [line["id"] for line in response.json()["results"]]


def life(product):
    """Issued on 1 January, recorded on the 10th; suspended from 5 February, recorded on the 8th; lifted as of 1 March,
    recorded on the 4th; its stars put right on 1 April: four were meant, not three.
    """
    certificate = certify(product, stars=3, issued_on=date(2026, 1, 1), at=on(date(2026, 1, 10)))
    services.suspend_certificate(
        certificate=certificate, suspended_from=date(2026, 2, 5), reason="Kiểm tra", at=on(date(2026, 2, 8))
    )
    services.lift_suspension(
        certificate=certificate, lifted_on=date(2026, 3, 1), reason="Đã khắc phục", at=on(date(2026, 3, 4))
    )
    services.correct_certificate(certificate=certificate, changes={"stars": 4}, reason="x", at=on(date(2026, 4, 1)))
    return certificate


# day asked about, what may be known: (status, since, stars), or None where it was not on record
EXPECTED = [
    ("2026-01-05", None, ("valid", "2026-01-01", 4)),
    ("2026-01-05", "2026-01-09", None),
    ("2026-01-05", "2026-01-10", ("valid", "2026-01-01", 3)),
    ("2026-02-06", None, ("suspended", "2026-02-05", 4)),
    ("2026-02-06", "2026-02-06", ("valid", "2026-01-01", 3)),
    ("2026-02-06", "2026-02-08", ("suspended", "2026-02-05", 3)),
    ("2026-03-02", None, ("valid", "2026-03-01", 4)),
    ("2026-03-02", "2026-03-02", ("suspended", "2026-02-05", 3)),
    ("2026-03-02", "2026-03-31", ("valid", "2026-03-01", 3)),
    ("2026-03-02", "2026-04-01", ("valid", "2026-03-01", 4)),
    ("2025-12-31", None, ("upcoming", None, 4)),
    ("2029-01-02", None, ("expired", "2029-01-02", 4)),
    (None, "2026-02-08", ("suspended", "2026-02-05", 3)),
]


@pytest.mark.parametrize(("asked_on", "known_on", "expected"), EXPECTED)
def test_every_answer_tells_how_it_stood_and_what_was_known(client, officer, asked_on, known_on, expected):
    product = make_product(slug="tra")
    certificate = life(product)
    query = "&".join(f"{name}={day}" for name, day in (("on", asked_on), ("known_on", known_on)) if day)
    one = client.get(f"{URL}{certificate.public_id}/?{query}")
    listed = client.get(f"{URL}?{query}").json()["results"]
    of_product = client.get(f"/api/v1/products/tra/certificates/?{query}").json()["results"]
    lines = [*listed, *of_product, *([one.json()] if one.status_code == 200 else [])]
    if expected is None:
        assert (one.status_code, lines) == (404, [])
    else:
        assert [(line["status"], line["status_since"], line["stars"]) for line in lines] == [expected] * 3
        status, _, stars = expected
        assert ids(client, f"{query}&status={status}&stars={stars}") == [certificate.public_id]
        assert ids(client, f"{query}&stars={7 - stars}") == []


def test_what_we_showed_on_a_day_is_both_with_that_day(client, officer, clock):
    certificate = life(make_product())
    clock(DAY)
    body = client.get(f"{URL}{certificate.public_id}/?on=2026-02-06&known_on=2026-02-06").json()
    assert (body["status"], body["stars"]) == ("valid", 3)
    assert [event["type"] for event in body["events"]] == ["issued"]


def test_what_is_recorded_on_the_last_second_of_a_day_was_known_on_it(client, officer):
    day = date(2026, 2, 8)
    last_second = start_of(date(2026, 2, 9)) - timedelta(seconds=1)
    known = certify(make_product(), issued_on=date(2026, 1, 1), at=last_second)
    certify(make_product(), issued_on=date(2026, 1, 1), at=start_of(date(2026, 2, 9)))
    assert ids(client, f"known_on={day}") == [known.public_id]


def test_an_extension_and_an_end_are_as_they_were_known(client, officer):
    certificate = certify(make_product(), issued_on=date(2023, 3, 1), at=on(date(2023, 3, 2)))  # to 2026-03-01
    services.extend_certificate(
        certificate=certificate, days=30, granted_on=date(2026, 2, 1), evidence="Biên nhận", at=on(date(2026, 2, 10))
    )
    services.correct_certificate(
        certificate=certificate,
        changes={"valid_until": date(2026, 3, 11), "end_reason": "as printed"},
        reason="x",
        at=on(date(2026, 2, 20)),
    )
    for known_on, last_day in (("2026-02-09", 1), ("2026-02-10", 31)):
        body = client.get(f"{URL}{certificate.public_id}/?known_on={known_on}").json()
        assert body["valid_until"] == f"2026-03-{last_day:02}"
        assert ids(client, f"known_on={known_on}&ends_after=2026-03-30") == ([certificate.public_id] * (last_day == 31))
    assert client.get(f"{URL}{certificate.public_id}/?known_on=2026-02-20").json()["valid_until"] == "2026-04-10"


def test_pages_and_files_of_another_day_hold_the_same_in_the_order_of_that_day(client, officer, monkeypatch):
    monkeypatch.setattr(register, "BATCH", 2)
    certificates = [
        certify(make_product(), issued_on=date(2026, 1, day), at=on(date(2026, 2, 1))) for day in (1, 2, 3, 4, 5)
    ]
    services.correct_certificate(
        certificate=certificates[0], changes={"valid_from": date(2026, 6, 1)}, reason="x", at=on(date(2026, 3, 1))
    )
    certify(make_product(), issued_on=date(2026, 2, 20), at=on(date(2026, 2, 21)))
    expected = [certificate.public_id for certificate in reversed(certificates)]
    seen, url = [], f"{URL}?known_on=2026-02-20&page_size=2"
    while url:
        body = client.get(url).json()
        assert body["count"] == 5
        seen += [line["id"] for line in body["results"]]
        last, url = url, body["next"]
    assert seen == expected
    back = client.get(client.get(last).json()["previous"]).json()
    assert [line["id"] for line in back["results"]] == expected[2:4]
    response = client.get(f"{URL}?known_on=2026-02-20", headers={"Accept": "text/csv"})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == expected
    assert response.headers["Cache-Control"] == "private, no-store"
    assert ids(client, "on=2026-02-20")[0] == certificates[0].public_id  # now known to begin in June


class TestWhoMayAsk:
    PATHS = ("{url}?{q}", "{url}{id}/?{q}", "/api/v1/products/tra/certificates/?{q}")

    def paths(self, certificate, q: str) -> list[str]:
        return [path.format(url=URL, id=certificate.public_id, q=q) for path in self.PATHS]

    @pytest.mark.parametrize("query", ["on=2026-03-01", "known_on=2026-03-01", "on=2026-03-01&known_on=2026-03-01"])
    @pytest.mark.parametrize("who", ["nobody", "shopper", "staff", "commune", "council", "gone"])
    def test_nobody_but_an_officer(self, client, query, who):
        certificate = certify(make_product(slug="tra"))
        province = Province.objects.get(code="68")
        match who:
            case "shopper":
                client.force_login(User.objects.create_user("a@example.vn", "secret"))
            case "staff":
                client.force_login(User.objects.create_user("a@example.vn", "secret", is_staff=True))
            case "commune":
                commune = Commune.objects.filter(province=province).first() or Commune.objects.create(
                    province=province, name="Xã A", code="00001"
                )
                client.force_login(make_officer(commune))
            case "council":
                client.force_login(make_officer(province, role=PostRole.COUNCIL))
            case "gone":
                user = make_officer(province)
                client.force_login(user)
                user.officer_posts.update(is_active=False)
        for path in self.paths(certificate, query):
            response = client.get(path)
            assert response.status_code == 403
            assert response.headers["Content-Type"] == "application/problem+json"
            assert response.headers["Cache-Control"] == "no-store"

    def test_an_officer_of_another_province_finds_nothing(self, client):
        certificate = certify(make_product(slug="tra"))
        client.force_login(make_officer(Province.objects.get(code="11")))
        of_all, one, of_product = (client.get(path) for path in self.paths(certificate, f"on={DAY}"))
        assert (of_all.status_code, of_all.json()["count"], of_all.json()["results"]) == (200, 0, [])
        assert (one.status_code, of_product.status_code) == (404, 404)
        known = [client.get(path) for path in self.paths(certificate, f"known_on={DAY}")]
        assert [response.status_code for response in known] == [200, 404, 404]
        assert known[0].json()["results"] == []
        for path in self.paths(certificate, ""):  # what is open to all is open to this officer too
            assert client.get(path).status_code == 200

    def test_a_national_officer_finds_everything(self, client):
        elsewhere = make_producer(province=Province.objects.get(code="11"))
        certificates = {certify(make_product()).public_id, certify(make_product(producer=elsewhere)).public_id}
        client.force_login(make_officer())
        assert set(ids(client, f"on={DAY}&known_on={DAY}")) == certificates

    def test_no_cache_keeps_it_and_nothing_is_said_to_be_known(self, client, officer):
        certificate = certify(make_product(slug="tra"))
        for path in self.paths(certificate, f"on={DAY}"):
            response = client.get(path, headers={"If-None-Match": "*"})
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "private, no-store"
            assert "ETag" not in response.headers
            assert "Cookie" in response.headers["Vary"]

    def test_without_these_parameters_no_session_is_read(self, client, officer, django_assert_num_queries):
        certificate = certify(make_product(slug="tra"))
        for path in self.paths(certificate, ""):
            response = client.get(path)
            assert response.headers["Cache-Control"].startswith("public")
            assert "Cookie" not in response.headers.get("Vary", "")
            response.wsgi_request.session  # noqa: B018 - it is there, and was not opened
            assert not response.wsgi_request.session.accessed


class TestBadDays:
    @pytest.mark.parametrize("day", ["2026-2-1", "x", "2026-02-30", ""])
    @pytest.mark.parametrize("name", ["on", "known_on"])
    def test_what_is_no_day_is_refused(self, client, officer, name, day):
        response = client.get(f"{URL}?{name}={day}")
        assert response.status_code == 400
        assert [error["parameter"] for error in response.json()["errors"]] == [name]

    @pytest.mark.parametrize("day", [DAY + timedelta(days=1), date(9999, 12, 31)])
    def test_nothing_is_known_of_what_will_be_known(self, client, officer, day):
        response = client.get(f"{URL}?known_on={day}")
        assert response.status_code == 400
        assert [error["code"] for error in response.json()["errors"]] == ["in-the-future"]

    @pytest.mark.parametrize("query", ["on=0001-01-01", "on=9999-12-31", "known_on=0001-01-01"])
    def test_the_ends_of_the_calendar_are_days_like_any(self, client, officer, query):
        certify(make_product())
        assert client.get(f"{URL}?{query}&status=valid").status_code == 200


def test_a_page_of_another_day_costs_the_same_whatever_it_holds(client, officer, django_assert_num_queries):
    for _ in range(4):
        life(make_product())
    for size in (1, 4):
        # session, user, posts; count, page; certificates and four kinds of facts; names
        with django_assert_num_queries(11):
            client.get(f"{URL}?on=2026-03-02&known_on=2026-03-02&status=suspended&page_size={size}")


def test_what_is_recalled_does_not_change_what_stands(officer):
    certificate = life(make_product())
    (recalled,) = hindsight.recall_certificates({certificate.product_id}, known_at=on(date(2026, 1, 11)))
    assert (recalled.stars, list(recalled.suspensions.all())) == (3, [])
    certificate.refresh_from_db()
    assert (certificate.stars, certificate.suspensions.count()) == (4, 1)
