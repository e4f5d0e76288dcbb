"""Measure how often the error estimate of the integral equation covers the error, over a space-filling set of options.

    python tools/american_error_coverage.py [ROWS] [THREADS]

Each option's price by the accurate sizes is held against high precision; on one option in a thousand finite differences,
extrapolated, must agree with high precision as well. Exits with 1 unless 99 % are covered and the median of actual over
stated error, of those that state more than rounding, is 0.05 or more.
"""

import sys

import numpy as np
import numpy.typing as npt

from plimsoll.engine.bulk import value_options
from plimsoll.engine.methods import CrankNicolson, IntegralEquation

REFERENCE = IntegralEquation(nodes=28, points=40, steps=6, price_points=192)
MOST_DRIFT = 200.0  # 2 max(|rate|, |yield|) over the variance
ROUNDING = 1e-9
Columns = dict[str, npt.NDArray[np.float64]]


def rates(place: npt.NDArray[np.float64], kind: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give rates from -10 to 30 %: of six one negative, one zero and one tiny, of either sign."""
    tiny = np.sign(place - 0.5) * np.exp(np.log(1e-7) + np.abs(2.0 * place - 1.0) * np.log(1e5))
    part = np.floor(6.0 * kind)
    return np.select([part == 0.0, part == 1.0, part == 2.0], [-0.1 * place, 0.0 * place, tiny], 0.3 * place)


def corner_cases(rows: int) -> Columns:
    """Give options with evenly spread terms: the additive recurrence of Roberts (2018) in nine dimensions."""
    root = 2.0
    for _ in range(60):
        root = (1.0 + root) ** 0.1
    steps = root ** -np.arange(1.0, 10.0)
    u = np.mod(0.5 + np.outer(np.arange(1, 4 * rows + 1), steps), 1.0).T
    volatility = np.exp(np.log(0.01) + u[0] * np.log(200.0))
    years = np.exp(np.log(1e-3) + u[1] * np.log(1e4))
    width = np.clip(3.0 * volatility * np.sqrt(years), 0.1, 2.0)
    rate = rates(u[2], u[3])
    dividend_yield = np.where(u[6] < 0.125, rate, rates(u[4], u[5]))
    spot = 100.0 * np.exp((2.0 * u[7] - 1.0) * width)
    kept = 2.0 * np.maximum(np.abs(rate), np.abs(dividend_yield)) <= MOST_DRIFT * volatility**2
    columns = {
        "type": (u[8] < 0.5).astype(float),
        "exercise": np.ones_like(rate),
        "spot": spot,
        "strike": np.full_like(rate, 100.0),
        "years": years,
        "rate": rate,
        "dividend_yield": dividend_yield,
        "volatility": volatility,
    }
    return {name: column[kept][:rows] for name, column in columns.items()}


def prices(columns: Columns, method: IntegralEquation | CrankNicolson, threads: int) -> npt.NDArray[np.float64]:
    """Give the prices of all rows."""
    found: npt.NDArray[np.float64] = value_options(columns, method, threads=threads, greeks=False)["price"]
    return found


def main(rows: int = 50_000, threads: int = 2) -> int:
    """Print the coverage; give the exit code."""
    columns = corner_cases(rows)
    found = value_options(columns, IntegralEquation.accurate(), threads=threads, greeks=False, error_estimate=True)
    errors = np.abs(found["price"] - prices(columns, REFERENCE, threads))
    covered = float(np.mean(errors <= found["error_estimate"]))
    stated = found["error_estimate"] > ROUNDING
    ratio = float(np.median(errors[stated] / found["error_estimate"][stated]))
    print(f"{len(errors)} options: covered {100.0 * covered:.2f} %, median actual / stated {ratio:.3f}")
    print(f"error: median {np.median(errors):.1e}, 99 % {np.quantile(errors, 0.99):.1e}, largest {errors.max():.1e}")
    witness = {name: column[::1000] for name, column in columns.items()}
    fine, coarse = (prices(witness, CrankNicolson(n, n // 2), threads) for n in (1600, 800))
    apart = np.abs(prices(witness, REFERENCE, threads) - fine)
    doubt = 2.0 * np.abs(fine - coarse) + 1e-6
    print(f"grid against high precision on {len(apart)}: {int(np.sum(apart <= doubt))} within the grid's own error")
    return 0 if covered >= 0.99 and ratio >= 0.05 else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
