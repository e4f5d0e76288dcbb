"""Plimsoll: values, risks and margins leveraged books, and signs what it found."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plimsoll.engine.book import Book, read_book
    from plimsoll.engine.carried import CurrencyForward, CurrencyOption, FutureOption
    from plimsoll.engine.exotics import (
        Barrier,
        BarrierSide,
        BarrierState,
        Digital,
        DoubleBarrier,
        DoubleTouch,
        Knock,
        Lookback,
        LookbackStrike,
        Payout,
        Settlement,
        SoftBarrier,
        Touch,
    )
    from plimsoll.engine.methods import (
        BaroneAdesiWhaley,
        BestMethod,
        Binomial,
        BinomialMoves,
        BjerksundStensland,
        BoundaryEdition,
        ClosedForm,
        CrankNicolson,
        Extrapolation,
        IntegralEquation,
        JuQuadratic,
        LastStep,
        LeisenReimer,
        MonteCarlo,
        RainbowLattice,
        Trinomial,
    )
    from plimsoll.engine.options_on_dates import Chooser, Compound, ExtendedBy, Extendible, ForwardStart
    from plimsoll.engine.quanto import OutsideBarrier, Quanto, QuantoBarrier
    from plimsoll.engine.several import Basket, CorrelationOption, Exchange, Exercise, Extreme, ExtremeOption, Spread
    from plimsoll.engine.snapshot import Snapshot, read_snapshot
    from plimsoll.engine.trades import American, Asian, European, Future, OptionType, Stock, Trade
    from plimsoll.engine.valuation import best_method, default_method, value
    from plimsoll.engine.windows import BarrierWindow, PartialLookback, PartialTimeBarrier

__all__ = [
    "American",
    "Asian",
    "BaroneAdesiWhaley",
    "Barrier",
    "BarrierSide",
    "BarrierState",
    "BarrierWindow",
    "Basket",
    "BestMethod",
    "Binomial",
    "BinomialMoves",
    "BjerksundStensland",
    "Book",
    "BoundaryEdition",
    "Chooser",
    "ClosedForm",
    "Compound",
    "CorrelationOption",
    "CrankNicolson",
    "CurrencyForward",
    "CurrencyOption",
    "Digital",
    "DoubleBarrier",
    "DoubleTouch",
    "European",
    "Exchange",
    "Exercise",
    "ExtendedBy",
    "Extendible",
    "Extrapolation",
    "Extreme",
    "ExtremeOption",
    "ForwardStart",
    "Future",
    "FutureOption",
    "IntegralEquation",
    "JuQuadratic",
    "Knock",
    "LastStep",
    "LeisenReimer",
    "Lookback",
    "LookbackStrike",
    "MonteCarlo",
    "OptionType",
    "OutsideBarrier",
    "PartialLookback",
    "PartialTimeBarrier",
    "Payout",
    "Quanto",
    "QuantoBarrier",
    "RainbowLattice",
    "Settlement",
    "Snapshot",
    "SoftBarrier",
    "Spread",
    "Stock",
    "Touch",
    "Trade",
    "Trinomial",
    "best_method",
    "default_method",
    "read_book",
    "read_snapshot",
    "value",
]

# Looked up when asked for, so that `import plimsoll` stays quick and loads no library.
_HOMES = {
    "plimsoll.engine.book": ("Book", "read_book"),
    "plimsoll.engine.exotics": (
        "Barrier",
        "BarrierSide",
        "BarrierState",
        "Digital",
        "DoubleBarrier",
        "DoubleTouch",
        "Knock",
        "Lookback",
        "LookbackStrike",
        "Payout",
        "Settlement",
        "SoftBarrier",
        "Touch",
    ),
    "plimsoll.engine.methods": (
        "BaroneAdesiWhaley",
        "Binomial",
        "BinomialMoves",
        "BestMethod",
        "BjerksundStensland",
        "BoundaryEdition",
        "ClosedForm",
        "CrankNicolson",
        "Extrapolation",
        "IntegralEquation",
        "JuQuadratic",
        "LastStep",
        "LeisenReimer",
        "MonteCarlo",
        "RainbowLattice",
        "Trinomial",
    ),
    "plimsoll.engine.carried": ("CurrencyForward", "CurrencyOption", "FutureOption"),
    "plimsoll.engine.options_on_dates": ("Chooser", "Compound", "ExtendedBy", "Extendible", "ForwardStart"),
    "plimsoll.engine.quanto": ("OutsideBarrier", "Quanto", "QuantoBarrier"),
    "plimsoll.engine.several": (
        "Basket",
        "CorrelationOption",
        "Exchange",
        "Exercise",
        "Extreme",
        "ExtremeOption",
        "Spread",
    ),
    "plimsoll.engine.snapshot": ("Snapshot", "read_snapshot"),
    "plimsoll.engine.trades": ("American", "Asian", "European", "Future", "OptionType", "Stock", "Trade"),
    "plimsoll.engine.valuation": ("best_method", "default_method", "value"),
    "plimsoll.engine.windows": ("BarrierWindow", "PartialLookback", "PartialTimeBarrier"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Look up a public name, or ``__version__`` in the compiled core, when it is asked for."""
    if name in _HOME_OF:
        return getattr(import_module(_HOME_OF[name]), name)
    if name == "__version__":
        return str(import_module("plimsoll._core").version)
    raise AttributeError(f"module 'plimsoll' has no attribute {name!r}")
