"""Who fights whom: for each product the reference and its challengers, and the judges of a disagreement."""

from dataclasses import dataclass, replace

from plimsoll import (
    Binomial,
    ClosedForm,
    CrankNicolson,
    IntegralEquation,
    LeisenReimer,
    MonteCarlo,
    RainbowLattice,
    Trinomial,
)
from plimsoll.engine.methods import MethodSpec


@dataclass(frozen=True)
class Sizes:
    """How large the methods are taken."""

    paths: int = 8192
    grid: int = 120
    steps: int = 101


#: Methods with so many times the steps, or so many paths, judge who was right.
JUDGE = Sizes(paths=1 << 21, grid=1200, steps=1001)

ON_DATES = ("ForwardStart", "Chooser", "Compound", "Extendible")
ON_TWO = ("Exchange", "Spread", "Basket", "ExtremeOption", "CorrelationOption")
#: Whose simulation meets a payoff in a tail by as many paths as one in the middle.
OUTSIDE = ("OutsideBarrier",)
#: On futures that are quoted themselves, whose logarithm is normal or whose price is.
ON_FUTURES = ("FutureOption", "NormalFutureOption")
QUANTOS = ("Quanto", "QuantoBarrier")
FORMULA = (
    "Digital",
    "Touch",
    "Barrier",
    "DoubleBarrier",
    "SoftBarrier",
    "Lookback",
    "European",
    "DoubleTouch",
    *ON_DATES,
    *ON_TWO,
    "PartialTimeBarrier",
    "PartialLookback",
    *OUTSIDE,
    *ON_FUTURES,
    *QUANTOS,
)
EARLY = ("American", "CurrencyOption")
#: What is zero by every method and on every path, so that no score can tell of it.
ALWAYS_ZERO = {"ForwardStart": ("gamma",), "Exchange": ("rho",)}
_CHALLENGERS = {
    "European": ("LeisenReimer", "Binomial", "Trinomial", "CrankNicolson", "MonteCarlo"),
    "American": ("LeisenReimer", "Binomial", "Trinomial", "CrankNicolson", "IntegralEquation"),
    "ArithmeticAsian": ("CrankNicolson", "MonteCarlo"),
    "Digital": ("CrankNicolson", "MonteCarlo"),
    "Touch": ("CrankNicolson", "MonteCarlo"),
    "Barrier": ("CrankNicolson", "MonteCarlo", "Trinomial"),
    "DoubleBarrier": ("CrankNicolson", "MonteCarlo", "Trinomial"),
    "SoftBarrier": ("MonteCarlo",),
    "Lookback": ("MonteCarlo",),
    "DoubleTouch": ("CrankNicolson", "MonteCarlo"),
    **dict.fromkeys(ON_DATES, ("MonteCarlo",)),
    "PartialTimeBarrier": ("CrankNicolson", "MonteCarlo"),
    "PartialLookback": ("MonteCarlo",),
    "Exchange": ("RainbowLattice", "MonteCarlo"),
    "Spread": ("RainbowLattice", "MonteCarlo"),
    "Basket": ("RainbowLattice", "MonteCarlo"),
    "ExtremeOption": ("RainbowLattice", "MonteCarlo"),
    "CorrelationOption": ("MonteCarlo",),
    "OutsideBarrier": ("MonteCarlo",),
    "FutureOption": ("LeisenReimer", "CrankNicolson", "MonteCarlo"),
    "NormalFutureOption": ("Binomial", "CrankNicolson", "MonteCarlo"),
    "CurrencyOption": ("LeisenReimer", "CrankNicolson", "IntegralEquation"),
    "Quanto": ("LeisenReimer", "CrankNicolson", "MonteCarlo"),
    "QuantoBarrier": ("CrankNicolson", "MonteCarlo", "Trinomial"),
}


def reference(product: str) -> MethodSpec:
    """Give the method that the others are held against."""
    if product in FORMULA:
        return ClosedForm()
    return IntegralEquation.high_precision() if product in EARLY else CrankNicolson(400, 200)


def challengers(product: str, sizes: Sizes, seed: int) -> dict[str, MethodSpec]:
    """Give the other methods of a product."""
    made: dict[str, MethodSpec] = {
        "LeisenReimer": LeisenReimer(steps=sizes.steps),
        "Binomial": Binomial(steps=sizes.steps - 1),
        "Trinomial": Trinomial(steps=sizes.steps - 1),
        "CrankNicolson": CrankNicolson(sizes.grid, sizes.grid // 2),
        "IntegralEquation": IntegralEquation.accurate(),
        "RainbowLattice": RainbowLattice(sizes.steps // 2),  # its work grows with the cube
        "MonteCarlo": replace(MonteCarlo(), paths=sizes.paths, seed=seed),
    }
    return {name: made[name] for name in _CHALLENGERS[product]}
