"""Structs of trades on futures, exchange rates and foreign assets: the same."""

from datetime import date
from typing import Any

from bound_structs.samples import CALL, PUT, STATE
from plimsoll import _core

STRUCTS: dict[type, dict[str, tuple[Any, Any]]] = {
    _core.QuantoTerms: {
        "underlying": ("ABC", "ABX"),
        "other": ("EURUSD", "GBPUSD"),
        "type": (CALL, PUT),
        "exercise": (_core.Exercise.european, _core.Exercise.american),
        "strike": (1.5, 2.5),
        "conversion": (1.0, 1.5),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
    },
    _core.QuantoBarrierTerms: {
        "underlying": ("ABC", "ABX"),
        "other": ("EURUSD", "GBPUSD"),
        "type": (CALL, PUT),
        "strike": (1.5, 2.5),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "barrier": (1.0, 1.1),
        "conversion": (1.0, 1.5),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
        **STATE,
    },
    _core.TwoAssetBarrierTerms: {
        "underlying": ("ABC", "ABX"),
        "other": ("XYZ", "XYY"),
        "type": (CALL, PUT),
        "strike": (1.5, 2.5),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "barrier": (1.0, 1.1),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
        **STATE,
    },
    _core.QuantoOption: {
        "type": (CALL, PUT),
        "exercise": (_core.Exercise.european, _core.Exercise.american),
        "strike": (1.5, 2.5),
        "expiry": (0.5, 0.6),
        "conversion": (1.0, 1.5),
    },
    _core.QuantoBarrier: {
        "type": (CALL, PUT),
        "strike": (1.5, 2.5),
        "direction": (_core.BarrierSide.down, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "barrier": (1.0, 1.1),
        "expiry": (0.5, 0.6),
        "conversion": (1.0, 1.5),
    },
    _core.CurrencyForwardTerms: {
        "underlying": ("EURUSD", "GBPUSD"),
        "notional_currency": ("EUR", "GBP"),
        "price_currency": ("USD", "CHF"),
        "strike": (1.5, 2.5),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
    },
    _core.CurrencyOptionTerms: {
        "underlying": ("EURUSD", "GBPUSD"),
        "notional_currency": ("EUR", "GBP"),
        "price_currency": ("USD", "CHF"),
        "type": (CALL, PUT),
        "exercise": (_core.Exercise.european, _core.Exercise.american),
        "strike": (1.5, 2.5),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
    },
    _core.CurrencyForward: {"strike": (1.5, 2.5), "expiry": (0.5, 0.6)},
    _core.CurrencyOption: {
        "type": (CALL, PUT),
        "exercise": (_core.Exercise.european, _core.Exercise.american),
        "strike": (1.5, 2.5),
        "expiry": (0.5, 0.6),
    },
    _core.FutureOptionTerms: {
        "underlying": ("ABC", "ABX"),
        "type": (CALL, PUT),
        "exercise": (_core.Exercise.european, _core.Exercise.american),
        "strike": (1.5, -2.5),
        "expiry": (date(2026, 1, 5), date(2026, 1, 6)),
        "future_expiry": (date(2026, 2, 5), date(2026, 2, 6)),
    },
    _core.FutureOption: {
        "type": (CALL, PUT),
        "exercise": (_core.Exercise.european, _core.Exercise.american),
        "strike": (1.5, -2.5),
        "expiry": (0.5, 0.6),
        "future_expiry": (0.75, 0.8),
    },
}
