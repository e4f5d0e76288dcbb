"""The integral equation against QuantLib's, and its error estimate over a sample of the space-filling set."""

import sys
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from plimsoll.engine.bulk import value_options
from plimsoll.engine.methods import IntegralEquation
from plimsoll.validation.draw import DrawnOption
from plimsoll.validation.quantlib_challenger import challenger_prices

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from american_error_coverage import corner_cases

TODAY = date(2026, 11, 20)


def drawn(index: int) -> DrawnOption:
    """Give an option of the challenger's book: rates and yields of either order, no cash dividends."""
    share = np.mod(0.5 + index * np.array([0.8566749, 0.7338919, 0.6287067, 0.5385973, 0.4614028, 0.3952747]), 1.0)
    return DrawnOption(
        name=f"option {index}",
        valuation_date=TODAY,
        option_type=("call", "put")[index % 2],
        spot=float(75.0 + 50.0 * share[0]),
        strike=100.0,
        days=int(30 + 1000 * share[1]),
        volatility=float(0.15 + 0.45 * share[2]),
        rate=float(0.01 + 0.08 * share[3]),
        dividend_yield=float(0.01 + 0.08 * share[4]),
        dividends=(),
    )


def test_prices_agree_with_the_integral_equation_of_quantlib() -> None:
    """QuantLib's high-precision scheme is 2e-7 off in the mean on such options, and 2e-6 at worst."""
    options = [drawn(index) for index in range(24)]
    columns: dict[str, npt.ArrayLike] = {
        "type": [int(option.option_type == "put") for option in options],
        "exercise": [1] * len(options),
        "spot": [option.spot for option in options],
        "strike": [option.strike for option in options],
        "years": [option.days / 365.0 for option in options],
        "rate": [option.rate for option in options],
        "dividend_yield": [option.dividend_yield for option in options],
        "volatility": [option.volatility for option in options],
    }
    ours = value_options(columns, IntegralEquation.high_precision(), greeks=False)["price"]
    theirs = np.array([answer.price for answer in challenger_prices(options, {"time_steps": 100, "space_steps": 100})])
    assert np.max(np.abs(ours - theirs)) < 1e-5
    assert np.median(np.abs(ours - theirs)) < 1e-6


def test_error_estimates_cover_the_error_of_99_in_100_corner_cases() -> None:
    """A sample; ``tools/american_error_coverage.py`` runs 50,000 and asks the grid as well."""
    columns = corner_cases(500)
    found = value_options(columns, IntegralEquation.accurate(), threads=2, greeks=False, error_estimate=True)
    exact = value_options(columns, IntegralEquation.high_precision(), threads=2, greeks=False)["price"]
    errors = np.abs(found["price"] - exact)
    assert (found["status"] == 0).all()
    assert np.mean(errors <= found["error_estimate"]) >= 0.99
    stated = found["error_estimate"] > 1e-9
    assert np.median(errors[stated] / found["error_estimate"][stated]) >= 0.05
