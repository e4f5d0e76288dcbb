"""Reference tables whose second method is a lattice: American barriers, shout options, options on two assets."""

import re
from collections.abc import Callable

from plimsoll import _core
from plimsoll.engine.methods import BjerksundStensland, BoundaryEdition, IntegralEquation
from plimsoll.validation.reference.options import value_rows
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.verdict import CaseResult, Comparison, Verdict

_TYPES = {"call": _core.OptionType.call, "put": _core.OptionType.put}
_EXERCISES = {"european": _core.Exercise.european, "american": _core.Exercise.american}
_SIDES = {"down": _core.BarrierSide.down, "up": _core.BarrierSide.up}
_KNOCKS = {"in": _core.Knock.knock_in, "out": _core.Knock.knock_out}
_BARRIERS = {f"{side}_{knock}": (_SIDES[side], _KNOCKS[knock]) for side in _SIDES for knock in _KNOCKS}
_UNDERLYINGS = {"max": _core.RainbowUnderlying.best_of, "min": _core.RainbowUnderlying.worst_of}
_STEPS, _COARSE_STEPS = 1600, 800
_TWO_ASSET_STEPS, _COARSE_TWO_ASSET_STEPS = 216, 108
# What a lattice's error may exceed the distance to the lattice of half its steps by.
_SAFETY = 2.0
_DAYS = re.compile(r"\((\d+) days ?/ ?365\)")
_DATES = re.compile(r"(\d+) exercise opportunities")
_DAYS_PER_YEAR = 365.0


def american_barrier(row: Row) -> CaseResult:
    """Check one row of ``barrier_single_american_exercise`` by the lattice with nodes on the barrier.

    A row that the lattice does not meet is disputed where a strategy that is open to every holder beats the printed
    price by its formula: exercise as the barrier is touched, and else at expiry, is the European knock-out whose rebate
    is the payoff at the barrier.
    """
    side, knock = row.choice("barrier_type", _BARRIERS)
    exercise = row.choice("exercise", _EXERCISES)
    kind = row.choice("option_type", _TYPES)
    strike, barrier, rebate = row.non_negative("strike"), row.non_negative("barrier"), row.non_negative("rebate")

    def option(paid_at_hit: float) -> _core.Barrier:
        return _core.Barrier(
            type=kind,
            payout=_core.Payout.difference,
            strike=strike,
            cash=0.0,
            direction=side,
            knock=knock,
            barrier=barrier,
            rebate=paid_at_hit,
            expiry=row.non_negative("maturity_years"),
        )

    model = _model(row)
    price, error = _settled(lambda settings: _core.on_lattice(option(rebate), exercise, model, settings).price)
    expected, allowed = _printed(row)
    comparison = Comparison("price", "trinomial lattice on the barrier", expected, price, allowed)
    note = f"lattice settled to {error:.1e}"
    judged = CaseResult.of(row.case_id, [comparison], note)
    if judged.verdict is Verdict.passed or exercise is not _core.Exercise.american or knock is _core.Knock.knock_in:
        return judged
    at_barrier = barrier - strike if kind is _core.OptionType.call else strike - barrier
    bound = _core.closed_form(option(max(rebate, at_barrier)), model).price
    if not bound > expected + allowed or not price >= bound - error - allowed:
        return judged
    proof = (
        f"exercise as the barrier is touched, and else at expiry, is worth {bound:.7g} by formula; "
        f"lattice {price:.7g} (error {error:.1e}); printed {expected:.7g}"
    )
    beaten = Comparison("lower bound", "formula of a strategy", expected, bound, allowed)
    return CaseResult(row.case_id, Verdict.disputed, (comparison, beaten), proof)


def shout(row: Row) -> CaseResult:
    """Check one row of ``american_shout_option`` by the lattice."""
    option = _core.Shout(
        type=row.choice("option_type", _TYPES), strike=row.non_negative("strike"), expiry=_years(row, "maturity_years")
    )
    model = _model(row)
    price, error = _settled(lambda settings: _core.on_lattice(option, model, settings).price)
    expected, allowed = _printed(row)
    comparison = Comparison("price", "trinomial lattice", expected, price, allowed)
    return CaseResult.of(row.case_id, [comparison], f"lattice settled to {error:.1e}")


def american_exchange(row: Row) -> CaseResult:
    """Check one row of ``exchange_margrabe_american``: the approximation that the table prints, and the exact price.

    The option is one on the ratio of the assets, whose interest is the second one's yield; there the approximation and
    the integral equation price it. The lattice in two dimensions, which shares nothing with that, must agree with the
    integral equation within its own error.
    """
    first = row.non_negative("spot1") * row.non_negative("quantity1")
    second = row.non_negative("spot2") * row.non_negative("quantity2")
    one, two, correlation = row.non_negative("vol1"), row.non_negative("vol2"), row.number("correlation")
    ratio = Row(
        row.case_id,
        {
            "option_type": "call",
            "spot": repr(first),
            "strike": repr(second),
            "maturity_years": row.text("maturity_years"),
            "rate": row.text("dividend_yield2"),
            "dividend_yield": row.text("dividend_yield1"),
            "vol": repr(max(one * one + two * two - 2.0 * correlation * one * two, 0.0) ** 0.5),
        },
    )
    flat = BjerksundStensland(BoundaryEdition.flat_1993)
    approximate = value_rows([ratio], "american", flat)[0].price
    exact = value_rows([ratio], "american", IntegralEquation.high_precision())[0].price
    option = _rainbow(_core.RainbowUnderlying.spread, _core.OptionType.call, 0.0, row.non_negative("maturity_years"), 0)
    model = _core.TwoAssets(
        spot1=first,
        spot2=second,
        dividend_yield1=row.number("dividend_yield1"),
        dividend_yield2=row.number("dividend_yield2"),
        volatility1=one,
        volatility2=two,
        correlation=correlation,
        rate=row.number("rate"),
    )
    price, error = _settled_on_two(option, model)
    expected, allowed = _printed(row)
    comparisons = [
        Comparison("price", "flat boundary of 1993 on the ratio", expected, approximate, allowed),
        Comparison("exact price", "lattice against integral equation", exact, price, error + allowed),
    ]
    return CaseResult.of(row.case_id, comparisons, f"off the exact price {exact:.6g} by {expected - exact:+.1e}")


def best_of_two(row: Row) -> CaseResult:
    """Check one row of ``basket_american_max_call`` on two assets by the lattice in two dimensions."""
    dates = _DATES.search(row.text("exercise_dates_per_3y"))
    option = _rainbow(
        row.choice("payoff_type", _UNDERLYINGS),
        row.choice("option_type", _TYPES),
        row.non_negative("strike"),
        row.non_negative("maturity_years"),
        int(dates.group(1)) if dates else 0,
    )
    spot, volatility = row.non_negative("spot_each"), row.non_negative("vol_each")
    model = _core.TwoAssets(
        spot1=spot,
        spot2=spot,
        dividend_yield1=row.number("dividend_yield"),
        dividend_yield2=row.number("dividend_yield"),
        volatility1=volatility,
        volatility2=volatility,
        correlation=row.number("correlation"),
        rate=row.number("rate"),
    )
    price, error = _settled_on_two(option, model)
    expected, allowed = _printed(row)
    comparison = Comparison("price", "lattice in two dimensions", expected, price, allowed)
    return CaseResult.of(row.case_id, [comparison], f"lattice settled to {error:.1e}")


def _rainbow(
    underlying: _core.RainbowUnderlying, kind: _core.OptionType, strike: float, expiry: float, dates: int
) -> _core.Rainbow:
    return _core.Rainbow(
        type=kind,
        underlying=underlying,
        strike=strike,
        quantity_one=1.0,
        quantity_two=1.0,
        exercise=_core.Exercise.american,
        exercise_dates=dates,
        expiry=expiry,
    )


def _settled(price: Callable[[_core.Trinomial], float]) -> tuple[float, float]:
    def on(steps: int) -> float:
        return price(
            _core.Trinomial(
                steps=steps, extrapolation=_core.Extrapolation.richardson, last_step=_core.LastStep.black_scholes
            )
        )

    fine = on(_STEPS)
    return fine, _SAFETY * abs(fine - on(_COARSE_STEPS))


def _settled_on_two(option: _core.Rainbow, model: _core.TwoAssets) -> tuple[float, float]:
    def on(steps: int) -> float:
        settings = _core.RainbowLattice(steps=steps, extrapolation=_core.Extrapolation.richardson)
        return _core.rainbow_price(option, model, settings)

    fine = on(_TWO_ASSET_STEPS)
    return fine, _SAFETY * abs(fine - on(_COARSE_TWO_ASSET_STEPS))


def _years(row: Row, column: str) -> float:
    days = _DAYS.search(row.text(column))
    return int(days.group(1)) / _DAYS_PER_YEAR if days else row.non_negative(column)


def _printed(row: Row) -> tuple[float, float]:
    expected = row.number("expected")
    return expected, Tolerance.parse(row.text("tolerance")).allowed(expected)


def _model(row: Row) -> _core.BlackScholes:
    return _core.BlackScholes(
        spot=row.non_negative("spot"),
        rate=row.number("rate"),
        dividend_yield=row.number("dividend_yield"),
        volatility=row.non_negative("vol"),
    )
