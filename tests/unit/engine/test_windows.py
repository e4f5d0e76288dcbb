"""Options with a barrier or an extremum over part of their life: as rows, as trades, and bad ones by field."""

from datetime import date
from typing import Any

import pytest

from engine_documents import barrier, book, lookback, option, partial_lookback, partial_time_barrier, snapshot
from plimsoll import (
    BarrierWindow,
    BestMethod,
    ClosedForm,
    CrankNicolson,
    Knock,
    LookbackStrike,
    MonteCarlo,
    OptionType,
    PartialLookback,
    PartialTimeBarrier,
    Trade,
    read_book,
    read_snapshot,
    value,
)
from plimsoll.engine.methods import MethodSpec
from plimsoll.engine.refusals import ExpiredProduct, InvalidValue, MissingField
from plimsoll.vocabulary.errors import PlimsollError

MARKET = read_snapshot(snapshot())
COVER, EXPIRY = date(2026, 4, 17), date(2026, 7, 17)
FIXED = {"strike_kind": "fixed", "strike": 105.0}


def fixed(**changes: Any) -> dict[str, Any]:
    row = {**partial_lookback(), **FIXED, **changes}
    return {name: item for name, item in row.items() if name not in ("extremum", "fraction") or name in changes}


def worth(row: dict[str, Any], method: MethodSpec | None = None) -> float:
    (outcome,) = value(read_book(book(row)), MARKET, method or BestMethod()).outcomes
    assert outcome.valuation is not None, outcome.refusal
    return outcome.valuation.price


def test_every_window_is_worth_the_same_by_unrelated_methods() -> None:
    for window in BarrierWindow:
        side = {} if window is BarrierWindow.end_any_side else {"direction": "down"}
        row = partial_time_barrier(window=window.value, **side)
        (exact,), (by_grid,), (by_paths,) = (
            value(read_book(book(row)), MARKET, method).outcomes
            for method in (ClosedForm(), CrankNicolson(), MonteCarlo(paths=16384))
        )
        assert exact.valuation
        assert by_grid.valuation
        assert by_paths.valuation
        assert by_grid.valuation.error_estimate is not None
        assert by_grid.valuation.price == pytest.approx(exact.valuation.price, abs=by_grid.valuation.error_estimate)
        error = by_paths.valuation.standard_error
        assert error is not None
        # Five standard errors: one false alarm in two million.
        assert by_paths.valuation.price == pytest.approx(exact.valuation.price, abs=5.0 * error)
    for row in (partial_lookback(), fixed()):
        (simulated,) = value(read_book(book(row)), MARKET, MonteCarlo(paths=16384)).outcomes
        assert simulated.valuation
        assert simulated.valuation.standard_error
        assert simulated.valuation.price == pytest.approx(worth(row), abs=5.0 * simulated.valuation.standard_error)


def test_a_window_that_is_over_leaves_what_the_spot_now_decides() -> None:
    vanilla = worth(option(type="call", exercise="european", strike=105.0))
    over = {"cover": "2026-01-02"}
    assert worth(partial_time_barrier(window="start", direction="down", **over)) == vanilla
    assert worth(partial_time_barrier(window="start", direction="down", knock="knock_in", **over)) == 0.0
    assert worth(partial_time_barrier(direction="down", **over)) == worth(barrier())
    assert worth(partial_time_barrier(window="end_from_side", direction="down", **over)) == worth(barrier())
    knocked = {"state": "knocked", "knocked_on": "2026-01-02", **over}
    assert worth(partial_time_barrier(knock="knock_in", **knocked)) == vanilla
    assert worth(partial_time_barrier(**knocked)) == 0.0
    assert worth(partial_lookback(extremum=100.0, **over)) == vanilla, "105 is 1.05 times the extremum"
    assert worth(fixed(extremum=110.0, **over)) == worth(lookback())


def test_what_the_choice_does_not_ask_for_need_not_be_given() -> None:
    floating = partial_lookback()
    plain = {name: item for name, item in floating.items() if name != "fraction"}
    assert worth(plain) == worth({**floating, "fraction": 1.0})
    made = PartialLookback("ABC", OptionType.call, LookbackStrike.floating, COVER, EXPIRY, extremum=95.0)
    assert value(Trade.of(made), MARKET, ClosedForm()).price * 100.0 == pytest.approx(100.0 * worth(plain))
    watched = PartialTimeBarrier(
        *("ABC", OptionType.call, 105.0, Knock.knock_out, BarrierWindow.end_any_side, 90.0, COVER, EXPIRY)
    )
    assert value(Trade.of(watched), MARKET, ClosedForm()).price == worth(partial_time_barrier())


@pytest.mark.parametrize(
    ("row", "kind", "field"),
    [
        (partial_time_barrier(window="middle"), PlimsollError, "accounts[0].positions[0].window"),
        (partial_time_barrier(cover="soon"), PlimsollError, "accounts[0].positions[0].cover"),
        (partial_time_barrier(rebate=1.0), PlimsollError, "positions[W1].rebate"),
        (partial_time_barrier(direction="down"), InvalidValue, "direction"),
        (partial_time_barrier(window="start"), MissingField, "direction"),
        (partial_time_barrier(cover="2026-01-02"), MissingField, "direction"),
        (partial_time_barrier(cover="2026-07-17"), InvalidValue, "cover"),
        (partial_time_barrier(state="knocked", knocked_on="2026-01-02"), InvalidValue, "knocked_on"),
        (partial_time_barrier(knocked_on="2026-01-02"), InvalidValue, "state"),
        (partial_time_barrier(barrier=0.0), InvalidValue, "barrier"),
        (partial_time_barrier(strike=-1.0), InvalidValue, "strike"),
        (partial_time_barrier(window="start", direction="up", barrier=99.0), InvalidValue, "barrier"),
        (partial_time_barrier(expiry="2026-01-04"), ExpiredProduct, "expiry"),
        (partial_lookback(fraction="half"), PlimsollError, "accounts[0].positions[0].fraction"),
        (partial_lookback(fraction=0.0), InvalidValue, "fraction"),
        (partial_lookback(strike=5.0), InvalidValue, "strike"),
        (partial_lookback(extremum=-1.0), InvalidValue, "extremum"),
        (partial_lookback(cover="2026-07-18"), InvalidValue, "cover"),
        (fixed(extremum=110.0), InvalidValue, "extremum"),
        (fixed(cover="2026-01-02"), MissingField, "extremum"),
        (fixed(fraction=1.1), InvalidValue, "fraction"),
        (fixed(expiry="2026-01-04"), ExpiredProduct, "expiry"),
    ],
)
def test_a_trade_that_makes_no_sense_is_refused_by_its_field_and_the_others_are_valued(
    row: dict[str, Any], kind: type, field: str
) -> None:
    bad, good = value(read_book(book(row, option("O9"))), MARKET, BestMethod()).outcomes
    assert isinstance(bad.refusal, kind), bad
    assert bad.refusal.field == field
    assert bad.refusal.fix
    assert good.valuation is not None
