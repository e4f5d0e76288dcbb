"""Structs of the model-risk interval: the same."""

from typing import Any

from plimsoll import _core

STRUCTS: dict[type, dict[str, tuple[Any, Any]]] = {
    _core.ImpliedCarry: {
        "spot": (100.0, 90.0),
        "years": ([1.0], [1.0, 2.0]),
        "forwards": ([101.0], [102.0]),
        "discounts": ([0.99], [0.98]),
    },
    _core.PathPlan: {"paths": (1024, 2048), "seed": (1, 2), "threads": (1, 2), "steps_per_year": (96, 48)},
    _core.ModelRange: {
        "low": (1.0, 1.1),
        "high": (2.0, 2.1),
        "median": (1.5, 1.6),
        "half_range": (0.5, 0.6),
        "reserve": (100.0, 110.0),
        "lowest": (0, 1),
        "highest": (1, 2),
    },
    _core.QuoteSeparation: {"disagreement": (2.0, 3.0), "range_after": (0.1, 0.2), "left": (1.0, 1.5)},
    _core.FitQuality: {
        "volatility_rmse": (0.001, 0.002),
        "worst_volatility": (0.003, 0.004),
        "half_spread_rmse": (1.0, 2.0),
        "inverted": (10, 11),
    },
    _core.CandidateQuote: {
        "type": (_core.OptionType.call, _core.OptionType.put),
        "years": (0.5, 0.75),
        "strike": (90.0, 95.0),
        "width": (0.1, 0.2),
    },
    _core.CandidateGrid: {
        "years": ([0.5], [0.5, 1.0]),
        "deviations": ([0.0], [-1.0]),
        "volatility_width": (0.005, 0.01),
        "least_width": (1e-4, 2e-4),
    },
    _core.FittedValue: {
        "price": (5.0, 6.0),
        "error": (1e-9, 1e-8),
        "deviation": (0.1, 0.2),
        "method": ("Black", "paths"),
    },
}
