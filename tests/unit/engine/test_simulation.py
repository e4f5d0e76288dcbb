"""The bound simulations: prices, stopping, refusals, repaired correlations."""

import pytest

from plimsoll import _core
from plimsoll.vocabulary.errors import PlimsollError

OPTION = _core.BasketOption(
    type=_core.OptionType.call, of=_core.Aggregate.largest, weights=[1.0, 1.0], strike=105.0, expiry=1.0
)
MODEL = _core.CorrelatedBlackScholes(
    spots=[100.0, 95.0],
    rate=0.05,
    dividend_yields=[0.02, 0.04],
    volatilities=[0.3, 0.2],
    correlation=[1.0, 0.4, 0.4, 1.0],
)
ONE = _core.BlackScholes(spot=100.0, rate=0.05, dividend_yield=0.02, volatility=0.25)
HESTON = _core.Heston(
    spot=100.0,
    rate=0.02,
    dividend_yield=0.01,
    variance=0.04,
    mean_reversion=0.5,
    long_variance=0.04,
    volatility_of_variance=0.5,
    correlation=-0.7,
)


def simulation(paths: int = 32_768, target_error: float = 0.0) -> _core.Simulation:
    return _core.Simulation(
        paths=paths,
        seed=3,
        threads=2,
        sequence=_core.Sequence.philox,
        antithetic=_core.Antithetic.no,
        control=_core.Control.best,
        target_error=target_error,
    )


def test_a_basket_agrees_with_its_quadrature_and_may_be_stopped() -> None:
    exact = _core.quadrature_price(OPTION, MODEL)
    found = _core.simulated_price(OPTION, MODEL, simulation())
    assert abs(found.price - exact) < 4.0 * found.standard_error
    heard: list[tuple[int, int]] = []

    def stop(paths: int, most: int, price: float, error: float) -> bool:
        heard.append((paths, most))
        return price > 0.0 and error > 0.0

    stopped = _core.simulated_price(OPTION, MODEL, simulation(1_000_000), stop=stop)
    assert stopped.end == _core.SimulationEnd.stopped
    assert heard == [(stopped.paths, 1_000_000)]


def test_too_few_paths_for_the_asked_error_are_refused_with_how_many_would_do() -> None:
    with pytest.raises(PlimsollError, match="for the asked error") as refused:
        _core.simulated_price(OPTION, MODEL, simulation(1_000, target_error=1e-3))
    assert "paths" in str(refused.value)


def test_every_product_is_bound() -> None:
    note = _core.Autocallable(
        notional=1.0,
        initial_fixings=[100.0, 95.0],
        coupon_dates=[1.0, 2.0],
        coupon=0.06,
        coupon_level=0.8,
        call_level=1.0,
        knock_in_level=0.6,
        strike_level=1.0,
        knock_in_dates=[],
        missed_coupons=0,
        knocked=_core.Knocked.no,
    )
    assert 0.5 < _core.simulated_price(note, MODEL, simulation(4_096)).price < 1.2
    cliquet = _core.BoundedCliquet(
        notional=1.0,
        last_fixing=100.0,
        reset_dates=[0.5, 1.0],
        local_floor=-0.1,
        local_cap=0.1,
        global_floor=-1.0,
        global_cap=1.0,
        past_sum=0.0,
    )
    single = _core.CorrelatedBlackScholes(
        spots=[100.0], rate=0.05, dividend_yields=[0.02], volatilities=[0.25], correlation=[1.0]
    )
    exact = _core.closed_form_price(cliquet, ONE)
    assert _core.simulated_price(cliquet, single, simulation(4_096)).price == pytest.approx(exact, abs=1e-12)
    bounds = _core.bermudan_bounds(
        _core.BermudanBasket(option=OPTION, exercise_dates=[0.5, 1.0]),
        MODEL,
        _core.LongstaffSchwartz(fitting_paths=1_024, paths=2_048, outer_paths=16, inner_paths=16, seed=1, threads=1),
    )
    assert bounds.lower < bounds.upper + 4.0 * bounds.upper_error


def test_barriers_heston_and_the_ladder_are_bound() -> None:
    cut = _core.PathCut(steps=4, importance=_core.Importance.shifted)
    far = _core.European(type=_core.OptionType.call, strike=250.0, expiry=1.0)
    found = _core.simulated_price(far, ONE, cut, simulation(8_192))
    assert abs(found.price - _core.numerics.black_scholes(far, ONE).price) < 4.0 * found.standard_error
    assert found.importance_gain > 100.0
    exact = _core.HestonPaths(scheme=_core.HestonScheme.exact, steps_per_year=1, least_steps=1)
    call = _core.European(type=_core.OptionType.call, strike=100.0, expiry=1.0)
    assert 5.0 < _core.simulated_price(call, HESTON, exact, simulation(4_096)).price < 10.0
    ladder = _core.Multilevel(target_error=0.02, seed=1, threads=1, most_levels=12)
    asian = _core.multilevel_continuous_asian(_core.OptionType.call, 100.0, 1.0, ONE, ladder)
    assert asian.claimed_error <= 0.0206
    assert len(asian.levels) >= 3


def test_a_correlation_is_repaired_with_a_report() -> None:
    """Higham (2002), Computing the nearest correlation matrix."""
    report = _core.nearest_correlation([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    assert report["distance"] == pytest.approx(0.5278, abs=5e-5)
    assert report["smallest_eigenvalue"] == pytest.approx(1.0 - 2.0**0.5)
    with pytest.raises(PlimsollError, match="rows of equal length"):
        _core.nearest_correlation([[1.0, 0.5], [0.5]])
