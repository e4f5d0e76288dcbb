"""VAL-AGR-01: closed form, tree and grid held against one another."""

from typing import Any

from plimsoll.validation.catalogue import TestDefinition
from plimsoll.validation.context import Context
from plimsoll.validation.outcome import Measurement, Outcome, percentile
from plimsoll.validation.subject import bulk_options, bulk_prices, closed_form, grid, spread_options, tree
from plimsoll.validation.units import tolerance_unit


def agreement(definition: TestDefinition, context: Context) -> Outcome:
    """Measure the largest difference between two methods, option by option, in tolerance units."""
    options = spread_options(int(definition.setting("options")))
    tree_method, grid_method = tree(definition), grid(definition)
    european = {
        "closed form": bulk_prices(options, "european", closed_form(), context.threads),
        "tree": bulk_prices(options, "european", tree_method, context.threads),
        "grid": bulk_prices(options, "european", grid_method, context.threads),
    }
    valued = bulk_options(options, "american", tree_method, context.threads)
    american = {
        "tree": [value.price for value in valued],
        "grid": bulk_prices(options, "american", grid_method, context.threads),
    }
    units = [tolerance_unit(value, option.strike) for value, option in zip(valued, options, strict=True)]
    pairs = {
        "European: tree against closed form": _differences(european["tree"], european["closed form"], units),
        "European: grid against closed form": _differences(european["grid"], european["closed form"], units),
        "American: tree against grid": _differences(american["tree"], american["grid"], units),
    }
    rows: list[dict[str, Any]] = [
        {"pair": name, "p99": percentile(values, 0.99), "max": max(values)} for name, values in pairs.items()
    ]
    worst = max(rows, key=lambda row: float(row["p99"]))
    return Measurement(
        value=float(worst["p99"]),
        n=len(options),
        reason=f"the widest pair is {worst['pair']}: 99th percentile {worst['p99']:.4f}, largest {worst['max']:.4f} units",
        detail={"table": rows},
    )


def _differences(left: list[float], right: list[float], units: list[float]) -> list[float]:
    return [abs(a - b) / unit for a, b, unit in zip(left, right, units, strict=True)]
