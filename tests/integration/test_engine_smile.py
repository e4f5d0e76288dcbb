"""Implied volatilities in bulk and calibration, through the extension."""

import numpy as np
import pytest

from plimsoll import _core
from plimsoll.engine.refusals import InvalidValue


def columns(count: int) -> dict[str, np.ndarray]:
    strikes = np.linspace(60.0, 160.0, count)
    types = (strikes >= 100.0).astype(np.uint8) ^ 1
    return {"types": types, "strikes": strikes, "years": np.full(count, 0.5), "forwards": np.full(count, 100.0)}


def inverted(table: dict[str, np.ndarray], discounts: np.ndarray, prices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the volatilities of a table of prices, and how each inversion ended."""
    volatilities, ends = _core.implied_volatilities(
        table["types"], table["strikes"], table["years"], table["forwards"], discounts, prices
    )
    return volatilities, ends


def test_a_table_of_prices_gives_back_its_volatilities() -> None:
    table = columns(101)
    ladders = {0: _core.OptionType.call, 1: _core.OptionType.put}
    model = _core.BlackScholes(spot=100.0, rate=0.0, dividend_yield=0.0, volatility=0.3)
    prices = np.array(
        [
            _core.contour(_core.StrikeLadder(type=ladders[int(kind)], expiry=0.5, strikes=[strike]), model)[0].price
            for kind, strike in zip(table["types"], table["strikes"], strict=True)
        ]
    )
    volatilities, ends = inverted(table, np.ones(101), prices)
    assert np.all(ends == 0)
    # The price is known to 1e-12 relative; the volatility moves by no more than that out of the money.
    assert np.max(np.abs(volatilities - 0.3)) < 1e-12


def test_a_row_outside_the_bounds_is_marked_and_the_others_hold() -> None:
    table = columns(3)
    prices = np.array([200.0, 8.0, np.nan])
    volatilities, ends = inverted(table, np.ones(3), prices)
    assert list(ends) == [2, 0, 3]
    assert np.isnan(volatilities[0])
    assert np.isfinite(volatilities[1])


def test_columns_of_other_lengths_are_refused() -> None:
    with pytest.raises(InvalidValue, match="columns"):
        inverted(columns(3), np.ones(2), np.ones(3))


def test_one_price_below_its_payoff_is_a_typed_error() -> None:
    with pytest.raises(InvalidValue, match="price"):
        _core.implied_volatility(_core.OptionType.call, 90.0, 1.0, 100.0, 1.0, 9.0)
    normal = _core.implied_normal_volatility(_core.OptionType.put, -0.01, 1.0, 0.0, 1.0, 0.002)
    assert 0.0 < normal < 0.1


def test_sabr_flags_low_strikes_and_refuses_what_makes_no_sense() -> None:
    model = _core.Sabr(level=0.05, elasticity=0.5, volatility_of_level=0.4, correlation=-0.3)
    flaws = _core.sabr_density_flaws(model, 0.03, 20.0, [0.002, 0.1])
    assert [flaw.strike for flaw in flaws] == [0.002]
    assert flaws[0].density < 0.0
    with pytest.raises(InvalidValue, match="strike"):
        _core.hagan_volatility(model, 0.03, -1.0, 1.0)


def test_a_model_is_calibrated_and_says_how_it_moves_with_the_quotes() -> None:
    values = {"spot": 100.0, "rate": 0.0, "dividend_yield": 0.0}
    truth = _core.VarianceGamma(**values, volatility=0.2, variance_rate=0.3, drift=-0.1)
    strikes = [80.0, 90.0, 100.0, 110.0, 120.0]
    ladder = _core.StrikeLadder(type=_core.OptionType.put, expiry=1.0, strikes=strikes)
    chain = [
        _core.QuotedExpiry(
            years=1.0,
            forward=100.0,
            discount=1.0,
            types=[_core.OptionType.put] * 5,
            strikes=strikes,
            prices=[value.price for value in _core.contour(ladder, truth)],
            weights=[1.0] * 5,
        )
    ]
    start = _core.VarianceGamma(**values, volatility=0.25, variance_rate=0.2, drift=-0.05)
    lower = _core.VarianceGamma(**values, volatility=0.01, variance_rate=0.01, drift=-1.0)
    upper = _core.VarianceGamma(**values, volatility=1.0, variance_rate=1.5, drift=0.1)
    fit = _core.calibrate(chain, start, lower, upper)
    assert fit.converged
    assert fit.end in {"gradient", "reduction", "step"}
    assert fit.iterations > 0
    assert fit.newton_step < 1e-8
    assert fit.parameters == pytest.approx([0.2, 0.3, -0.1], abs=1e-7)
    assert fit.model.drift == fit.parameters[2]
    assert fit.by_quote.shape == (3, 5)
    assert not any(fit.at_bound)
    assert max(abs(residual) for residual in fit.residuals) < 1e-8
    assert fit.residual_variance < 1e-16
    assert max(fit.standard_errors) < 1e-6


def test_heston_is_found_again_from_the_prices_that_it_made() -> None:
    def model(start: float, pull: float, mean: float, swing: float, tilt: float) -> _core.Heston:
        return _core.Heston(
            spot=100.0,
            rate=0.0,
            dividend_yield=0.0,
            variance=start,
            mean_reversion=pull,
            long_variance=mean,
            volatility_of_variance=swing,
            correlation=tilt,
        )

    truth = [0.04, 1.5, 0.06, 0.5, -0.6]
    strikes = [80.0, 90.0, 100.0, 110.0, 120.0]
    chain = []
    for years in (0.5, 1.5):
        ladder = _core.StrikeLadder(type=_core.OptionType.put, expiry=years, strikes=strikes)
        prices = [value.price for value in _core.contour(ladder, model(*truth))]
        types = [_core.OptionType.put] * 5
        chain.append(
            _core.QuotedExpiry(
                years=years,
                forward=100.0,
                discount=1.0,
                types=types,
                strikes=strikes,
                prices=prices,
                weights=[1.0] * 5,
            )
        )
    lower, upper = model(1e-4, 1e-2, 1e-4, 1e-2, -0.999), model(2.0, 20.0, 2.0, 5.0, 0.999)
    fit = _core.calibrate(chain, model(0.045, 1.3, 0.055, 0.45, -0.5), lower, upper)
    assert fit.converged
    assert fit.parameters == pytest.approx(truth, abs=1e-6)
