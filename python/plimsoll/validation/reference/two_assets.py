"""Reference tables of options on two assets, and of the approximations for a spread."""

from collections.abc import Callable

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.terms import BARRIERS, met, two_assets_of, type_of
from plimsoll.validation.reference.verdict import CaseResult, Comparison, Verdict

_EXTREMES = {"min": _core.Extreme.minimum, "max": _core.Extreme.maximum}
_METHODS = _core.SpreadMethod
_GREEKS = ("delta1", "delta2", "gamma1", "gamma2", "theta", "rho")
# Bumps of a price that is exact to 1e-15: what they leave of a sensitivity's error stays below 1e-6 of it.
_BUMP = 1e-3
# A sensitivity and its bump must agree this much better than they differ from a printed value to dispute it.
_PROOF_MARGIN = 10.0


def exchange(row: Row) -> CaseResult:
    """Check one row of ``exchange_margrabe_european``: the price and its printed sensitivities.

    A printed sensitivity that the formula misses is disputed where bumps of the price, which know no formula of a
    sensitivity, agree with ours and not with the print.
    """
    option = _core.ExchangeOption(
        received=row.non_negative("quantity1"),
        delivered=row.non_negative("quantity2"),
        expiry=row.non_negative("maturity_years"),
    )
    model = two_assets_of(row)
    priced = _core.closed_form(option, model)
    tolerance = Tolerance.parse(row.text("tolerance"))
    comparisons = [
        Comparison(name, "closed form", row.number(column), value, tolerance.allowed(row.number(column)))
        for name, column, value in (
            ("price", "expected", priced.price),
            *((name, f"expected_{name}", getattr(priced.greeks, name)) for name in _GREEKS),
        )
        if row.text(column)
    ]
    judged = CaseResult.of(row.case_id, comparisons)
    if judged.verdict is Verdict.passed:
        return judged
    notes = [_proof(c, _bumped(option, model, c.quantity)) for c in comparisons if not c.holds]
    if any(note is None for note in notes):
        return judged
    return CaseResult(row.case_id, Verdict.disputed, judged.comparisons, "; ".join(note for note in notes if note))


def extreme(row: Row) -> CaseResult:
    """Check one row of ``two_asset_min_max_stulz``; the other extreme follows from the two plain options."""
    kind, model, of = type_of(row), two_assets_of(row), row.choice("payoff_type", _EXTREMES)
    strike, expiry = row.non_negative("strike"), row.non_negative("maturity_years")
    prices = {
        each: _core.closed_form(_core.ExtremeOption(type=kind, of=each, strike=strike, expiry=expiry), model).price
        for each in _core.Extreme
    }
    plain = sum(_plain(kind, strike, expiry, model, first=first) for first in (True, False))
    other = next(each for each in _core.Extreme if each is not of)
    return met(row, [("closed form", prices[of]), (f"two plain options less the {other.name}", plain - prices[other])])


def correlated(row: Row) -> CaseResult:
    """Check one row of ``two_asset_correlation``: the first strike must be passed for the second to pay."""
    option = _core.CorrelationOption(
        type=type_of(row),
        first_strike=row.non_negative("strike1"),
        second_strike=row.non_negative("strike2"),
        expiry=row.non_negative("maturity_years"),
    )
    return met(row, [("closed form", _core.closed_form(option, two_assets_of(row)).price)])


def barrier_on_second(row: Row) -> CaseResult:
    """Check one row of ``two_asset_barrier_haug``; in and out are the plain option."""
    side, knock = row.choice("barrier_type", BARRIERS)
    kind, model = type_of(row), two_assets_of(row)
    strike, expiry = row.non_negative("strike_on_asset1"), row.non_negative("maturity_years")
    prices = {
        each: _core.closed_form(
            _core.TwoAssetBarrier(
                type=kind,
                strike=strike,
                direction=side,
                knock=each,
                barrier=row.non_negative("barrier_on_asset2"),
                expiry=expiry,
            ),
            model,
        ).price
        for each in _core.Knock
    }
    other = next(each for each in _core.Knock if each is not knock)
    plain = _plain(kind, strike, expiry, model, first=True)
    return met(row, [("closed form", prices[knock]), (f"plain option less the {other.name}", plain - prices[other])])


def kirk_on_futures(row: Row) -> CaseResult:
    """Check one row of ``spread_kirk_futures``; the note tells the distance from the exact price."""
    if row.text("payoff_type") != "spread":
        return CaseResult.unsupported(row.case_id, f"no payoff of the core is called {row.text('payoff_type')}")
    rate = row.number("rate")
    model = _core.TwoAssets(
        spot1=row.non_negative("futures1"),
        spot2=row.non_negative("futures2"),
        dividend_yield1=rate,
        dividend_yield2=rate,
        volatility1=row.non_negative("vol1"),
        volatility2=row.non_negative("vol2"),
        correlation=row.number("correlation"),
        rate=rate,
    )
    return _approximated(row, model, [(_METHODS.kirk, "expected")], Tolerance.parse(row.text("tolerance")))


def kirk_and_splittings(row: Row) -> CaseResult:
    """Check one row of ``spread_kirk_strang_mathematica``: three approximations, to a relative tolerance."""
    tolerance = Tolerance(Tolerance.parse(row.text("tolerance_rel")).size, relative=True)
    columns = [
        (_METHODS.kirk, "expected_kirk"),
        (_METHODS.splitting_first_order, "expected_strang_1"),
        (_METHODS.splitting_second_order, "expected_strang_2"),
    ]
    return _approximated(row, two_assets_of(row), columns, tolerance)


def splittings(row: Row) -> CaseResult:
    """Check one row of ``spread_operator_splitting_lo``: the two orders of the splitting."""
    columns = [
        (_METHODS.splitting_first_order, "expected_first_order"),
        (_METHODS.splitting_second_order, "expected_second_order"),
    ]
    return _approximated(row, two_assets_of(row), columns, Tolerance.parse(row.text("tolerance")))


def _approximated(
    row: Row, model: _core.TwoAssets, columns: list[tuple[_core.SpreadMethod, str]], tolerance: Tolerance
) -> CaseResult:
    option = _core.Spread(type=type_of(row), strike=row.number("strike"), expiry=row.non_negative("maturity_years"))
    exact = _core.spread_price(option, model, _METHODS.exact)
    comparisons = []
    for method, column in columns:
        expected = row.number(column)
        computed = _core.spread_price(option, model, method)
        comparisons.append(Comparison("price", method.name, expected, computed, tolerance.allowed(expected)))
    off = ", ".join(f"{c.method} {c.computed - exact:+.1e}" for c in comparisons)
    return CaseResult.of(row.case_id, comparisons, f"off the exact price {exact:.10g} by {off}")


def _plain(kind: _core.OptionType, strike: float, expiry: float, model: _core.TwoAssets, *, first: bool) -> float:
    """Give the price of an option on one of the two alone: a gap option whose gap is its strike."""
    option = _core.Digital(
        type=kind, payout=_core.Payout.difference, strike=strike, cash=0.0, paid_strike=strike, expiry=expiry
    )
    alone = _core.BlackScholes(
        spot=model.spot1 if first else model.spot2,
        rate=model.rate,
        dividend_yield=model.dividend_yield1 if first else model.dividend_yield2,
        volatility=model.volatility1 if first else model.volatility2,
    )
    return _core.closed_form(option, alone).price


def _bumped(option: _core.ExchangeOption, model: _core.TwoAssets, quantity: str) -> float | None:
    """Give a sensitivity of the exchange from prices alone; None for one that has no bump here."""
    terms = {
        "theta": ("expiry", option.expiry, 1, -1.0),
        "delta1": ("spot1", model.spot1, 1, 1.0),
        "delta2": ("spot2", model.spot2, 1, 1.0),
        "gamma1": ("spot1", model.spot1, 2, 1.0),
        "gamma2": ("spot2", model.spot2, 2, 1.0),
    }
    if quantity not in terms:
        return None
    name, value, order, sign = terms[quantity]
    step = _BUMP * value

    def at(moved: float) -> float:
        changed_model = _core.TwoAssets(**{**_fields(model), name: moved}) if name in _fields(model) else model
        changed = _core.ExchangeOption(**{**_fields(option), name: moved}) if name == "expiry" else option
        return _core.closed_form(changed, changed_model).price

    return sign * (_slope(at, value, step) if order == 1 else _curvature(at, value, step))


def _slope(at: Callable[[float], float], value: float, step: float) -> float:
    return (at(value + step) - at(value - step)) / (2.0 * step)


def _curvature(at: Callable[[float], float], value: float, step: float) -> float:
    return (at(value + step) - 2.0 * at(value) + at(value - step)) / (step * step)


def _fields(struct: _core.TwoAssets | _core.ExchangeOption) -> dict[str, float]:
    return {name: float(str(value)) for name, value in struct.to_dict().items()}


def _proof(printed: Comparison, bumped: float | None) -> str | None:
    """Say why a printed sensitivity is disputed; None where the bump does not settle it."""
    if bumped is None:
        return None
    apart = abs(printed.computed - bumped)
    if not min(printed.difference, abs(printed.expected - bumped)) > _PROOF_MARGIN * max(apart, printed.allowed):
        return None
    return (
        f"printed {printed.quantity} {printed.expected:.10g}; the formula gives {printed.computed:.10g} and bumps of "
        f"the price {bumped:.10g}, apart by {apart:.1e}"
    )
