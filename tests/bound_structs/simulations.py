"""Structs of simulations and models: the same."""

from typing import Any

from bound_structs.samples import BASKET, LEVEL, MARKET, OTHER_BASKET, OTHER_LEVEL, STOCHASTIC_VARIANCE
from plimsoll import _core

STRUCTS: dict[type, dict[str, tuple[Any, Any]]] = {
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
