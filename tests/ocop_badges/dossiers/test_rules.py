"""The state machine of files in full, the average, the window. No database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_badges.dossiers import rules
from ocop_badges.dossiers.rules import Act, Kind, Sheet, State
from ocop_badges.lifecycle import Refusal
from ocop_badges.rules import stars_for_score

ALLOWED = {
    State.DRAFT: {Act.EDIT, Act.SUBMIT, Act.WITHDRAW},
    State.RETURNED: {Act.EDIT, Act.SUBMIT, Act.WITHDRAW},
    State.COMMUNE_CHECK: {Act.CHECK, Act.GIVE_TASK, Act.WITHDRAW},
    State.COUNCIL: {Act.RETURN, Act.SCORE, Act.GIVE_TASK, Act.SEND_TO_MINISTRY, Act.DECIDE, Act.WITHDRAW},
    State.MINISTRY: {Act.RETURN, Act.SCORE, Act.GIVE_TASK, Act.DECIDE, Act.WITHDRAW},
    State.DECIDED: set(),
    State.WITHDRAWN: set(),
}
ARTICLES = {
    Act.EDIT: "6",
    Act.SUBMIT: "6",
    Act.CHECK: "7.2",
    Act.RETURN: "7",
    Act.SCORE: "3.3, 7",
    Act.GIVE_TASK: "7",
    Act.SEND_TO_MINISTRY: "4.1, 5.2",
    Act.DECIDE: "4.1, 7",
    Act.WITHDRAW: "7",
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", Act)
def test_it_allows_or_refuses_every_act_in_every_state_and_names_the_article(state: State, act: Act):
    refusal = rules.refusal_of(act, state)
    if act in ALLOWED[state]:
        assert refusal is None
        assert act in rules.allowed_in(state)
    else:
        assert refusal is not None
        assert str(refusal).endswith(f"(26/2026/QĐ-TTg, Điều {ARTICLES[act]}).")
        assert act not in rules.allowed_in(state)


def test_it_reaches_every_state_from_a_draft_and_leaves_none_that_is_closed():
    reached, frontier = {State.DRAFT}, [State.DRAFT]
    while frontier:
        following = rules.NEXT[frontier.pop()] - reached
        reached |= following
        frontier += following
    assert reached == set(State)
    assert not rules.NEXT[State.DECIDED]
    assert not rules.NEXT[State.WITHDRAWN]
    assert State.DECIDED not in rules.NEXT[State.RETURNED]


def test_it_leaves_out_of_the_average_who_declared_a_conflict():
    assert rules.average_of([Sheet(Decimal(70)), Sheet(Decimal(80)), Sheet(Decimal(0), has_conflict=True)]) == 75
    assert rules.average_of([Sheet(Decimal(0), has_conflict=True)]) is None
    assert rules.average_of([]) is None


def test_it_rounds_the_average_down_so_that_rounding_earns_no_star():
    sheets = [Sheet(Decimal("89.99")), Sheet(Decimal("90.00"))]
    assert rules.average_of(sheets) == Decimal("89.99")  # 89.995
    assert not rules.is_the_ministrys(Decimal("89.99"))
    assert rules.is_the_ministrys(Decimal("90.00"))


points = st.decimals(min_value=0, max_value=100, places=2)


@given(st.lists(points, min_size=1, max_size=15))
def test_the_average_gives_the_stars_of_the_exact_average(totals: list[Decimal]):
    average = rules.average_of([Sheet(total) for total in totals])
    assert average is not None
    assert min(totals) <= average <= max(totals)
    exact_hundredths = sum(int(total * 100) for total in totals)
    assert int(average * 100) == exact_hundredths // len(totals)
    bounds_reached = sum(exact_hundredths >= bound * 100 * len(totals) for bound in (30, 50, 70, 90))
    assert stars_for_score(average) == 1 + bounds_reached


@given(st.lists(points, min_size=1, max_size=9), st.lists(points, max_size=5))
def test_sheets_with_a_conflict_change_no_average(totals: list[Decimal], conflicts: list[Decimal]):
    counting = [Sheet(total) for total in totals]
    left_out = [Sheet(total, has_conflict=True) for total in conflicts]
    assert rules.average_of(left_out + counting) == rules.average_of(counting)


@pytest.mark.parametrize(
    ("kind", "stars_now", "target", "code"),
    [
        (Kind.FIRST, None, 3, None),
        (Kind.FIRST, 3, 4, "certificate-in-force"),
        (Kind.RENEWAL, 3, 3, None),
        (Kind.RENEWAL, 3, 4, "renewal-changes-stars"),
        (Kind.RENEWAL, None, 3, "no-certificate-in-force"),
        (Kind.UPGRADE, 3, 4, None),
        (Kind.UPGRADE, 4, 4, "upgrade-without-more-stars"),
        (Kind.UPGRADE, None, 4, "no-certificate-in-force"),
    ],
)
def test_it_takes_a_file_that_fits_the_certificate_in_force(kind, stars_now, target, code):
    refusal = rules.kind_refusal(kind, stars_now=stars_now, target=target)
    assert (refusal.code if refusal else None) == code
    assert refusal is None or "Điều 7." in str(refusal)


def test_the_window_holds_its_first_and_its_last_day():
    opens_on, closes_on, valid_until = date(2026, 7, 17), date(2026, 9, 15), date(2027, 1, 13)
    day = timedelta(days=1)

    def refusal_on(on: date) -> Refusal | None:
        return rules.window_refusal(on, opens_on=opens_on, closes_on=closes_on, valid_until=valid_until)

    def code(on: date) -> str | None:
        refusal = refusal_on(on)
        assert refusal is None or "Điều 7.6.a" in str(refusal)
        return refusal.code if refusal else None

    assert code(opens_on - day) == "window-not-open"
    assert code(opens_on) is code(closes_on) is None
    assert code(closes_on + day) == "window-closed"
    assert "180" in str(refusal_on(opens_on - day))
    assert "120" in str(refusal_on(closes_on + day))
    assert "12.3" in str(refusal_on(closes_on + day))


def test_a_refusal_tells_the_window_of_the_regulation_at_hand():
    closes_on = date(2026, 9, 15)
    refusal = rules.window_refusal(
        closes_on + timedelta(days=1),
        opens_on=closes_on - timedelta(days=30),
        closes_on=closes_on,
        valid_until=closes_on + timedelta(days=45),
    )
    assert "45" in str(refusal)
    assert "120" not in str(refusal)
