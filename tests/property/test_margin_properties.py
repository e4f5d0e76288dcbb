"""Properties of margin through the Python door; the core's own are in core/tests/margin."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from margin_world import account, book, option, snapshot, stock
from plimsoll.engine.margin import Marks, margin_book, shipped_pack
from plimsoll.engine.margin_records import AccountMargin

SPOT = 100.0
Leg = tuple[str, int, int]

legs = st.lists(
    st.tuples(st.sampled_from(["call", "put"]), st.integers(70, 130), st.integers(-5, 5).filter(bool)), max_size=6
)
shares = st.integers(-500, 500)


def mark(type_: str, strike: int) -> float:
    """Give a mark in whole cents that depends on the series alone."""
    return max(0.0, SPOT - strike if type_ == "call" else strike - SPOT) + 0.01 * (strike % 9) + 0.5


def run(chosen: list[Leg], held: int, cash: str = "0.00") -> AccountMargin:
    positions: list[dict[str, Any]] = [
        option(f"T{number}", "XYZ", type_, strike, quantity) for number, (type_, strike, quantity) in enumerate(chosen)
    ]
    if held:
        positions.append(stock("S", "XYZ", held))
    prices = {f"T{number}": mark(type_, strike) for number, (type_, strike, _) in enumerate(chosen)}
    source = book(account("A", cash, positions))
    return margin_book(source, snapshot("2008-09-02", {"XYZ": SPOT}), Marks(prices, {}), shipped_pack()).margins[0]


@settings(deadline=None, max_examples=60)
@given(legs, shares, st.sampled_from(["call", "put"]), st.integers(70, 130), st.integers(1, 5))
def test_a_protective_long_never_raises_maintenance(
    chosen: list[Leg], held: int, type_: str, strike: int, quantity: int
) -> None:
    before = run(chosen, held).maintenance.amount
    after = run([*chosen, (type_, strike, quantity)], held).maintenance.amount
    assert after <= before + Decimal("0.02")


@settings(deadline=None, max_examples=60)
@given(legs, shares)
def test_order_and_lots_leave_no_trace(chosen: list[Leg], held: int) -> None:
    split = [
        (type_, strike, quantity // abs(quantity))
        for type_, strike, quantity in reversed(chosen)
        for _ in range(abs(quantity))
    ]
    assert run(chosen, held).maintenance.tree == run(split, held).maintenance.tree


@settings(deadline=None, max_examples=60)
@given(legs, shares, st.integers(-100_000, 100_000))
def test_excess_is_equity_less_uncounted_options_less_the_requirement(chosen: list[Leg], held: int, cash: int) -> None:
    found = run(chosen, held, f"{cash}.00")
    for phase in (found.initial, found.maintenance):
        uncounted = Decimal(phase.uncounted_options["amount"]).scaleb(-2)
        assert phase.excess == found.equity - uncounted - phase.amount
    assert found.call == max(Decimal(0), -found.maintenance.excess)
    assert found.initial.amount >= found.maintenance.amount - Decimal("0.05") or held


@settings(deadline=None, max_examples=30)
@given(st.integers(-100_000, 100_000))
def test_an_account_without_positions_needs_nothing(cash: int) -> None:
    found = run([], 0, f"{cash}.00")
    assert found.maintenance.amount == found.initial.amount == 0
    assert found.equity == cash
