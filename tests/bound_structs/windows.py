"""Structs of trades of which a part of the life counts: the same."""

from datetime import date
from typing import Any

from bound_structs.samples import CALL, PUT, STATE
from plimsoll import _core

STRUCTS: dict[type, dict[str, tuple[Any, Any]]] = {
    _core.PartialTimeBarrierTerms: {
        "underlying": ("ABC", "XYZ"),
        "type": (CALL, PUT),
        "strike": (1.5, 2.5),
        "direction": (None, _core.BarrierSide.up),
        "knock": (_core.Knock.knock_in, _core.Knock.knock_out),
        "window": (_core.BarrierWindow.start, _core.BarrierWindow.end_any_side),
        "barrier": (1.0, 1.1),
        "cover": (date(2026, 1, 5), date(2026, 1, 6)),
        "expiry": (date(2026, 2, 5), date(2026, 2, 6)),
        **STATE,
    },
    _core.PartialLookbackTerms: {
        "underlying": ("ABC", "XYZ"),
        "type": (CALL, PUT),
        "strike_kind": (_core.LookbackStrike.floating, _core.LookbackStrike.fixed),
        "strike": (1.5, 2.5),
        "fraction": (1.0, 1.1),
        "extremum": (None, 1.5),
        "cover": (date(2026, 1, 5), date(2026, 1, 6)),
        "expiry": (date(2026, 2, 5), date(2026, 2, 6)),
    },
}
