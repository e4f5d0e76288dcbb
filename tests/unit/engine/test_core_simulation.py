"""Sensitivities by input and by route, through the extension."""

import pickle
from collections.abc import Callable

import pytest

from plimsoll import _core
from plimsoll.vocabulary.errors import PlimsollError

numerics = _core.numerics

MODEL = _core.BlackScholes(spot=100.0, rate=0.03, dividend_yield=0.01, volatility=0.2)
CALL = _core.European(type=_core.OptionType.call, strike=105.0, expiry=0.8)
METHOD = _core.MonteCarlo(paths=16384, seed=7, threads=1)
CURVED = _core.TermStructureBlackScholes(
    spot=100.0, pillars=[0.5, 1.0], rates=[0.03, 0.03], dividend_yields=[0.01, 0.01], volatilities=[0.2, 0.2]
)
GRID = _core.LocalVolatilityGrid(
    spot=100.0,
    rate=0.03,
    dividend_yield=0.01,
    times=[1.0],
    low_spot=50.0,
    high_spot=200.0,
    columns=3,
    volatilities=[0.2, 0.2, 0.2],
)


def by_name(found: _core.PathValuation) -> dict[str, _core.Estimate]:
    return {one.input: one.estimate for one in found.sensitivities}


def test_sensitivities_have_the_names_of_their_inputs_and_add_up_to_those_of_the_flat_model() -> None:
    exact = numerics.black_scholes(CALL, MODEL)
    found = numerics.monte_carlo_by_inputs(CALL, CURVED, METHOD)
    inputs = by_name(found)
    assert set(inputs) == {"elapsed", "spot"} | {
        f"{what} to {pillar}" for what in ("rate", "dividend_yield", "volatility") for pillar in ("0.5", "1")
    }
    assert abs(found.price.mean - exact.price) < 4.0 * found.price.standard_error
    pillars = [inputs["volatility to 0.5"], inputs["volatility to 1"]]
    error = sum(one.standard_error for one in pillars)
    assert abs(sum(one.mean for one in pillars) - exact.greeks.vega) < 4.0 * error
    assert found.gamma is not None
    assert abs(found.gamma.mean - exact.greeks.gamma) < 4.0 * found.gamma.standard_error
    assert pickle.loads(pickle.dumps(found)) == found


def test_table_of_local_volatilities_has_a_sensitivity_for_each_node() -> None:
    found = numerics.monte_carlo_by_inputs(CALL, GRID, METHOD, longest_step=0.2)
    inputs = by_name(found)
    assert {"local_volatility to 1 at 50", "local_volatility to 1 at 100", "local_volatility to 1 at 200"} < set(inputs)
    exact = numerics.black_scholes(CALL, MODEL)
    assert abs(inputs["spot"].mean - exact.greeks.delta) < 4.0 * inputs["spot"].standard_error
    assert found.gamma is None


@pytest.mark.parametrize(
    ("option", "routes"),
    [
        (CALL, {"pathwise", "likelihood_ratio", "mixed", "conditional", "bumped"}),
        (
            _core.Digital(
                type=_core.OptionType.call,
                payout=_core.Payout.cash,
                strike=102.0,
                cash=10.0,
                paid_strike=0.0,
                expiry=0.5,
            ),
            {"likelihood_ratio", "conditional", "smoothed", "bumped"},
        ),
    ],
)
def test_routes_stand_side_by_side_with_their_errors(option: _core.European | _core.Digital, routes: set[str]) -> None:
    report = numerics.greek_routes(option, MODEL, _core.MonteCarlo(paths=4096, seed=3, threads=2))
    assert {route.route.name for route in report.routes} == routes
    assert report.disagreements == []
    for route in report.routes:
        for one in route.estimates:
            assert one.corrected.standard_error > 0.0
            assert one.corrected.mean == pytest.approx(one.raw.mean - one.bias.mean, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: numerics.monte_carlo_by_inputs(CALL, GRID, METHOD, longest_step=-1.0), "longest_step"),
        (
            lambda: numerics.greek_routes(
                CALL, _core.BlackScholes(spot=100.0, rate=0.0, dividend_yield=0.0, volatility=-0.2), METHOD
            ),
            "volatility",
        ),
    ],
)
def test_bad_input_is_refused_by_field(call: Callable[[], object], field: str) -> None:
    with pytest.raises(PlimsollError) as refused:
        call()
    assert refused.value.field.endswith(field)
