"""Every field of every bound struct: one list gives the constructor, repr, equality, pickle, plain data and digest."""

import pickle
from datetime import date
from typing import Any

import pytest

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
EVIDENCE = _core.Evidence(
    trade_digest="a", snapshot_digest="b", method_digest="c", method="d", library_version="e", seed=None, isa="f"
)
ESTIMATE = _core.Estimate(mean=1.0, standard_error=0.1)
OTHER_ESTIMATE = _core.Estimate(mean=2.0, standard_error=0.2)
SENSITIVITY = _core.Sensitivity(input="spot", estimate=ESTIMATE)
BY_ROUTE = _core.RouteEstimate(measure="delta", raw=ESTIMATE, bias=ESTIMATE, corrected=ESTIMATE)
ROUTE = _core.RouteGreeks(route=_core.GreekRoute.mixed, estimates=[BY_ROUTE])
PAIR = _core.RouteDisagreement(
    measure="delta", one=_core.GreekRoute.mixed, other=_core.GreekRoute.bumped, standard_errors=4.0
)
OBSERVED, ASSUMED = _core.Status.observed, _core.Status.assumed
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
    )
    for cross in (5.0, 0.0)
)

STATE = {
    "state": (_core.BarrierState.alive, _core.BarrierState.knocked),
    "knocked_on": (None, date(2025, 12, 30)),
}
CELL = _core.MethodOfProduct(method="a", family="b", valued=True, valued_with_cash_dividends=False)

# For each struct: its fields with a value and another one; each field is changed alone.
MARKET = {"spot": (100.0, 90.0), "rate": (0.05, 0.04), "dividend_yield": (0.0, 0.01)}
STOCHASTIC_VARIANCE = {
    "variance": (0.04, 0.05),
    "mean_reversion": (1.0, 2.0),
    "long_variance": (0.04, 0.05),
    "volatility_of_variance": (0.5, 0.6),
    "correlation": (-0.5, 0.5),
}

STRUCTS: dict[type, dict[str, tuple[Any, Any]]] = {
    _core.Error: {
        "code": (_core.ErrorCode.invalid_value, _core.ErrorCode.integrity),
        "field": ("strike", "spot"),
        "value": ("-1", "-2"),
        "allowed": (">= 0", "> 0"),
        "fix": ("mend it", "leave it"),
    },
    _core.OptionTerms: {
        "underlying": ("ABC", "XYZ"),
        "type": (_core.OptionType.call, _core.OptionType.put),
        "exercise": (_core.Exercise.european, _core.Exercise.american),
        "strike": (1.5, 2.5),
        "expiry": (date(2026, 1, 5), date(1969, 12, 31)),
    },
    _core.AsianTerms: {
        "underlying": ("ABC", "XYZ"),
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike": (1.5, 2.5),
        "fixings": ([date(2026, 1, 5)], []),
        "fixed": ([1.0], [2.0]),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
    },
    _core.Estimate: {"mean": (1.0, 2.0), "standard_error": (0.1, 0.2)},
    _core.Sensitivity: {"input": ("spot", "rate"), "estimate": (ESTIMATE, OTHER_ESTIMATE)},
    _core.PathValuation: {
        "price": (ESTIMATE, OTHER_ESTIMATE),
        "sensitivities": ([SENSITIVITY], []),
        "gamma": (ESTIMATE, None),
        "tape_bytes": (1, 2),
    },
    _core.TermStructureBlackScholes: {
        "spot": (100.0, 90.0),
        "pillars": ([0.5, 1.0], [0.5]),
        "rates": ([0.01], [0.02]),
        "dividend_yields": ([0.03], [0.04]),
        "volatilities": ([0.2], [0.3]),
    },
    _core.LocalVolatilityGrid: {
        "spot": (100.0, 90.0),
        "rate": (0.01, 0.02),
        "dividend_yield": (0.03, 0.04),
        "times": ([1.0], [2.0]),
        "low_spot": (50.0, 60.0),
        "high_spot": (150.0, 160.0),
        "columns": (2, 3),
        "volatilities": ([0.2, 0.3], [0.2, 0.4]),
    },
    _core.RouteEstimate: {
        "measure": ("delta", "gamma"),
        "raw": (ESTIMATE, OTHER_ESTIMATE),
        "bias": (ESTIMATE, OTHER_ESTIMATE),
        "corrected": (ESTIMATE, OTHER_ESTIMATE),
    },
    _core.RouteGreeks: {
        "route": (_core.GreekRoute.mixed, _core.GreekRoute.bumped),
        "estimates": ([BY_ROUTE], []),
    },
    _core.RouteDisagreement: {
        "measure": ("delta", "gamma"),
        "one": (_core.GreekRoute.mixed, _core.GreekRoute.smoothed),
        "other": (_core.GreekRoute.bumped, _core.GreekRoute.pathwise),
        "standard_errors": (4.0, 5.0),
    },
    _core.RouteReport: {"routes": ([ROUTE], []), "disagreements": ([PAIR], [])},
    _core.StockTerms: {"underlying": ("ABC", "XYZ")},
    _core.FutureTerms: {"underlying": ("ABC", "XYZ"), "expiry": (date(2026, 1, 5), date(2026, 1, 6))},
    _core.DigitalTerms: {
        "underlying": ("ABC", "XYZ"),
        "type": (_core.OptionType.call, _core.OptionType.put),
        "payout": (_core.Payout.cash, _core.Payout.asset),
        "strike": (1.5, 2.5),
        "amount": (1.0, 2.0),
        "paid_strike": (0.0, 1.0),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
    },
    _core.TouchTerms: {
        "underlying": ("ABC", "XYZ"),
        "payout": (_core.Payout.cash, _core.Payout.asset),
        "amount": (1.0, 2.0),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "settlement": (_core.Settlement.at_hit, _core.Settlement.at_expiry),
        "level": (1.5, 2.5),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
        **STATE,
    },
    _core.BarrierTerms: {
        "underlying": ("ABC", "XYZ"),
        "type": (_core.OptionType.call, _core.OptionType.put),
        "payout": (_core.Payout.difference, _core.Payout.asset),
        "strike": (1.5, 2.5),
        "amount": (1.0, 2.0),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "barrier": (1.0, 2.0),
        "rebate": (0.0, 1.0),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
        **STATE,
    },
    _core.DoubleBarrierTerms: {
        "underlying": ("ABC", "XYZ"),
        "type": (_core.OptionType.call, _core.OptionType.put),
        "payout": (_core.Payout.difference, _core.Payout.asset),
        "strike": (1.5, 2.5),
        "amount": (1.0, 2.0),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "lower": (1.0, 1.1),
        "upper": (2.0, 3.0),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
        **STATE,
    },
    _core.SoftBarrierTerms: {
        "underlying": ("ABC", "XYZ"),
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike": (1.5, 2.5),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "lower": (1.0, 1.1),
        "upper": (2.0, 3.0),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
        "extremum": (1.0, 2.0),
    },
    _core.LookbackTerms: {
        "underlying": ("ABC", "XYZ"),
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike_kind": (_core.LookbackStrike.floating, _core.LookbackStrike.fixed),
        "strike": (1.5, 2.5),
        "extremum": (1.0, 2.0),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
    },
    _core.Payment: {
        "payout": (_core.Payout.cash, _core.Payout.asset),
        "amount": (1.0, 2.0),
        "expiry": (0.5, 0.75),
    },
    _core.MethodOfProduct: {
        "method": ("a", "z"),
        "family": ("b", "z"),
        "valued": (True, False),
        "valued_with_cash_dividends": (False, True),
    },
    _core.ProductMethods: {
        "product": ("a", "z"),
        "model": ("b", "z"),
        "needs_a_model": (True, False),
        "methods": ([], [CELL]),
    },
    _core.Trade: {
        "id": ("T1", "T2"),
        "quantity": (1.0, -1.0),
        "multiplier": (100.0, 50.0),
        "terms": (OPTION, _core.StockTerms(underlying="ABC")),
    },
    _core.European: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike": (1.5, 2.5),
        "expiry": (0.5, 0.75),
    },
    _core.American: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike": (1.5, 2.5),
        "expiry": (0.5, 0.75),
    },
    _core.ArithmeticAsian: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike": (1.5, 2.5),
        "fixings": ([0.1, 0.2], [0.1]),
        "expiry": (0.5, 0.75),
        "past_count": (1, 2),
        "past_sum": (90.0, 91.0),
    },
    _core.Digital: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "payout": (_core.Payout.cash, _core.Payout.asset),
        "strike": (1.5, 2.5),
        "cash": (1.0, 2.0),
        "paid_strike": (0.0, 1.0),
        "expiry": (0.5, 0.75),
    },
    _core.Touch: {
        "payout": (_core.Payout.cash, _core.Payout.asset),
        "cash": (1.0, 2.0),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "settlement": (_core.Settlement.at_hit, _core.Settlement.at_expiry),
        "level": (1.5, 2.5),
        "expiry": (0.5, 0.75),
    },
    _core.Barrier: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "payout": (_core.Payout.difference, _core.Payout.asset),
        "strike": (1.5, 2.5),
        "cash": (1.0, 2.0),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "barrier": (1.0, 2.0),
        "rebate": (0.0, 1.0),
        "expiry": (0.5, 0.75),
    },
    _core.DoubleBarrier: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "payout": (_core.Payout.difference, _core.Payout.asset),
        "strike": (1.5, 2.5),
        "cash": (1.0, 2.0),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "lower": (1.0, 1.1),
        "upper": (2.0, 3.0),
        "expiry": (0.5, 0.75),
    },
    _core.SoftBarrier: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike": (1.5, 2.5),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "lower": (1.0, 1.1),
        "upper": (2.0, 3.0),
        "expiry": (0.5, 0.75),
        "extremum": (None, 1.5),
    },
    _core.Lookback: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "kind": (_core.LookbackStrike.floating, _core.LookbackStrike.fixed),
        "strike": (1.5, 2.5),
        "extremum": (1.0, 2.0),
        "expiry": (0.5, 0.75),
    },
    _core.PartialTimeBarrier: {
        "type": (CALL, PUT),
        "strike": (1.5, 2.5),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "window": (_core.BarrierWindow.start, _core.BarrierWindow.end_any_side),
        "barrier": (1.0, 2.0),
        "cover": (0.25, 0.3),
        "expiry": (0.5, 0.75),
    },
    _core.PartialLookback: {
        "type": (CALL, PUT),
        "kind": (_core.LookbackStrike.floating, _core.LookbackStrike.fixed),
        "strike": (1.5, 2.5),
        "fraction": (1.0, 1.1),
        "extremum": (1.0, 2.0),
        "window": (0.25, 0.3),
        "expiry": (0.5, 0.75),
    },
    _core.DoubleTouch: {
        "order": (_core.TouchOrder.neither, _core.TouchOrder.lower_first),
        "cash": (1.0, 2.0),
        "lower": (1.0, 1.1),
        "upper": (2.0, 3.0),
        "expiry": (0.5, 0.75),
    },
    _core.Compound: {
        "type": (CALL, PUT),
        "strike": (1.5, 2.5),
        "expiry": (0.5, 0.75),
        "daughter_type": (CALL, PUT),
        "daughter_strike": (10.0, 11.0),
        "daughter_expiry": (1.0, 1.5),
    },
    _core.Chooser: {
        "choice": (0.25, 0.3),
        "call_strike": (1.5, 2.5),
        "call_expiry": (0.5, 0.75),
        "put_strike": (1.6, 2.6),
        "put_expiry": (0.6, 0.8),
    },
    _core.ForwardStart: {
        "type": (CALL, PUT),
        "moneyness": (1.0, 1.1),
        "start": (0.25, 0.3),
        "expiry": (0.5, 0.75),
    },
    _core.Cliquet: {"type": (CALL, PUT), "moneyness": (1.0, 1.1), "dates": ([0.1, 0.2], [0.1, 0.3])},
    _core.Extendible: {
        "type": (CALL, PUT),
        "by": (_core.ExtendedBy.holder, _core.ExtendedBy.writer),
        "strike": (1.5, 2.5),
        "expiry": (0.5, 0.75),
        "extended_strike": (1.6, 2.6),
        "extended_expiry": (1.0, 1.5),
        "premium": (0.0, 1.0),
    },
    _core.ExchangeOption: {"received": (1.0, 2.0), "delivered": (3.0, 4.0), "expiry": (0.5, 0.75)},
    _core.ExtremeOption: {
        "type": (CALL, PUT),
        "of": (_core.Extreme.minimum, _core.Extreme.maximum),
        "strike": (1.5, 2.5),
        "expiry": (0.5, 0.75),
    },
    _core.CorrelationOption: {
        "type": (CALL, PUT),
        "first_strike": (1.5, 2.5),
        "second_strike": (3.5, 4.5),
        "expiry": (0.5, 0.75),
    },
    _core.TwoAssetBarrier: {
        "type": (CALL, PUT),
        "strike": (1.5, 2.5),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "barrier": (1.0, 2.0),
        "expiry": (0.5, 0.75),
    },
    _core.Spread: {"type": (CALL, PUT), "strike": (1.5, -2.5), "expiry": (0.5, 0.75)},
    _core.TwoAssets: {
        "spot1": (100.0, 101.0),
        "spot2": (90.0, 91.0),
        "dividend_yield1": (0.01, 0.02),
        "dividend_yield2": (0.03, 0.04),
        "volatility1": (0.2, 0.3),
        "volatility2": (0.4, 0.5),
        "correlation": (0.5, -0.5),
        "rate": (0.05, 0.06),
    },
    _core.TwoAssetGreeks: {
        name: (float(index), -1.0)
        for index, name in enumerate(
            (
                "delta1",
                "delta2",
                "gamma1",
                "gamma2",
                "cross_gamma",
                "vega1",
                "vega2",
                "correlation",
                "theta",
                "rho",
            )
        )
    },
    _core.PricedTwoAssets: {"price": (1.0, 2.0), "greeks": (TWO_ASSET_GREEKS, OTHER_TWO_ASSET_GREEKS)},
    _core.Quanto: {"foreign_rate": (0.01, 0.02), "exchange_volatility": (0.1, 0.2), "correlation": (0.3, -0.3)},
    _core.Bachelier: {"forward": (100.0, -1.0), "rate": (0.01, 0.02), "volatility": (20.0, 30.0)},
    _core.FxSmile: {
        "spot": (1.3, 1.4),
        "domestic_rate": (0.01, 0.02),
        "foreign_rate": (0.03, 0.04),
        "years": (0.5, 1.0),
        "put_volatility": (0.11, 0.12),
        "straddle_volatility": (0.1, 0.13),
        "call_volatility": (0.09, 0.14),
    },
    _core.VannaVolgaPrice: {
        "price": (1.0, 2.0),
        "flat_price": (1.1, 2.0),
        "correction": (1.2, 2.0),
        "survival": (0.3, 0.4),
        "plain_price": (1.5, 2.0),
    },
    _core.ContinuousAsian: {
        "type": (CALL, PUT),
        "strike": (1.5, 2.5),
        "expiry": (0.5, 0.75),
        "elapsed": (0.1, 0.2),
        "average": (1.0, 2.0),
    },
    _core.PriceAndError: {"price": (1.0, 2.0), "error": (0.1, 0.2)},
    _core.StripQuote: {"strike": (1.5, 2.5), "volatility": (0.2, 0.3)},
    _core.VarianceStrip: {
        "puts": ([_core.StripQuote(strike=1.5, volatility=0.2)], []),
        "calls": ([_core.StripQuote(strike=2.5, volatility=0.2)], []),
        "expiry": (0.5, 0.75),
    },
    _core.Stock: {},
    _core.Future: {"expiry": (0.5, 0.75)},
    _core.CashDividend: {"ex_date": (date(2026, 1, 5), date(2026, 1, 6)), "amount": (1.0, 2.0)},
    _core.UnderlyingMarket: {
        "name": ("ABC", "XYZ"),
        "spot": (100.0, 101.0),
        "price_basis": (_core.PriceBasis.raw, _core.PriceBasis.adjusted),
        "rate": (_core.Curve.flat(0.01), _core.Curve.flat(0.02)),
        "rate_status": (OBSERVED, ASSUMED),
        "dividend_yield": (_core.Curve.flat(0.03), _core.Curve.flat(0.04)),
        "dividend_status": (OBSERVED, ASSUMED),
        "dividends": ([_core.CashDividend(ex_date=date(2026, 1, 5), amount=1.0)], []),
        "surface": (_core.VolatilitySurface.flat(0.2), _core.VolatilitySurface.flat(0.3)),
        "volatility_status": (OBSERVED, ASSUMED),
    },
    _core.ClosedForm: {},
    _core.LeisenReimer: {
        "steps": (101, 103),
        "extrapolation": (_core.Extrapolation.none, _core.Extrapolation.richardson),
    },
    _core.CrankNicolson: {
        "space_steps": (100, 200),
        "time_steps": (50, 60),
        "extrapolation": (_core.Extrapolation.none, _core.Extrapolation.richardson),
    },
    _core.IntegralEquation: {
        "nodes": (12, 13),
        "points": (14, 15),
        "steps": (4, 5),
        "price_points": (36, 37),
    },
    _core.BaroneAdesiWhaley: {},
    _core.BjerksundStensland: {"edition": (_core.BoundaryEdition.flat_1993, _core.BoundaryEdition.two_steps_2002)},
    _core.JuQuadratic: {},
    _core.Binomial: {
        "moves": (_core.BinomialMoves.jarrow_rudd, _core.BinomialMoves.tian),
        "steps": (100, 200),
        "extrapolation": (_core.Extrapolation.none, _core.Extrapolation.richardson),
        "last_step": (_core.LastStep.payoff, _core.LastStep.black_scholes),
    },
    _core.Trinomial: {
        "steps": (100, 200),
        "extrapolation": (_core.Extrapolation.none, _core.Extrapolation.richardson),
        "last_step": (_core.LastStep.payoff, _core.LastStep.black_scholes),
    },
    _core.RainbowLattice: {
        "steps": (100, 200),
        "extrapolation": (_core.Extrapolation.none, _core.Extrapolation.richardson),
    },
    _core.Rainbow: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "underlying": (_core.RainbowUnderlying.best_of, _core.RainbowUnderlying.spread),
        "strike": (90.0, 95.0),
        "quantity_one": (1.0, 2.0),
        "quantity_two": (3.0, 4.0),
        "exercise": (_core.Exercise.european, _core.Exercise.american),
        "exercise_dates": (0, 9),
        "expiry": (0.5, 0.75),
    },
    _core.Shout: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "strike": (90.0, 95.0),
        "expiry": (0.5, 0.75),
    },
    _core.TwoAssetBlackScholes: {
        "spot_one": (100.0, 101.0),
        "spot_two": (90.0, 91.0),
        "yield_one": (0.01, 0.02),
        "yield_two": (0.03, 0.04),
        "volatility_one": (0.2, 0.25),
        "volatility_two": (0.3, 0.35),
        "correlation": (0.5, -0.5),
        "rate": (0.05, 0.06),
    },
    _core.RainbowGreeks: {
        name: (float(place), -1.0)
        for place, name in enumerate(
            (
                "price",
                "delta_one",
                "delta_two",
                "gamma_one",
                "gamma_two",
                "cross_gamma",
                "vega_one",
                "vega_two",
                "by_correlation",
                "theta",
                "rho",
            )
        )
    },
    _core.MonteCarlo: {"paths": (1024, 2048), "seed": (1, 2**64 - 1), "threads": (1, 2)},
    _core.Greeks: {
        "delta": (1.0, 9.0),
        "gamma": (2.0, 9.0),
        "vega": (3.0, 9.0),
        "theta": (4.0, 9.0),
        "rho": (5.0, 9.0),
    },
    _core.Evidence: {
        "trade_digest": ("a", "z"),
        "snapshot_digest": ("b", "z"),
        "method_digest": ("c", "z"),
        "method": ("d", "z"),
        "library_version": ("e", "z"),
        "seed": (None, 7),
        "isa": ("f", "z"),
    },
    _core.Valuation: {
        "price": (1.0, 2.0),
        "greeks": (GREEKS, NO_GREEKS),
        "standard_error": (None, 0.5),
        "greek_standard_errors": (None, GREEKS),
        "error_estimate": (None, 1e-6),
        "flags": ([_core.Flag.assumed_rate], []),
        "evidence": (
            EVIDENCE,
            _core.Evidence(
                trade_digest="a",
                snapshot_digest="b",
                method_digest="c",
                method="d",
                library_version="e",
                seed=1,
                isa="f",
            ),
        ),
    },
    _core.BlackScholes: {
        "spot": (100.0, 101.0),
        "rate": (0.01, 0.02),
        "dividend_yield": (0.03, 0.04),
        "volatility": (0.2, 0.3),
    },
    _core.PricedGreeks: {"price": (1.0, 2.0), "greeks": (GREEKS, NO_GREEKS)},
    _core.MonteCarloResult: {
        "price": (1.0, 2.0),
        "standard_error": (0.1, 0.2),
        "greeks": (GREEKS, NO_GREEKS),
        "greek_errors": (GREEKS, NO_GREEKS),
        "variance_gain": (1.0, 3.0),
    },
    _core.Position: {
        "value": (1.0, 2.0),
        "greeks": (GREEKS, NO_GREEKS),
    },
}
BASKET, OTHER_BASKET = (
    _core.BasketOption(
        type=_core.OptionType.call, of=_core.Aggregate.sum, weights=[1.0, -1.0], strike=strike, expiry=1.0
    )
    for strike in (0.0, 5.0)
)
LEVEL, OTHER_LEVEL = (_core.LevelReport(samples=10, mean=1.0, variance=v) for v in (0.5, 0.25))
STRUCTS |= {
    _core.BasketOption: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "of": (_core.Aggregate.sum, _core.Aggregate.smallest),
        "weights": ([1.0, -1.0], [1.0, 1.0]),
        "strike": (0.0, 5.0),
        "expiry": (0.5, 0.75),
    },
    _core.BermudanBasket: {"option": (BASKET, OTHER_BASKET), "exercise_dates": ([0.5, 1.0], [1.0])},
    _core.Autocallable: {
        "notional": (1.0, 2.0),
        "initial_fixings": ([100.0], [90.0]),
        "coupon_dates": ([1.0], [1.0, 2.0]),
        "coupon": (0.05, 0.06),
        "coupon_level": (0.8, 0.7),
        "call_level": (1.0, 1.1),
        "knock_in_level": (0.6, 0.5),
        "strike_level": (1.0, 0.9),
        "knock_in_dates": ([], [0.5]),
        "missed_coupons": (0, 1),
        "knocked": (_core.Knocked.no, _core.Knocked.yes),
    },
    _core.BoundedCliquet: {
        "notional": (1.0, 2.0),
        "last_fixing": (100.0, 90.0),
        "reset_dates": ([1.0], [1.0, 2.0]),
        "local_floor": (-0.1, 0.0),
        "local_cap": (0.1, 0.2),
        "global_floor": (0.0, 0.01),
        "global_cap": (0.3, 0.4),
        "past_sum": (0.0, 0.05),
    },
    _core.CorrelatedBlackScholes: {
        "spots": ([100.0], [90.0]),
        "rate": (0.05, 0.04),
        "dividend_yields": ([0.0], [0.01]),
        "volatilities": ([0.2], [0.3]),
        "correlation": ([1.0], [0.9]),
    },
    _core.Simulation: {
        "paths": (1024, 2048),
        "seed": (1, 2),
        "threads": (1, 2),
        "sequence": (_core.Sequence.philox, _core.Sequence.sobol),
        "antithetic": (_core.Antithetic.no, _core.Antithetic.yes),
        "control": (_core.Control.none, _core.Control.best),
        "target_error": (0.0, 0.01),
    },
    _core.PathCut: {"steps": (8, 16), "importance": (_core.Importance.none, _core.Importance.shifted)},
    _core.HestonPaths: {
        "scheme": (_core.HestonScheme.quadratic_exponential, _core.HestonScheme.exact),
        "steps_per_year": (32, 16),
        "least_steps": (4, 2),
    },
    _core.SimulatedPrice: {
        "price": (1.0, 2.0),
        "standard_error": (0.1, 0.2),
        "paths": (1024, 2048),
        "control": ("", "forwards"),
        "variance_gain": (1.0, 2.0),
        "end": (_core.SimulationEnd.all_paths, _core.SimulationEnd.stopped),
        "importance_gain": (1.0, 2.0),
    },
    _core.LongstaffSchwartz: {
        "fitting_paths": (1024, 2048),
        "paths": (1024, 2048),
        "outer_paths": (0, 16),
        "inner_paths": (64, 128),
        "seed": (1, 2),
        "threads": (1, 2),
    },
    _core.BermudanBounds: {
        "lower": (1.0, 1.1),
        "lower_error": (0.01, 0.02),
        "upper": (1.2, 1.3),
        "upper_error": (0.01, 0.02),
        "variance_gain": (1.0, 2.0),
    },
    _core.Multilevel: {"target_error": (0.01, 0.02), "seed": (1, 2), "threads": (1, 2), "most_levels": (12, 10)},
    _core.LevelReport: {"samples": (10, 20), "mean": (1.0, 2.0), "variance": (0.5, 0.25)},
    _core.MultilevelPrice: {
        "price": (1.0, 2.0),
        "claimed_error": (0.01, 0.02),
        "standard_error": (0.01, 0.02),
        "bias_bound": (0.001, 0.002),
        "work": (0.5, 0.25),
        "levels": ([LEVEL], [OTHER_LEVEL]),
    },
    _core.Heston: MARKET | STOCHASTIC_VARIANCE,
    _core.Merton: MARKET
    | {
        "volatility": (0.2, 0.3),
        "jump_intensity": (0.5, 1.0),
        "mean_log_jump": (-0.1, 0.1),
        "log_jump_deviation": (0.2, 0.1),
    },
    _core.VarianceGamma: MARKET | {"volatility": (0.2, 0.3), "variance_rate": (0.2, 0.1), "drift": (-0.1, 0.1)},
    _core.Bates: MARKET
    | STOCHASTIC_VARIANCE
    | {"jump_intensity": (0.5, 1.0), "mean_log_jump": (-0.1, 0.1), "log_jump_deviation": (0.2, 0.1)},
    _core.RoughHeston: MARKET | STOCHASTIC_VARIANCE | {"hurst": (0.1, 0.2)},
    _core.Sabr: {
        "level": (0.2, 0.3),
        "elasticity": (0.5, 0.7),
        "volatility_of_level": (0.4, 0.5),
        "correlation": (-0.3, 0.3),
    },
    _core.StrikeLadder: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "expiry": (1.0, 2.0),
        "strikes": ([90.0, 100.0], [80.0]),
    },
    _core.QuotedExpiry: {
        "years": (1.0, 2.0),
        "forward": (100.0, 101.0),
        "discount": (0.95, 0.96),
        "types": ([_core.OptionType.call], [_core.OptionType.put]),
        "strikes": ([100.0], [90.0]),
        "prices": ([8.0], [9.0]),
        "weights": ([1.0], [2.0]),
    },
}

FIELDS = [(struct, name) for struct, fields in STRUCTS.items() for name in fields]


def made(struct: type, **changes: Any) -> Any:
    return struct(**{name: values[0] for name, values in STRUCTS[struct].items()} | changes)


def test_every_bound_struct_is_walked() -> None:
    described = {
        bound
        for bound in vars(_core).values()
        if isinstance(bound, type) and "to_dict" in vars(bound) and "__setstate__" in vars(bound)
    }
    assert described - {_core.Curve, _core.VolatilitySurface} == set(STRUCTS)


@pytest.mark.parametrize(("struct", "name"), FIELDS, ids=[f"{s.__name__}.{n}" for s, n in FIELDS])
def test_a_field_is_read_where_it_was_written_and_counts_everywhere(struct: type, name: str) -> None:
    value, other = STRUCTS[struct][name]
    plain, changed = made(struct), made(struct, **{name: other})
    assert getattr(plain, name) == value
    assert getattr(changed, name) == other
    for unchanged in set(STRUCTS[struct]) - {name}:
        assert getattr(changed, unchanged) == getattr(plain, unchanged)
    assert plain != changed
    assert plain.digest != changed.digest
    assert plain.to_dict() != changed.to_dict()
    assert f"{name}={other!r}" in repr(changed)
    with pytest.raises(AttributeError):
        setattr(plain, name, other)


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda s: s.__name__)
def test_a_struct_survives_pickling_and_equals_its_twin(struct: type) -> None:
    plain = made(struct)
    copy = pickle.loads(pickle.dumps(plain))
    assert copy == plain == made(struct)
    assert hash(copy) == hash(plain)
    assert copy.digest == plain.digest
    assert plain != "something else"
    assert set(plain.to_dict()) == set(STRUCTS[struct])


@pytest.mark.parametrize("struct", [s for s, fields in STRUCTS.items() if fields], ids=lambda s: s.__name__)
def test_every_field_must_be_given_by_name(struct: type) -> None:
    with pytest.raises(TypeError):
        struct()


def test_curves_and_surfaces_are_values_that_refuse_nonsense() -> None:
    curve = _core.Curve.from_zero_rates([0.5, 1.0], [0.01, 0.03])
    surface = _core.VolatilitySurface.skewed(0.2, -0.1)
    for value in (curve, surface):
        assert pickle.loads(pickle.dumps(value)) == value
        assert value.digest.startswith("sha256:")
    assert curve.zero_rate(0.75) == pytest.approx(0.02, abs=1e-15)
    assert curve.discount_factor(0.0) == 1.0
    assert curve.shifted(0.01).rates == [0.02, 0.04]
    assert surface.shifted(0.1).atm == pytest.approx(0.3, abs=1e-15)
    assert surface.volatility(100.0, 100.0, 1.0) == 0.2
    with pytest.raises(Exception, match="invalid_value"):
        _core.Curve.flat(float("nan"))


def test_a_snapshot_is_a_value_and_a_change_gives_another() -> None:
    market = made(_core.UnderlyingMarket)
    snapshot = _core.Snapshot.make(date(2026, 1, 5), [market])
    assert pickle.loads(pickle.dumps(snapshot)) == snapshot
    assert hash(pickle.loads(pickle.dumps(snapshot))) == hash(snapshot)
    assert snapshot.underlyings == [market]
    assert snapshot.underlying("ABC") == market
    assert "2026-01-05" in repr(snapshot)
    changed = snapshot.replaced(made(_core.UnderlyingMarket, spot=101.0))
    assert changed != snapshot
    assert changed.digest != snapshot.digest
    assert snapshot.underlying("ABC").spot == 100.0
    with pytest.raises(Exception, match="missing_quote"):
        snapshot.underlying("NONE")
    with pytest.raises(TypeError):
        _core.Snapshot.make("2026-01-05", [market])
