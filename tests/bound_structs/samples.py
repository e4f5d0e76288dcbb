"""Values that several structs hold."""

from datetime import date

from plimsoll import _core

OPTION = _core.OptionTerms(
    underlying="ABC",
    type=_core.OptionType.call,
    exercise=_core.Exercise.european,
    strike=1.5,
    expiry=date(2026, 1, 5),
)
GREEKS = _core.Greeks(delta=1.0, gamma=2.0, vega=3.0, theta=4.0, rho=5.0)
NO_GREEKS = _core.Greeks(delta=0.0, gamma=0.0, vega=0.0, theta=0.0, rho=0.0)
SEVERAL = _core.SeveralGreeks(
    by_underlying=[_core.UnderlyingGreeks(underlying="ABC", delta=1.0, gamma=2.0, vega=3.0, dividend=4.0)],
    by_pair=[_core.PairGreeks(first="ABC", second="XYZ", cross_gamma=4.0, correlation=5.0)],
)
NO_SEVERAL = _core.SeveralGreeks(by_underlying=[], by_pair=[])
EVIDENCE = _core.Evidence(
    trade_digest="a", snapshot_digest="b", method_digest="c", method="d", library_version="e", seed=None, isa="f"
)
ESTIMATE = _core.Estimate(mean=1.0, standard_error=0.1)
OTHER_ESTIMATE = _core.Estimate(mean=2.0, standard_error=0.2)
SENSITIVITY = _core.Sensitivity(input="spot", estimate=ESTIMATE)
BY_ROUTE = _core.RouteEstimate(measure="delta", raw=ESTIMATE, bias=ESTIMATE, corrected=ESTIMATE)
BY_SCRIPT = _core.ScriptedSensitivity(
    asset=0,
    delta_bumped=ESTIMATE,
    delta_by_likelihood_ratio=ESTIMATE,
    vega_bumped=ESTIMATE,
    vega_by_likelihood_ratio=ESTIMATE,
)
ROUTE = _core.RouteGreeks(route=_core.GreekRoute.mixed, estimates=[BY_ROUTE])
PAIR = _core.RouteDisagreement(
    measure="delta", one=_core.GreekRoute.mixed, other=_core.GreekRoute.bumped, standard_errors=4.0
)
OBSERVED, ASSUMED = _core.Status.observed, _core.Status.assumed
CORRELATION = _core.Correlation(first="ABC", second="XYZ", value=0.5, status=OBSERVED)
CORRELATION_REPAIR = _core.CorrelationRepair(
    underlyings=["A", "B", "C"], distance=0.5, largest_change=0.2, smallest_eigenvalue=-0.2
)
CALL, PUT = _core.OptionType.call, _core.OptionType.put
TWO_ASSET_GREEKS, OTHER_TWO_ASSET_GREEKS = (
    _core.TwoAssetGreeks(
        delta1=1.0,
        delta2=2.0,
        gamma1=3.0,
        gamma2=4.0,
        cross_gamma=cross,
        vega1=6.0,
        vega2=7.0,
        correlation=8.0,
        theta=9.0,
        rho=10.0,
        dividend1=11.0,
        dividend2=12.0,
    )
    for cross in (5.0, 0.0)
)

STATE = {
    "state": (_core.BarrierState.alive, _core.BarrierState.knocked),
    "knocked_on": (None, date(2025, 12, 30)),
}
CELL = _core.MethodOfProduct(method="a", family="b", valued=True, valued_with_cash_dividends=False)

MARKET = {"spot": (100.0, 90.0), "rate": (0.05, 0.04), "dividend_yield": (0.0, 0.01)}
STOCHASTIC_VARIANCE = {
    "variance": (0.04, 0.05),
    "mean_reversion": (1.0, 2.0),
    "long_variance": (0.04, 0.05),
    "volatility_of_variance": (0.5, 0.6),
    "correlation": (-0.5, 0.5),
}
GARCH = MARKET | {
    "variance": (1e-4, 2e-4),
    "constant": (1e-6, 2e-6),
    "reaction": (0.05, 0.06),
    "persistence": (0.9, 0.8),
    "leverage": (0.05, 0.1),
    "risk_premium": (0.1, 0.2),
    "days_per_year": (365.0, 250.0),
}

BASKET, OTHER_BASKET = (
    _core.BasketOption(
        type=_core.OptionType.call, of=_core.Aggregate.sum, weights=[1.0, -1.0], strike=strike, expiry=1.0
    )
    for strike in (0.0, 5.0)
)
LEVEL, OTHER_LEVEL = (_core.LevelReport(samples=10, mean=1.0, variance=v) for v in (0.5, 0.25))
