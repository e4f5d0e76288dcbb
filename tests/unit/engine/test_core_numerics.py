"""The bound random numbers, closed forms and simulations: shapes, conventions, refusals and replay."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from plimsoll import _core
from plimsoll.vocabulary.errors import PlimsollError

numerics = _core.numerics
MODEL = _core.BlackScholes(spot=100.0, rate=0.05, dividend_yield=0.02, volatility=0.25)
CALL = _core.European(type=_core.OptionType.call, strike=105.0, expiry=0.75)
FIXINGS = [0.1 * i for i in range(1, 11)]


def asian(past_count: int = 0, past_sum: float = 0.0) -> _core.ArithmeticAsian:
    return _core.ArithmeticAsian(
        type=_core.OptionType.call,
        strike=100.0,
        fixings=FIXINGS,
        expiry=1.0,
        past_count=past_count,
        past_sum=past_sum,
    )


def method(threads: int = 1) -> _core.MonteCarlo:
    return _core.MonteCarlo(paths=8192, seed=7, threads=threads)


def test_sobol_points_are_rows_in_gray_code_order() -> None:
    points = numerics.sobol_points(3, 2)
    assert points.shape == (3, 2)
    assert points.tolist() == [[0.5, 0.5], [0.75, 0.25], [0.25, 0.75]]
    assert np.array_equal(numerics.sobol_points(2, 2, first=2), points[1:])


def test_normal_draws_depend_on_seed_and_stream_alone() -> None:
    draws = numerics.philox_normals(1000, seed=1, stream=2)
    assert np.array_equal(draws, numerics.philox_normals(1000, 1, 2))
    assert not np.array_equal(draws, numerics.philox_normals(1000, 1, 3))
    assert abs(draws.mean()) < 4.0 / math.sqrt(1000)


def test_quantile_and_distribution_function_are_inverse() -> None:
    probabilities = np.array([1e-300, 0.025, 0.5, 0.9])
    back = numerics.normal_cdf(numerics.normal_quantile(probabilities))
    assert np.allclose(back, probabilities, rtol=1e-12, atol=0.0)


def test_simulation_agrees_with_closed_form_within_four_standard_errors() -> None:
    exact = numerics.black_scholes(CALL, MODEL)
    found = numerics.monte_carlo_european(CALL, MODEL, method())
    assert abs(found.price - exact.price) < 4.0 * found.standard_error
    assert abs(found.greeks.gamma - exact.greeks.gamma) < 4.0 * found.greek_errors.gamma


@pytest.mark.parametrize(
    ("simulate", "option"), [(numerics.monte_carlo_european, CALL), (numerics.monte_carlo_asian, asian())]
)
def test_simulation_gives_the_same_bits_on_one_and_two_threads(simulate: Callable[..., object], option: object) -> None:
    assert simulate(option, MODEL, method(1)) == simulate(option, MODEL, method(2))


def test_asian_stands_between_its_geometric_mean_and_its_approximation() -> None:
    found = numerics.monte_carlo_asian(asian(), MODEL, method())
    assert numerics.geometric_asian(asian(), MODEL).price < found.price
    assert found.price == pytest.approx(numerics.turnbull_wakeman(asian(), MODEL), rel=1e-2)
    assert found.variance_gain > 100.0


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: numerics.sobol_points(3, 2561), "dimensions"),
        (lambda: numerics.sobol_points(2, 1, first=2**32 - 1), "count"),
        (lambda: numerics.geometric_asian(asian(1, 100.0), MODEL), "fixings"),
        (
            lambda: numerics.black_scholes(
                CALL, _core.BlackScholes(spot=100.0, rate=0.0, dividend_yield=0.0, volatility=-0.1)
            ),
            "volatility",
        ),
        (lambda: numerics.monte_carlo_european(CALL, MODEL, _core.MonteCarlo(paths=0, seed=1, threads=1)), "paths"),
    ],
)
def test_bad_input_is_refused_by_field(call: Callable[[], object], field: str) -> None:
    with pytest.raises(PlimsollError) as refused:
        call()
    assert refused.value.field.endswith(field)
