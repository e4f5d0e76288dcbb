"""VAL-STR-01: prices under shocks far beyond the market stay finite, bounded and monotone."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from plimsoll.engine.methods import MethodSpec
from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.context import Context
from plimsoll.validation.draw import DrawnOption
from plimsoll.validation.outcome import Measurement, Outcome
from plimsoll.validation.subject import bulk_prices, grid, spread_options, tree

# A price may fall by its own rounding and by the interpolation of the grid without being in the wrong order.
_ORDER_TOLERANCE = {"tree": 1e-9, "grid": 1e-4}


def extremes(definition: TestDefinition, context: Context) -> Outcome:
    """Count prices that are not finite, out of bounds, or in the wrong order along a shock."""
    options = spread_options(int(definition.setting("options")))
    rate, factor = float(definition.setting("rate_shock")), float(definition.setting("volatility_factor"))
    spot = float(definition.setting("spot_shock"))
    ladders: dict[str, tuple[list[Callable[[DrawnOption], DrawnOption]], dict[str, float]]] = {
        "spot": ([_moved_spot(m) for m in (1.0 - spot, 1.0, 1.0 + spot)], {"call": 1.0, "put": -1.0}),
        "volatility": ([_scaled_volatility(m) for m in (1.0 / factor, 1.0, factor)], {"call": 1.0, "put": 1.0}),
        "rate": ([_moved_rate(m) for m in (-rate, 0.0, rate)], {"call": 1.0, "put": -1.0}),
    }
    rows, examples = [], []
    for label, method in (("tree", tree(definition)), ("grid", grid(definition))):
        for name, (moves, signs) in ladders.items():
            bad = _violations(options, moves, signs, label, method, context)
            rows.append({"method": label, "shock": name, "n": len(options) * len(moves), "violations": len(bad)})
            examples.extend(bad[:2])
    count = sum(int(str(row["violations"])) for row in rows)
    return Measurement(
        value=float(count),
        n=sum(int(str(row["n"])) for row in rows),
        reason=(
            "every price is finite, bounded and in order" if count == 0 else f"{count} violations, e.g. {examples[0]}"
        ),
        detail={"table": rows, "examples": examples[:6]},
    )


def _moved_spot(multiple: float) -> Callable[[DrawnOption], DrawnOption]:
    return lambda option: replace(option, spot=option.spot * multiple)


def _scaled_volatility(multiple: float) -> Callable[[DrawnOption], DrawnOption]:
    return lambda option: replace(option, volatility=option.volatility * multiple)


def _moved_rate(shift: float) -> Callable[[DrawnOption], DrawnOption]:
    return lambda option: replace(option, rate=option.rate + shift)


def _violations(
    options: list[DrawnOption],
    moves: list[Callable[[DrawnOption], DrawnOption]],
    signs: dict[str, float],
    label: str,
    method: MethodSpec,
    context: Context,
) -> list[str]:
    moved = [[move(option) for option in options] for move in moves]
    prices = [bulk_prices(row, "american", method, context.threads) for row in moved]
    bad = []
    for index, option in enumerate(options):
        ladder = [row[index] for row in prices]
        slack = _ORDER_TOLERANCE[label] * max(option.strike, option.spot)
        sign = signs[option.option_type]
        finite = all(math.isfinite(price) and price >= -slack for price in ladder)
        ordered = all(sign * (b - a) >= -slack for a, b in pairwise(ladder))
        if not (finite and ordered):
            bad.append(f"{label} {option.name} {option.option_type}: {[round(price, 6) for price in ladder]}")
    return bad
