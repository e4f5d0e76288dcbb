"""The options that a replication prices, and QuantLib's word on them."""

import math
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.validation.catalogue import load_catalogue
from plimsoll.validation.draw import DIMENSIONS, CashDividend, DrawnOption, draw_options
from plimsoll.validation.quantlib_challenger import (
    ACCURATE,
    FINITE_DIFFERENCES,
    HIGH_PRECISION,
    QD_FP,
    challenger_prices,
    finite_difference_price,
    quantlib_version,
)
from plimsoll.vocabulary.errors import BadInput

TODAY = date(2008, 9, 2)
RANGES: dict[str, Any] = load_catalogue().definition("VAL-REP-01").setting("ranges")
GRID = {"time_steps": 200, "space_steps": 200}


@given(st.lists(st.floats(0.0, 1.0, exclude_max=True), min_size=DIMENSIONS, max_size=DIMENSIONS))
def test_every_point_of_the_cube_gives_an_option_inside_the_claimed_range(point: list[float]) -> None:
    (option,) = draw_options([point], RANGES, TODAY)
    assert 0.5 <= option.spot / option.strike <= 2.0
    assert 1 <= option.days <= 1095
    assert 0.05 <= option.volatility <= 1.5
    assert -0.01 <= option.rate <= 0.10
    assert 0.0 <= option.dividend_yield <= 0.15
    assert option.option_type == ("call" if point[5] < 0.5 else "put")
    assert bool(option.dividends) == (point[6] < 0.25)
    days = [TODAY, *(d.ex_date for d in option.dividends), option.expiry()]
    assert all(a < b for a, b in pairwise(days))
    assert sum(d.amount for d in option.dividends) < option.spot


def test_a_point_of_the_wrong_dimension_is_refused() -> None:
    with pytest.raises(BadInput, match="wrong_dimension; points = 2"):
        draw_options([[0.1, 0.2]], RANGES, TODAY)


def option(**changes: Any) -> DrawnOption:
    values: dict[str, Any] = {
        "name": "X",
        "valuation_date": TODAY,
        "option_type": "put",
        "spot": 36.0,
        "strike": 40.0,
        "days": 365,
        "volatility": 0.2,
        "rate": 0.06,
        "dividend_yield": 0.0,
        "dividends": (),
    }
    return DrawnOption(**{**values, **changes})


def test_the_challenger_is_asked_with_the_day_count_of_the_door() -> None:
    """Andersen, Lake and Offengenden (2016), table 1: the premium of early exercise of the standard example."""
    atm = option(spot=100.0, strike=100.0, days=365, volatility=0.25, rate=0.05, dividend_yield=0.05)
    (answer,) = challenger_prices([atm], GRID)
    european = 100.0 * math.exp(-0.05) * math.erf(0.125 / math.sqrt(2.0))
    assert answer.method == QD_FP
    assert answer.price is not None
    assert answer.price - european == pytest.approx(0.106952702747, abs=1e-9)  # printed to 12 places; ours to 1e-10
    assert answer.to_dict()["failure"] == ""
    assert quantlib_version()


def test_integral_equation_and_extrapolated_grid_agree_without_dividends() -> None:
    (exact,) = challenger_prices([option()], GRID)
    grid = finite_difference_price(option(), GRID)
    assert grid.method == FINITE_DIFFERENCES
    assert exact.price is not None
    assert grid.price == pytest.approx(exact.price, abs=1e-3)  # the grid's own error estimate is below this
    assert 0.0 < grid.error_estimate < 5e-3


def test_a_cash_dividend_lowers_a_call_and_raises_a_put() -> None:
    paid = (CashDividend(date(2009, 3, 2), 1.0),)
    call, put = option(option_type="call"), option()
    without = challenger_prices([call, put], GRID)
    with_dividend = [
        finite_difference_price(DrawnOption(**{**_fields(o), "dividends": paid}), GRID) for o in (call, put)
    ]
    assert with_dividend[0].price is not None
    assert without[0].price is not None
    assert with_dividend[0].price < without[0].price
    assert with_dividend[1].price is not None
    assert without[1].price is not None
    assert with_dividend[1].price > without[1].price


def test_the_quick_scheme_is_close_to_the_precise_one_and_says_what_it_is() -> None:
    (precise,), (quick,) = (challenger_prices([option()], GRID, scheme=scheme) for scheme in (HIGH_PRECISION, ACCURATE))
    assert precise.method == QD_FP
    assert quick.method == "QuantLib QdFp, accurate"
    assert quick.price != precise.price
    assert quick.price == pytest.approx(precise.price, abs=1e-5)


def test_a_failure_of_the_challenger_is_recorded() -> None:
    paid = (CashDividend(date(2009, 3, 2), 1.0),)
    impossible = option(volatility=-0.2)
    integral, grid = challenger_prices([impossible, option(volatility=-0.2, dividends=paid)], GRID)
    assert integral.price is None
    assert integral.failure
    assert grid.price is None
    assert grid.failure


def test_processes_share_the_options_and_change_no_number() -> None:
    drawn = [option(strike=80.0 + k / 4.0) for k in range(130)]
    impossible = option(volatility=-0.2)
    alone = challenger_prices([*drawn, impossible], GRID)
    shared = challenger_prices([*drawn, impossible], GRID, processes=2)
    assert shared == alone
    assert shared[-1].failure
    assert len({answer.price for answer in shared}) == 131


def test_a_process_that_dies_takes_only_its_own_options_with_it() -> None:
    # A grid that cannot be divided ends the worker, which prices the second, fourth and so on option, by an exception.
    paid = (CashDividend(date(2009, 3, 2), 1.0),)
    odd_ones_paid = [option(dividends=paid if k % 2 else ()) for k in range(128)]
    wrong_grid: Any = {"time_steps": "many"}
    answers = challenger_prices(odd_ones_paid, wrong_grid, processes=2)
    assert all(answer.price is not None for answer in answers[::2])
    assert {answer.failure for answer in answers[1::2]} == {"the process that ran QuantLib ended with code 1"}
    assert {answer.method for answer in answers[1::2]} == {FINITE_DIFFERENCES}


def _fields(value: DrawnOption) -> dict[str, Any]:
    return {name: getattr(value, name) for name in DrawnOption.__dataclass_fields__}
