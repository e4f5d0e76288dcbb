"""VAL-CNV-01: the observed order of convergence of tree and grid."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from plimsoll.engine.methods import CrankNicolson, Extrapolation, LeisenReimer, MethodSpec
from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.context import Context
from plimsoll.validation.draw import DrawnOption
from plimsoll.validation.outcome import Measurement, Outcome
from plimsoll.validation.subject import bulk_prices, spread_options


def convergence(definition: TestDefinition, context: Context) -> Outcome:
    """Measure by how much the observed order falls short of the theoretical one, at worst.

    The order is log2 of the ratio of successive differences, summed over all options so that no single option that
    converges by luck decides. Extrapolation is off: its order is higher, but not clean.
    """
    options = spread_options(int(definition.setting("options")))
    rows = []
    # Sorted: a plan read back from a record has its settings in another order.
    for name, theory in sorted(definition.setting("orders").items()):
        kind, exercise = name.split()
        levels = definition.setting("tree_steps" if kind == "tree" else "grid_steps")
        make = _tree_of if kind == "tree" else _grid_of
        rows.append(_row(name, float(theory), levels, _differences(options, exercise, levels, make, context)))
    worst = max(rows, key=lambda row: float(row["shortfall"]))
    return Measurement(
        value=float(worst["shortfall"]),
        n=len(options),
        reason=(
            f"the lowest order against theory is that of {worst['method']}: observed {worst['observed']:.2f}, "
            f"theory {worst['theory']:.0f}"
        ),
        detail={"table": rows},
    )


def _tree_of(level: Any) -> LeisenReimer:
    return LeisenReimer(steps=int(level), extrapolation=Extrapolation.none)


def _grid_of(level: Any) -> CrankNicolson:
    return CrankNicolson(space_steps=int(level[0]), time_steps=int(level[1]), extrapolation=Extrapolation.none)


def _differences(
    options: Sequence[DrawnOption],
    exercise: str,
    levels: Sequence[Any],
    make: Callable[[Any], MethodSpec],
    context: Context,
) -> list[float]:
    """Give the sum over options of |price(level) - price(next level)|, relative to strike, for each level."""
    prices = [bulk_prices(options, exercise, make(level), context.threads) for level in levels]
    return [
        math.fsum(abs(a - b) / option.strike for a, b, option in zip(coarse, fine, options, strict=True)) / len(options)
        for coarse, fine in pairwise(prices)
    ]


def _row(name: str, theory: float, levels: Sequence[Any], differences: list[float]) -> dict[str, Any]:
    observed = math.log2(differences[-2] / differences[-1]) if differences[-1] > 0.0 else theory
    return {
        "method": name,
        "theory": theory,
        "observed": observed,
        "shortfall": max(0.0, theory - observed),
        "steps": [level if isinstance(level, int) else level[0] for level in levels[:-1]],
        "differences": differences,
    }
