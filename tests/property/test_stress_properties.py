"""Properties of stress through the Python door; the core's own are in core/tests/scenario and core/tests/margin."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from margin_world import account, book, option, snapshot, stock
from stress_world import DAY, move, scenario, stressed

Leg = tuple[str, int, int, int]

NAMES = ("AAA", "BBB")
MARKET = snapshot(DAY, {"AAA": 100.0, "BBB": 50.0})
legs = st.lists(
    st.tuples(
        st.sampled_from(["call", "put", "stock"]),
        st.integers(40, 130),
        st.integers(-9, 9).filter(bool),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=6,
)
moves = st.integers(-95, 200).map(lambda percent: percent / 100.0)


def position(number: int, leg: Leg) -> dict[str, Any]:
    kind, strike, quantity, name = leg
    if kind == "stock":
        return stock(f"T{number}", NAMES[name], 10 * quantity)
    return option(f"T{number}", NAMES[name], kind, strike, quantity)


def profits(chosen: list[Leg], *relative: float) -> list[Decimal]:
    made = book(account("A", "100000.00", [position(number, leg) for number, leg in enumerate(chosen)]))
    scenarios = [scenario(f"s{place}", move(relative=amount)) for place, amount in enumerate(relative)]
    outcomes = stressed(*scenarios, book=made, snapshot=MARKET).outcomes
    for outcome in outcomes:
        assert sum(outcome.by_underlying().values(), Decimal(0)) == outcome.profit
    return [outcome.profit for outcome in outcomes]


@settings(deadline=None, max_examples=40)
@given(legs)
def test_no_move_makes_no_profit(chosen: list[Leg]) -> None:
    assert profits(chosen, 0.0) == [Decimal("0.00")]


@settings(deadline=None, max_examples=40)
@given(legs, moves)
def test_the_other_side_of_a_book_gains_what_the_book_loses(chosen: list[Leg], relative: float) -> None:
    other = [(kind, strike, -quantity, name) for kind, strike, quantity, name in chosen]
    assert profits(chosen, relative)[0] == -profits(other, relative)[0]


@settings(deadline=None, max_examples=40)
@given(st.integers(60, 140), moves, moves)
def test_a_long_call_gains_as_spots_rise(strike: int, one: float, other: float) -> None:
    low, high = sorted((one, other))
    lower, higher = profits([("call", strike, 1, 0)], low, high)
    assert lower <= higher
